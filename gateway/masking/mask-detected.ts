/** Masks within one value what detectors find in it; what they do not find stays byte for byte. */
import { isUtf8 } from 'node:buffer';
import type { MaskStyle } from '../../shared/policy/mask-rule.ts';
import { MASK } from '../../shared/recording/mask.ts';
import type { Finder } from './detectors/finder.ts';
import type { Span } from './detectors/span.ts';
import { isJson, throughJson } from './json.ts';
import type { JsonToken } from './json-text.ts';
import { type Cell, maskCell } from './mask-cell.ts';
import { partOf } from './part.ts';
import { pseudonym } from './pseudonym.ts';
import { bytesOf } from './scalars/bytes.ts';
import { numericText } from './scalars/decimal.ts';
import { throughParts } from './structure.ts';
import type { Format, TypeLookup } from './type-shape.ts';

/** Text types, in which what was found is replaced and the rest stays: name, text, xml, unknown, bpchar, varchar, refcursor, cstring. */
const TEXTS = new Set([19, 25, 142, 705, 1042, 1043, 1790, 2275]);

/** Types whose values are too short, or of too fixed a form, to hold anything. */
const NEVER = new Set([
  16, 18, 21, 24, 26, 27, 28, 29, 600, 601, 602, 603, 604, 628, 650, 700, 718, 774, 829, 869, 1082, 1083,
  1114, 1184, 1186, 1266, 2202, 2203, 2204, 2205, 2206, 2278, 2950, 3220, 3734, 3769, 4089, 4096, 4191,
]);

const INT8 = 20;
const INT4 = 23;
const FLOAT8 = 701;
const NUMERIC = 1700;
const BYTEA = 17;

/** Told of each find, so that it can be counted. */
export type Found = (span: Span) => void;

/** How: as a cell, and the name of its column, which makes plain digits a number of that kind. */
export interface DetectedCell extends Cell {
  readonly label?: string;
}

const UNTOLD: Found = () => undefined;

/**
 * The value with what is found in it masked, the same object when nothing is; null: NULL. Of texts only what was found is replaced, of
 * json the leaf it was found in, of arrays and rows the element or field; other values become whole what {@link maskCell} makes of
 * them. Never throws.
 */
export function maskDetected(
  value: Buffer,
  cell: DetectedCell,
  finder: Finder,
  types: TypeLookup,
  found: Found = UNTOLD,
): Buffer | null {
  let nothing = true;
  const tell: Found = (span) => {
    nothing = false;
    found(span);
  };
  let result: Buffer | null = null;
  try {
    if (TEXTS.has(cell.type)) return maskInText(value, cell, finder, found);
    if (NEVER.has(cell.type)) return value;
    result = throughParts(value, cell.type, cell.format, types, (part, type, format) =>
      masked(part, { ...cell, type, format }, finder, types, tell),
    );
  } catch {
    // As what cannot be read.
  }
  // What cannot be read for its parts, as a row whose type has changed, is looked at as it is.
  if (result !== null || !nothing) return result;
  const spans = finder.find(value, cell.label);
  spans.forEach(found);
  return spans.length === 0 ? value : null;
}

function masked(
  value: Buffer,
  cell: DetectedCell,
  finder: Finder,
  types: TypeLookup,
  found: Found,
): Buffer | null {
  const { type, format, label } = cell;
  if (NEVER.has(type)) return value;
  if (TEXTS.has(type)) return maskInText(value, cell, finder, found);
  if (isJson(type)) return maskInJson(value, cell, finder, found);
  const text = readable(value, type, format, label);
  const spans = text === null ? [] : finder.find(text, label);
  if (spans.length === 0) return value;
  spans.forEach(found);
  return maskCell(value, cell, types);
}

/** The value as detectors can read it; null when nothing can be in it. */
function readable(value: Buffer, type: number, format: Format, label: string | undefined): Buffer | null {
  switch (type) {
    case INT4:
      // No card number fits in: only its name makes one a number of a person.
      if (label === undefined || label === '') return null;
      return format === 0 ? value : Buffer.from(String(value.readInt32BE()));
    case INT8:
      return format === 0 ? value : Buffer.from(String(value.readBigInt64BE()));
    case FLOAT8:
      return format === 0 ? value : Buffer.from(String(value.readDoubleBE()));
    case NUMERIC:
      return Buffer.from(numericText(value, format) ?? '');
    case BYTEA: {
      // Pictures and the like have anything in them by chance.
      const bytes = bytesOf(value, format);
      return isUtf8(bytes) ? bytes : null;
    }
    default:
      return value;
  }
}

function maskInText(
  value: Buffer,
  { style, key, label }: DetectedCell,
  finder: Finder,
  found: Found,
): Buffer | null {
  const spans = finder.find(value, label);
  if (spans.length === 0) return value;
  spans.forEach(found);
  return style === 'null' ? null : maskSpans(value, spans, style, key);
}

function maskSpans(value: Buffer, spans: readonly Span[], style: MaskStyle, key: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { start, end } of spans) {
    const text = value.toString('utf8', start, end);
    const mask = style === 'partial' ? partOf(text) : style === 'hash' ? pseudonym(key, text) : MASK;
    parts.push(value.subarray(from, start), Buffer.from(mask));
    from = end;
  }
  return Buffer.concat([...parts, value.subarray(from)]);
}

/** Leaves and keys. A leaf under style null is null; a key must be a text. What a leaf is called is the key before it. */
function maskInJson(value: Buffer, cell: DetectedCell, finder: Finder, found: Found): Buffer | null {
  const { type, format, style, key } = cell;
  let label = cell.label ?? '';
  return throughJson(value, type, format, ({ kind, text }: JsonToken) => {
    if (kind === 'word') return text;
    const inner = Buffer.from(kind === 'number' ? text : (JSON.parse(text) as string));
    const spans = finder.find(inner, kind === 'key' ? '' : label);
    if (kind === 'key') label = inner.toString();
    if (spans.length === 0) return text;
    spans.forEach(found);
    if (kind === 'number') return '0';
    if (style === 'null' && kind !== 'key') return 'null';
    return JSON.stringify(maskSpans(inner, spans, style, key).toString());
  });
}
