/**
 * CSV as RFC 4180 lays it out: comma, CRLF, quotes doubled, a header line. What a spreadsheet would take for a formula begins with
 * an apostrophe (OWASP ASVS 5.0, 1.2.10), as do cells that began with one: taking one off the front gives the value back.
 */

/** Signs that begin a formula, their full-width forms, and what some programs skip before they look for one. */
const FORMULA = /^[\s\0\ufeff\u200b]*[=+\-@＝＋－＠]|^[\t\r\n\0']/u;

/** Controls that RFC 4180 does not allow, and characters that would show other text as it is: what is written out. */
// oxlint-disable-next-line no-control-regex -- these are meant
const ACTING = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The byte order mark by which a spreadsheet knows UTF-8. */
export const BOM = '\ufeff';

/** One line with its end. Numbers and null stand bare, texts in quotes. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const defused = FORMULA.test(cell) ? `'${cell}` : cell;
  return `"${defused.replace(ACTING, written).replaceAll('"', '""')}"`;
}

function written(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
