/** What is said once something was copied. */
export const COPYING = {
  copied: 'Copied',
  refused: 'The browser refused',
} as const;
