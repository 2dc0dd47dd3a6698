/** What every dialog says. */
export const MODAL = { close: 'Close' } as const;
