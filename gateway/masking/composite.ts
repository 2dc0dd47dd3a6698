/** Composite values (manual §8.16.6): each field replaced by its type, NULLs kept. */
import { prefixed, type ReplaceElement } from './arrays.ts';
import type { Format } from './type-shape.ts';

/**
 * A row with its fields replaced, the same object when none is; null when it cannot be read. `fields` are the OIDs of their types,
 * null for a row without a name, which tells them itself, in binary.
 */
export function throughComposite(
  value: Buffer,
  format: Format,
  fields: readonly number[] | null,
  replace: ReplaceElement,
): Buffer | null {
  if (format === 1) return throughBinary(value, fields, replace);
  return fields === null ? null : throughText(value, fields, replace);
}

/** Int32 count, then for each field Int32 type, Int32 length (-1: NULL) and bytes (record_send). */
function throughBinary(
  value: Buffer,
  fields: readonly number[] | null,
  replace: ReplaceElement,
): Buffer | null {
  if (value.length < 4) return null;
  const count = value.readInt32BE();
  if (fields !== null && fields.length !== count) return null;
  const parts: Buffer[] = [value.subarray(0, 4)];
  let replaced = false;
  let at = 4;
  for (let i = 0; i < count; i++) {
    if (at + 8 > value.length) return null;
    const type = value.readInt32BE(at) >>> 0;
    const length = value.readInt32BE(at + 4);
    const end = at + 8 + Math.max(0, length);
    if (end > value.length || length < -1 || (fields !== null && fields[i] !== type)) return null;
    const field = value.subarray(at + 8, end);
    const kept = length < 0 ? field : replace(field, type);
    replaced ||= kept !== field;
    parts.push(
      ...(kept === field ? [value.subarray(at, end)] : [value.subarray(at, at + 4), ...prefixed(kept)]),
    );
    at = end;
  }
  if (at !== value.length) return null;
  return replaced ? Buffer.concat(parts) : value;
}

/** `(1,"a ""b""",)`: nothing is NULL; read as one character a byte. */
function throughText(value: Buffer, fields: readonly number[], replace: ReplaceElement): Buffer | null {
  const tokens = fieldsOf(value.toString('latin1'));
  if (tokens === null) return null;
  const count = tokens.length === 1 && tokens[0] === '' && fields.length === 0 ? 0 : tokens.length;
  if (count !== fields.length) return null;
  let replaced = false;
  const written = fields.map((type, i) => {
    const token = tokens[i] as string;
    if (token === '') return token;
    const field = Buffer.from(meant(token), 'latin1');
    const kept = replace(field, type);
    replaced ||= kept !== field;
    return kept === field ? token : kept === null ? '' : quoted(kept.toString('latin1'));
  });
  return replaced ? Buffer.from(`(${written.join(',')})`, 'latin1') : value;
}

/** The fields as they are spelled; null when it is no row. */
function fieldsOf(text: string): string[] | null {
  if (!text.startsWith('(') || !text.endsWith(')')) return null;
  const fields: string[] = [];
  let from = 1;
  let inQuotes = false;
  for (let at = 1; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '"') inQuotes = !inQuotes;
    else if (!inQuotes && (char === ',' || char === ')')) {
      if (char === ')' && at !== text.length - 1) return null;
      fields.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return inQuotes || from !== text.length ? null : fields;
}

/** Quotes may stand anywhere in a field; doubled, and behind a back slash, they stand for themselves. */
function meant(token: string): string {
  if (!/["\\]/.test(token)) return token;
  let inQuotes = false;
  return token.replaceAll(/\\([^])|""|"/g, (found: string, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    if (found === '""' && inQuotes) return '"';
    if (found === '"') inQuotes = !inQuotes;
    return '';
  });
}

function quoted(text: string): string {
  const plain = text !== '' && !/[(),"\\\s]/.test(text);
  return plain ? text : `"${text.replaceAll(/["\\]/g, '$&$&')}"`;
}
