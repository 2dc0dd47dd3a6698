/** Arrays (manual §8.15): each element replaced, dimensions and NULLs kept. */
import type { Format } from './type-shape.ts';

/** What replaces an element of a type; null: NULL. The same object: it stays. */
export type ReplaceElement = (element: Buffer, type: number) => Buffer | null;

/** box is the one type of PostgreSQL's own whose elements are not parted by commas (pg_type.typdelim). */
const BOX = 603;

/** PostgreSQL's limit on dimensions (MAXDIM). */
const MOST_DIMENSIONS = 6;

/** An array with its elements replaced, the same object when none is; null when it cannot be read. */
export function throughArray(
  value: Buffer,
  format: Format,
  element: number,
  replace: ReplaceElement,
): Buffer | null {
  return format === 1 ? throughBinary(value, element, replace) : throughText(value, element, replace);
}

/**
 * Int32 dimensions, Int32 whether there are NULLs, Int32 type, for each dimension Int32 size and Int32 lower bound; then for each
 * element an Int32 length (-1: NULL) and its bytes (array_send).
 */
function throughBinary(value: Buffer, element: number, replace: ReplaceElement): Buffer | null {
  if (value.length < 12) return null;
  const dimensions = value.readInt32BE();
  const type = value.readInt32BE(8) >>> 0;
  const start = 12 + 8 * dimensions;
  if (
    dimensions < 0 ||
    dimensions > MOST_DIMENSIONS ||
    value.length < start ||
    (element !== 0 && type !== element)
  )
    return null;
  const parts: Buffer[] = [value.subarray(0, 4), Buffer.from([0, 0, 0, 1]), value.subarray(8, start)];
  const replaced = throughFields(value, start, parts, (field) => replace(field, type));
  return replaced === null ? null : replaced ? Buffer.concat(parts) : value;
}

/** Fields of Int32 length and bytes up to the end, added to `parts`; whether any was replaced, null when they do not fit. */
function throughFields(
  value: Buffer,
  start: number,
  parts: Buffer[],
  replace: (field: Buffer) => Buffer | null,
): boolean | null {
  let replaced = false;
  for (let at = start; at < value.length;) {
    if (at + 4 > value.length) return null;
    const length = value.readInt32BE(at);
    const end = at + 4 + Math.max(0, length);
    if (length < -1 || end > value.length) return null;
    const field = value.subarray(at + 4, end);
    const kept = length < 0 ? field : replace(field);
    if (kept === field) parts.push(value.subarray(at, end));
    else {
      replaced = true;
      parts.push(...prefixed(kept));
    }
    at = end;
  }
  return replaced;
}

/** A field with its length before it; -1: NULL. */
export function prefixed(field: Buffer | null): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeInt32BE(field === null ? -1 : field.length);
  return field === null ? [length] : [length, field];
}

/** `[1:2]={…}`: bounds of dimensions that do not start at 1. */
const BOUNDS = /^(?:\[-?\d+:-?\d+\])+=/;

/** `{a,"b c",{NULL}}`, read as one character a byte. */
function throughText(value: Buffer, element: number, replace: ReplaceElement): Buffer | null {
  const text = value.toString('latin1');
  const delimiter = element === BOX ? ';' : ',';
  let out = BOUNDS.exec(text)?.[0] ?? '';
  let depth = 0;
  let replaced = false;
  for (let at = out.length; at < text.length;) {
    const char = text[at] as string;
    if (char === '{' || char === '}' || char === delimiter) {
      if (depth === 0 && char !== '{') return null;
      depth += char === '{' ? 1 : char === '}' ? -1 : 0;
      out += char;
      at++;
      continue;
    }
    const end = char === '"' ? quotedEnd(text, at) : bareEnd(text, at, delimiter);
    if (end < 0 || depth === 0) return null;
    const token = text.slice(at, end);
    const given = char === '"' ? unescaped(token.slice(1, -1)) : unescaped(token);
    at = end;
    if (char !== '"' && token === 'NULL') {
      out += token;
      continue;
    }
    const field = Buffer.from(given, 'latin1');
    const kept = replace(field, element);
    replaced ||= kept !== field;
    out += kept === field ? token : kept === null ? 'NULL' : quoted(kept.toString('latin1'), delimiter);
  }
  if (depth !== 0) return null;
  return replaced ? Buffer.from(out, 'latin1') : value;
}

/** Behind the quote that ends what starts at `at`; -1 when none does. */
function quotedEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  return -1;
}

function bareEnd(text: string, at: number, delimiter: string): number {
  let end = at;
  for (; end < text.length; end++) {
    const char = text[end] as string;
    if (char === delimiter || char === '{' || char === '}') break;
    if (char === '\\') end++;
  }
  return Math.min(end, text.length);
}

function unescaped(inner: string): string {
  return inner.includes('\\') ? inner.replaceAll(/\\([^])/g, '$1') : inner;
}

function quoted(text: string, delimiter: string): string {
  const plain =
    text !== '' && !/[{}"\\\s]/.test(text) && !text.includes(delimiter) && text.toUpperCase() !== 'NULL';
  return plain ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
