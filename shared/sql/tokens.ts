/**
 * PostgreSQL's lexical structure (manual §4.1; src/backend/parser/scan.l) as far as telling literals, identifiers and
 * comments apart needs it, with standard_conforming_strings on. Positions are UTF-16 units.
 */

// Classes of characters, by what may start there.
/** Whatever stands for itself. */
export const OTHER = 0;
export const SPACE = 1;
export const WORD = 2;
export const DIGIT = 3;
export const QUOTE = 4;
export const DOUBLE_QUOTE = 5;
export const DOLLAR = 6;
export const DASH = 7;
export const SLASH = 8;
export const DOT = 9;
export const SEMICOLON = 10;
export const OPERATOR = 11;

const CLASSES = new Uint8Array(128);
for (const char of ' \t\n\r\f\v') CLASSES[char.charCodeAt(0)] = SPACE;
for (let code = 0; code < 128; code++) if (/[A-Za-z_]/.test(String.fromCharCode(code))) CLASSES[code] = WORD;
for (const char of '0123456789') CLASSES[char.charCodeAt(0)] = DIGIT;
for (const char of '+*<>=~!@#%^&|`?:') CLASSES[char.charCodeAt(0)] = OPERATOR;
for (const [char, value] of [
  ["'", QUOTE],
  ['"', DOUBLE_QUOTE],
  ['$', DOLLAR],
  ['-', DASH],
  ['/', SLASH],
  ['.', DOT],
  [';', SEMICOLON],
] as const) {
  CLASSES[char.charCodeAt(0)] = value;
}

/** What may start with a character. */
export function classOf(code: number): number {
  return code < 128 ? (CLASSES[code] ?? OTHER) : WORD;
}

/** Letters that change the meaning of a quote right behind them: bit strings, escapes, national characters, Unicode. */
export const PREFIXES = 'bBxXeEnNuU';

const DECIMAL = /(?:\d(?:_?\d)*)?\.?(?!\.)(?:\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?/y;
const INTEGER_OF_BASE = /0(?:[xX](?:_?[0-9A-Fa-f])+|[oO](?:_?[0-7])+|[bB](?:_?[01])+)/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;

/** The end of the number that starts at `start`, where a digit or a point before one stands. */
export function numberEnd(sql: string, start: number): number {
  let end = start;
  while (isDigit(sql.charCodeAt(end))) end++;
  const after = sql.charCodeAt(end);
  if (after !== 0x2e && !isIdentifierPart(after)) return end;
  INTEGER_OF_BASE.lastIndex = start;
  if (INTEGER_OF_BASE.test(sql)) return INTEGER_OF_BASE.lastIndex;
  DECIMAL.lastIndex = start;
  return DECIMAL.test(sql) ? Math.max(end, DECIMAL.lastIndex) : end;
}

/** The dollar quote's opening (`$$`, `$tag$`) at `at`; null when there is none. */
export function dollarTag(sql: string, at: number): string | null {
  DOLLAR_TAG.lastIndex = at;
  return DOLLAR_TAG.exec(sql)?.[0] ?? null;
}

/** In `E'…'` a back slash takes the next character along; in bit strings two quotes are an end and a start. */
export type QuoteStyle = 'plain' | 'escapes' | 'bits';

/** The end of a literal whose opening quote is at `quote`, its continuations included; -1 when it never closes. */
export function quotedEnd(sql: string, quote: number, style: QuoteStyle): number {
  let at = quote + 1;
  for (;;) {
    const close = style === 'escapes' ? escapedClose(sql, at) : sql.indexOf("'", at);
    if (close < 0) return -1;
    const doubled = style !== 'bits' && sql.charCodeAt(close + 1) === 0x27;
    at = doubled ? close + 2 : continuation(sql, close + 1);
    if (at < 0) return close + 1;
  }
}

/** The end of a quoted identifier whose opening quote is at `quote`; -1 when it never closes. */
export function identifierEnd(sql: string, quote: number): number {
  let at = quote + 1;
  for (;;) {
    const close = sql.indexOf('"', at);
    if (close < 0) return -1;
    at = close + 1;
    if (sql.charCodeAt(at) !== 0x22) return at;
    at++;
  }
}

/** The end of a comment that starts at `start`; comments nest; -1 when it never closes. */
export function commentEnd(sql: string, start: number): number {
  let depth = 1;
  let at = start + 2;
  let open = -1;
  while (depth > 0) {
    const close = sql.indexOf('*/', at);
    if (close < 0) return -1;
    if (open < at) open = indexOrEnd(sql, '/*', at);
    const opens = open < close;
    depth += opens ? 1 : -1;
    at = (opens ? open : close) + 2;
  }
  return at;
}

/**
 * Where a literal that closed before `from` goes on: behind a quote that follows it after white space with a line break in
 * it (manual §4.1.2.1, comments count as white space); -1 when it does not.
 */
function continuation(sql: string, from: number): number {
  let broken = false;
  for (let at = from; at < sql.length; at++) {
    const code = sql.charCodeAt(at);
    if (code === 0x27) return broken ? at + 1 : -1;
    if (code === 0x0a || code === 0x0d) broken = true;
    else if (code === 0x2d && sql.charCodeAt(at + 1) === 0x2d) at = lineEnd(sql, at) - 1;
    else if (classOf(code) !== SPACE) return -1;
  }
  return -1;
}

/** Where the line that `from` stands on ends. */
export function lineEnd(sql: string, from: number): number {
  let at = from;
  while (at < sql.length && sql.charCodeAt(at) !== 0x0a && sql.charCodeAt(at) !== 0x0d) at++;
  return at;
}

function indexOrEnd(sql: string, wanted: string, from: number): number {
  const found = sql.indexOf(wanted, from);
  return found < 0 ? sql.length : found;
}

/** The quote that ends an `E'…'` from `at` on; a back slash takes the character behind it along. */
function escapedClose(sql: string, from: number): number {
  for (let at = from; at < sql.length; at++) {
    const code = sql.charCodeAt(at);
    if (code === 0x27) return at;
    if (code === 0x5c) at++;
  }
  return -1;
}

/** Whether a character is a decimal digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether a character goes on an identifier; NaN, the end of the text, does not. */
export function isIdentifierPart(code: number): boolean {
  if (code >= 128) return true;
  const kind = CLASSES[code];
  return kind === WORD || kind === DIGIT || kind === DOLLAR;
}
