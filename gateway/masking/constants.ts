/** Masks constants of SQL texts and parameters of Bind for the record; what the database gets never changes. */
import { MASK } from '../../shared/recording/mask.ts';
import { isDigit, numberEnd } from '../../shared/sql/tokens.ts';
import type { Finder } from './detectors/finder.ts';
import { edited, merged, type Edit } from './edits.ts';
import { literalAt, type Reading, valueOf } from './literal.ts';
import { constantOf } from './mask-cell.ts';
import { maskDetected } from './mask-detected.ts';
import { scanSql } from './sql-scan.ts';
import type { Format } from './type-shape.ts';

/** Where a constant stands in a text, in bytes. */
export interface ConstantSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * The text with these constants masked, strings as `'[masked]'`, numbers as 0, so that it parses as before. The end of a string is
 * looked for again, in either reading of back slashes: what is left of one would be told.
 */
export function maskLiterals(text: Buffer, spans: readonly ConstantSpan[]): Buffer {
  if (spans.length === 0) return text;
  const sql = text.toString('latin1');
  return Buffer.from(edited(sql, merged(spans.map((span) => editOf(sql, span)))), 'latin1');
}

function editOf(sql: string, { start, end }: ConstantSpan): Edit {
  const ends = (['plain', 'escapes'] as const).map((reading) => literalAt(sql, start, reading));
  const literal = ends[0];
  if (literal !== null && literal !== undefined) {
    const prefix = /[bBxX]/.test(sql[start] as string) ? `${sql[start] as string}'0'` : `'${MASK}'`;
    return { start, end: Math.max(end, literal.end), text: prefix };
  }
  const sign = sql[start] === '-' || sql[start] === '+' ? 1 : 0;
  const digits = start + sign;
  if (isDigit(sql.charCodeAt(digits)) || sql[digits] === '.')
    return { start, end: Math.max(end, numberEnd(sql, digits)), text: '0' };
  return { start, end, text: `'${MASK}'` };
}

/** Reading takes up to a microsecond a byte, in which all sessions wait. A longer text is masked from its first constant on. */
const LONGEST_READ = 1 << 20;

/**
 * The text with all that may be a value masked, of a text that nobody could read: strings in either reading of back slashes, numbers,
 * comments, and quoted names that are no plain names, for values are often put in the wrong quotes.
 */
export function maskAllLiterals(text: Buffer): Buffer {
  const sql = text.toString('latin1');
  if (text.length > LONGEST_READ)
    return Buffer.from(`${sql.slice(0, Math.max(0, sql.search(/['"$\d]|--|\/\*/)))}${MASK}`, 'latin1');
  const edits = (['plain', 'escapes'] as const).flatMap((reading) => allOf(sql, reading));
  return Buffer.from(edited(sql, merged(edits)), 'latin1');
}

const PLAIN_NAME = /^"[A-Za-z_][\w$]*"$/;

function allOf(sql: string, reading: Reading): Edit[] {
  const edits: Edit[] = [];
  const mask = (start: number, end: number, text: string) => edits.push({ start, end, text });
  scanSql(sql, reading, {
    literal: ({ start, end, closed }) => mask(start, end, closed ? `'${MASK}'` : `'${MASK}`),
    number: (start, end) => mask(start, end, '0'),
    identifier: (start, end) => PLAIN_NAME.test(sql.slice(start, end)) || mask(start, end, `"${MASK}"`),
    bare: (start, end) => mask(start, end, MASK),
    comment: (start, end) => mask(start, end, sql.startsWith('--', start) ? `-- ${MASK}` : `/* ${MASK} */`),
  });
  return edits;
}

/** Indexes of the constants in which something is found. */
export function detectedLiterals(text: Buffer, spans: readonly ConstantSpan[], finder: Finder): number[] {
  const sql = text.toString('latin1');
  return spans.flatMap((span, index) => {
    const literal = literalAt(sql, span.start, 'plain');
    const value = literal === null ? sql.slice(span.start, span.end) : valueOf(sql, literal);
    return finder.find(Buffer.from(value, 'latin1')).length > 0 ? [index] : [];
  });
}

/** Parameters of a Bind: an Int16 count, then an Int32 length (-1: NULL) and the bytes of each. */
export interface BoundFormats {
  /** As in Bind: none, one for all, or one each. */
  readonly formats: readonly number[];
  /** OIDs as far as they are known; binary values of other types are recorded as NULL. */
  readonly types?: readonly number[];
}

/** The parameters with some masked, given by number from 1; the same object when none of them has a value. */
export function maskParameters(
  parameters: Buffer,
  numbers: readonly number[],
  { formats, types }: BoundFormats,
): Buffer {
  const masked = new Set(numbers);
  const parts: Buffer[] = [parameters.subarray(0, 2)];
  let changed = false;
  for (let at = 2, number = 1; at + 4 <= parameters.length; number++) {
    const length = parameters.readInt32BE(at);
    const end = at + 4 + Math.max(0, length);
    if (length < 0 || !masked.has(number)) parts.push(parameters.subarray(at, end));
    else {
      changed = true;
      parts.push(...prefixed(replacement(formatOf(formats, number), types?.[number - 1] ?? 0)));
    }
    at = end;
  }
  return changed ? Buffer.concat(parts) : parameters;
}

const MASK_BYTES = Buffer.from(MASK);

/** Types of the database's own are not looked up, and no hash is made, for what only the record sees. */
const NO_TYPES = () => null;
const NO_KEY = Buffer.alloc(0);

function replacement(format: Format, type: number): Buffer | null {
  if (format === 0) return MASK_BYTES;
  return constantOf({ type, format, style: 'redact' }, NO_TYPES) ?? null;
}

/** Manual §55.7, Bind. */
function formatOf(formats: readonly number[], number: number): Format {
  const format = formats.length === 1 ? formats[0] : formats[number - 1];
  return format === 1 ? 1 : 0;
}

function prefixed(value: Buffer | null): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeInt32BE(value === null ? -1 : value.length);
  return value === null ? [length] : [length, value];
}

/** Numbers, from 1, of the parameters in which something is found; what their formats and types are makes binary numbers readable. */
export function detectedParameters(
  parameters: Buffer,
  finder: Finder,
  { formats, types }: BoundFormats = { formats: [] },
): number[] {
  const found: number[] = [];
  for (let at = 2, number = 1; at + 4 <= parameters.length; number++) {
    const length = parameters.readInt32BE(at);
    const end = at + 4 + Math.max(0, length);
    const value = parameters.subarray(at + 4, end);
    const cell = {
      type: types?.[number - 1] ?? 0,
      format: formatOf(formats, number),
      style: 'redact',
      key: NO_KEY,
    } as const;
    if (length > 0 && maskDetected(value, cell, finder, NO_TYPES) !== value) found.push(number);
    at = end;
  }
  return found;
}
