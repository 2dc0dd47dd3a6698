/**
 * The only control sequences that the painter writes: SGR colours by role (ECMA-48 §8.3.117). Colours are the terminal's
 * own sixteen, so that a theme, light or dark, decides how each looks.
 */

/** How each role begins and ends. Ends undo only their own attribute, so that roles nest. */
const ROLES = {
  prompt: ['\x1b[34m', '\x1b[39m'],
  heading: ['\x1b[1m', '\x1b[22m'],
  /** What the player says, in contrast to what was recorded. */
  note: ['\x1b[90m', '\x1b[39m'],
  null: ['\x1b[90m', '\x1b[39m'],
  error: ['\x1b[31m', '\x1b[39m'],
  warning: ['\x1b[33m', '\x1b[39m'],
  success: ['\x1b[32m', '\x1b[39m'],
  /** What policy refused, held or let pass, and what is masked: the same colours as in the window. */
  denied: ['\x1b[91m', '\x1b[39m'],
  held: ['\x1b[93m', '\x1b[39m'],
  approved: ['\x1b[32m', '\x1b[39m'],
  masked: ['\x1b[36m', '\x1b[39m'],
  /** A hidden character written out: told apart from the same picture in the data by being inverse. */
  hidden: ['\x1b[7m', '\x1b[27m'],
} as const;
export type Role = keyof typeof ROLES;

/** The terminal's new line: xterm and terminals in raw mode do not add the carriage return. */
export const NEW_LINE = '\r\n';

/** `text`, which is already visible, in the colours of a role. */
export function styled(role: Role, text: string): string {
  const [begin, end] = ROLES[role];
  return text === '' ? '' : begin + text + end;
}

/** A line of the player's own, such as what is not shown. */
export function noteLine(text: string): string {
  return styled('note', text) + NEW_LINE;
}
