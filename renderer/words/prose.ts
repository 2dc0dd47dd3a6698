/** What stands around links and images in texts that people wrote. */
export const PROSE = {
  image: (text: string) => (text === '' ? 'image, not loaded' : `image, not loaded: ${text}`),
  leads: 'This leads to',
  open: 'Open in a new tab',
} as const;
