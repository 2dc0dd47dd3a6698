/**
 * String constants of SQL (PostgreSQL manual §4.1.2) in a text of one character a byte: what a constant's spelling means,
 * and how to spell a value. UTF-8 in them stays the bytes that it is.
 */
import { dollarTag, isIdentifierPart, quotedEnd } from '../../shared/sql/tokens.ts';

/** How a plain `'…'` is read: with standard_conforming_strings off a back slash escapes in it, as in `E'…'`. */
export type Reading = 'plain' | 'escapes';

/** A constant in a text. */
export interface Literal {
  readonly start: number;
  /** Behind its last character, a UESCAPE clause included. */
  readonly end: number;
  readonly kind: 'quoted' | 'escaped' | 'unicode' | 'dollar';
  /** False when it never closes: it then goes to the end of the text. */
  readonly closed: boolean;
}

const UESCAPE = /\s+uescape\s*'(.)'/iy;

/** Where quotes are left out between the parts of a constant that goes on in the next line. */
const CONTINUATION = /'\s*(?:--[^\n\r]*[\n\r]\s*)*'/y;

/** The constant that starts at `start`, prefixes included; null when none does. */
export function literalAt(sql: string, start: number, reading: Reading): Literal | null {
  const first = sql[start] as string;
  if (first === "'") return quoted(sql, start, start, reading === 'escapes' ? 'escaped' : 'quoted');
  if (first === '$') return dollarQuoted(sql, start);
  const next = sql[start + 1];
  if (next === "'") {
    if (first === 'e' || first === 'E') return quoted(sql, start, start + 1, 'escaped');
    if ('nNbBxX'.includes(first))
      return quoted(sql, start, start + 1, reading === 'escapes' ? 'escaped' : 'quoted');
  }
  if (next === '&' && sql[start + 2] === "'" && (first === 'u' || first === 'U'))
    return quoted(sql, start, start + 2, 'unicode');
  return null;
}

function quoted(sql: string, start: number, quote: number, kind: 'quoted' | 'escaped' | 'unicode'): Literal {
  const end = quotedEnd(sql, quote, kind === 'escaped' ? 'escapes' : 'plain');
  if (end < 0) return { start, end: sql.length, kind, closed: false };
  if (kind !== 'unicode') return { start, end, kind, closed: true };
  UESCAPE.lastIndex = end;
  return { start, end: UESCAPE.test(sql) ? UESCAPE.lastIndex : end, kind, closed: true };
}

function dollarQuoted(sql: string, start: number): Literal | null {
  const tag = start > 0 && isIdentifierPart(sql.charCodeAt(start - 1)) ? null : dollarTag(sql, start);
  if (tag === null) return null;
  const close = sql.indexOf(tag, start + tag.length);
  const closed = close >= 0;
  return { start, end: closed ? close + tag.length : sql.length, kind: 'dollar', closed };
}

/** What a constant means, one character a byte. */
export function valueOf(sql: string, { start, end, kind, closed }: Literal): string {
  if (kind === 'dollar') {
    const length = (dollarTag(sql, start) as string).length;
    return sql.slice(start + length, closed ? end - length : end);
  }
  const open = sql.indexOf("'", start) + 1;
  if (kind === 'unicode') return unicodeValue(sql.slice(open, end), closed);
  const inner = joined(sql.slice(open, closed ? end - 1 : end), kind === 'escaped');
  return kind === 'escaped' ? unescaped(inner) : inner;
}

/** Takes the doubling out of quotes and joins the parts of a constant that goes on in the next line. */
function joined(inner: string, escapes: boolean): string {
  if (!inner.includes("'")) return inner;
  let out = '';
  let from = 0;
  for (let at = 0; at < inner.length; at++) {
    const char = inner[at];
    if (escapes && char === '\\') at++;
    if (char !== "'") continue;
    out += inner.slice(from, at);
    CONTINUATION.lastIndex = at;
    const doubled = inner[at + 1] === "'";
    // A doubled quote stands for one; of an escaping constant it is kept apart from what escapes it.
    if (doubled) out += "'";
    from = doubled ? at + 2 : CONTINUATION.test(inner) ? CONTINUATION.lastIndex : at + 1;
    at = from - 1;
  }
  return out + inner.slice(from);
}

const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([^]))/g;
const NAMED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Takes out the escapes of `E'…'` (manual §4.1.2.2). */
export function unescaped(inner: string): string {
  return inner.replace(ESCAPE, (_, octal, hex, u, U, other: string | undefined) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal as string, 8) & 0xff);
    if (hex !== undefined) return String.fromCharCode(parseInt(hex as string, 16));
    const point = (u ?? U) as string | undefined;
    if (point !== undefined) return bytesOf(parseInt(point, 16));
    return NAMED[other as string] ?? (other as string);
  });
}

/** Manual §4.1.2.3; `text` starts behind the opening quote and may hold a UESCAPE clause behind the closing one. */
function unicodeValue(text: string, closed: boolean): string {
  const clause = /'\s+uescape\s*'(.)'$/i.exec(text);
  const inner = joined(
    clause === null ? (closed ? text.slice(0, -1) : text) : text.slice(0, clause.index),
    false,
  );
  return unicodeUnescaped(inner, clause?.[1] ?? '\\');
}

/** Takes out the escapes of `U&'…'` and `U&"…"`. */
export function unicodeUnescaped(inner: string, escape: string): string {
  const mark = `\\u${escape.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const pattern = new RegExp(`${mark}(?:(${mark})|([0-9A-Fa-f]{4})|\\+([0-9A-Fa-f]{6}))`, 'g');
  return inner.replace(pattern, (_, twice, short, long) =>
    twice !== undefined ? escape : bytesOf(parseInt((short ?? long) as string, 16)),
  );
}

/** A code point as UTF-8, one character a byte. */
function bytesOf(point: number): string {
  return point > 0x10ffff ? '' : Buffer.from(String.fromCodePoint(point)).toString('latin1');
}

/** The constant with another value, spelled so that it reads the same whatever standard_conforming_strings is. */
export function respelled(sql: string, { start, kind, closed }: Literal, value: string): string {
  const tag = kind === 'dollar' ? (dollarTag(sql, start) as string) : null;
  if (tag !== null) return tag + value + (closed ? tag : '');
  const escapes = value.includes('\\');
  const inner = (escapes ? value.replaceAll('\\', '\\\\') : value).replaceAll("'", "''");
  return `${escapes ? ' E' : ''}'${inner}${closed ? "'" : ''}`;
}
