/** Characters that people see as spaces, hyphens, digits and letters of ASCII, as those: unit for unit, so that positions stay. */

const SPACES = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g;
const HYPHENS = /[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g;
/** Full-width forms of `!` to `~`. */
const FULL_WIDTH = /[\uff01-\uff5e]/g;
/** Arabic and Persian digits. */
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g;

/** The text with such characters folded. */
export function folded(text: string): string {
  return text
    .replaceAll(SPACES, ' ')
    .replaceAll(HYPHENS, '-')
    .replaceAll(FULL_WIDTH, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replaceAll(DIGITS, (char) => String(char.charCodeAt(0) % 16));
}
