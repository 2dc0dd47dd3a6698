/**
 * SQL as words, for what must be known of a statement while it passes: where statements end, which command it is, which
 * name it gives. PostgreSQL manual §4.1. Texts are read as Latin-1, so that positions are bytes whatever the text holds.
 */
import {
  classOf,
  commentEnd,
  DASH,
  DIGIT,
  DOLLAR,
  dollarTag,
  DOT,
  DOUBLE_QUOTE,
  identifierEnd,
  isDigit,
  isIdentifierPart,
  lineEnd,
  numberEnd,
  PREFIXES,
  QUOTE,
  quotedEnd,
  type QuoteStyle,
  SLASH,
  SPACE,
  WORD,
} from '../../shared/sql/tokens.ts';

/** Bytes of an identifier that count (NAMEDATALEN − 1). */
const NAME_BYTES = 63;

/** A token; `word` is a key word or an unquoted identifier in lower case, '' for all else. */
export interface SqlWord {
  readonly start: number;
  readonly end: number;
  readonly word: string;
}

const STYLES: Readonly<Record<string, QuoteStyle>> = { e: 'escapes', b: 'bits', x: 'bits' };

/** The token at or behind `from`, white space and comments skipped; null at the end, or where something never closes. */
export function nextWord(sql: string, from: number): SqlWord | null {
  const start = skipBlanks(sql, from);
  if (start < 0 || start >= sql.length) return null;
  const kind = classOf(sql.charCodeAt(start));
  if (kind === WORD) return wordAt(sql, start);
  const end = tokenEnd(sql, start, kind);
  return end < 0 ? null : { start, end, word: '' };
}

/** The name that a token gives, folded and cut as PostgreSQL does; null when the token is no identifier. */
export function identifier(sql: string, { start, end, word }: SqlWord): string | null {
  if (word !== '') return clipped(word);
  if (sql.charCodeAt(start) === 0x22) return clipped(sql.slice(start + 1, end - 1).replaceAll('""', '"'));
  if (!/^u&"/i.test(sql.slice(start, start + 3))) return null;
  const escaped = sql.slice(start + 3, end - 1).replaceAll('""', '"');
  // \XXXX and \+XXXXXX are code points; what they stand for is UTF-8 as the rest is.
  return clipped(
    escaped.replaceAll(/\\(\\|[0-9a-fA-F]{4}|\+[0-9a-fA-F]{6})/g, (_, code: string) =>
      code === '\\' ? '\\' : codePoint(Number.parseInt(code.replace('+', ''), 16)),
    ),
  );
}

function codePoint(code: number): string {
  return code > 0x10ffff ? '' : Buffer.from(String.fromCodePoint(code)).toString('latin1');
}

/** Bytes that are UTF-8, cut between characters. */
function clipped(bytes: string): string {
  let end = Math.min(bytes.length, NAME_BYTES);
  while (end > 0 && end < bytes.length && (bytes.charCodeAt(end) & 0xc0) === 0x80) end--;
  return Buffer.from(bytes.slice(0, end), 'latin1').toString('utf8');
}

/**
 * Where the first statement at or behind `from` starts and ends, empty ones skipped; null when none is left. Semicolons within
 * parentheses (the actions of a rule) and within BEGIN ATOMIC … END (the body of a function) end none, as in psql's psqlscan.l.
 */
export function statementFrom(
  sql: string,
  from: number,
): { readonly start: number; readonly end: number } | null {
  let start = -1;
  let depth = 0;
  let bodies = 0;
  let last = '';
  for (let token = nextWord(sql, from); token !== null; token = nextWord(sql, token.end)) {
    const { word } = token;
    const char = word === '' ? sql.charAt(token.start) : '';
    if (start < 0) {
      if (char === ';') continue;
      start = token.start;
    }
    if (char === ';' && depth === 0 && bodies === 0) return { start, end: token.start };
    if (char === '(') depth++;
    else if (char === ')') depth = Math.max(0, depth - 1);
    else if (word === 'atomic' && last === 'begin') bodies++;
    else if (bodies > 0 && word === 'case') bodies++;
    else if (bodies > 0 && word === 'end') bodies--;
    last = word;
  }
  return start < 0 ? null : { start, end: sql.length };
}

function skipBlanks(sql: string, from: number): number {
  let at = from;
  for (;;) {
    const kind = classOf(sql.charCodeAt(at));
    const next = sql.charCodeAt(at + 1);
    if (at >= sql.length) return at;
    if (kind === SPACE) at++;
    else if (kind === DASH && next === 0x2d) at = lineEnd(sql, at);
    else if (kind === SLASH && next === 0x2a) at = commentEnd(sql, at);
    else return at;
    if (at < 0) return -1;
  }
}

function wordAt(sql: string, start: number): SqlWord | null {
  const prefixed = prefixedEnd(sql, start);
  if (prefixed !== null) return prefixed < 0 ? null : { start, end: prefixed, word: '' };
  let end = start + 1;
  while (isIdentifierPart(sql.charCodeAt(end))) end++;
  return {
    start,
    end,
    word: sql.slice(start, end).replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  };
}

/** The end of `E'…'`, `B'…'`, `X'…'`, `N'…'`, `U&'…'` or `U&"…"`; null when none of them starts here. */
function prefixedEnd(sql: string, start: number): number | null {
  const letter = sql.charAt(start);
  if (!PREFIXES.includes(letter)) return null;
  const next = sql.charCodeAt(start + 1);
  if (next === 0x27 && letter !== 'u' && letter !== 'U')
    return quotedEnd(sql, start + 1, STYLES[letter.toLowerCase()] ?? 'plain');
  if (next !== 0x26 || (letter !== 'u' && letter !== 'U')) return null;
  const quote = sql.charCodeAt(start + 2);
  if (quote === 0x27) return quotedEnd(sql, start + 2, 'plain');
  return quote === 0x22 ? identifierEnd(sql, start + 2) : null;
}

function tokenEnd(sql: string, start: number, kind: number): number {
  if (kind === QUOTE) return quotedEnd(sql, start, 'plain');
  if (kind === DOUBLE_QUOTE) return identifierEnd(sql, start);
  if (kind === DOLLAR) {
    const tag = dollarTag(sql, start);
    if (tag === null) return start + 1;
    const close = sql.indexOf(tag, start + tag.length);
    return close < 0 ? -1 : close + tag.length;
  }
  const number = kind === DIGIT || (kind === DOT && isDigit(sql.charCodeAt(start + 1)));
  return number ? numberEnd(sql, start) : start + 1;
}
