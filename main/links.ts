/** Fresh sign-in links for the person at the terminal. */
import { createInterface } from 'node:readline';
import type { Shown } from './show.ts';
import { print } from './terminal.ts';

/** Each link signs in once, so Enter prints another; null where nobody types or nobody signs in. */
export function offerLinks(shown: Shown): { close(): void } | null {
  if (!process.stdin.isTTY || shown.freshUrl() === null) return null;
  print('Press Enter for a fresh link, Ctrl-C to end.');
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => print(shown.freshUrl() ?? ''));
  return lines;
}
