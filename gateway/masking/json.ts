/**
 * json and jsonb (manual §8.14). Redact replaces the document; partial and hash keep its structure and such keys as programs
 * choose, and mask every other key and every leaf.
 */
import { MASK } from '../../shared/recording/mask.ts';
import type { MaskStyle } from '../../shared/policy/mask-rule.ts';
import { type JsonToken, mappedJson } from './json-text.ts';
import { partOf } from './part.ts';
import { numberBelow, pseudonym } from './pseudonym.ts';
import { powerOfTen } from './scalars/decimal.ts';
import type { Format } from './type-shape.ts';

const JSON_TYPE = 114;
const JSONB = 3802;

/** The only version of jsonb's binary form (jsonb_recv): a byte before the text. */
const JSONB_VERSION = 1;

const REDACTED = Buffer.from(JSON.stringify(MASK));
const REDACTED_JSONB = Buffer.concat([Buffer.from([JSONB_VERSION]), REDACTED]);

/** A key that a program chose, not a value that became one. */
const NAME = /^[A-Za-z_][A-Za-z_-]{0,39}\d{0,2}$/;

export function isJson(type: number): boolean {
  return type === JSON_TYPE || type === JSONB;
}

/** What redact makes of every document. */
export function redactedJson(type: number, format: Format): Buffer {
  return type === JSONB && format === 1 ? REDACTED_JSONB : REDACTED;
}

/** A document masked; null when it is none. */
export function maskJson(
  value: Buffer,
  type: number,
  format: Format,
  style: MaskStyle,
  key: Buffer,
): Buffer | null {
  if (style === 'redact') return redactedJson(type, format);
  return throughJson(value, type, format, (token) => maskedToken(token, style, key));
}

function maskedToken({ kind, text }: JsonToken, style: MaskStyle, key: Buffer): string {
  if (kind === 'word') return text === 'null' ? text : 'false';
  if (kind === 'number')
    return String(
      style === 'hash' ? numberBelow(2 ** 53, key, String(Number(text))) : powerOfTen(Number(text)),
    );
  const value = JSON.parse(text) as string;
  if (kind === 'key' && NAME.test(value)) return text;
  return JSON.stringify(style === 'hash' ? pseudonym(key, value) : partOf(value));
}

/** A document with its tokens replaced, the same object when none is; null when it is none. */
export function throughJson(
  value: Buffer,
  type: number,
  format: Format,
  replace: (token: JsonToken) => string,
): Buffer | null {
  const versioned = type === JSONB && format === 1;
  if (versioned && value[0] !== JSONB_VERSION) return null;
  const document = value.toString('utf8', versioned ? 1 : 0);
  const replaced = mappedJson(document, replace);
  if (replaced === null) return null;
  if (replaced === document) return value;
  const bytes = Buffer.from(replaced);
  return versioned ? Buffer.concat([value.subarray(0, 1), bytes]) : bytes;
}
