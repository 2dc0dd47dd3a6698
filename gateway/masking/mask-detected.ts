/** Masks within one value what detectors find in it; what they do not find stays byte for byte. */
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
import { throughParts } from './structure.ts';
import type { Format, TypeLookup } from './type-shape.ts';

/** Text types, in which what was found is replaced and the rest stays: name, text, xml, unknown, bpchar, varchar, cstring. */
const TEXTS = new Set([19, 25, 142, 705, 1042, 1043, 1790, 2275]);

/** Types whose values are too short, or of too fixed a form, to hold anything. */
const NEVER = new Set([
  16, 18, 21, 23, 24, 26, 27, 28, 29, 600, 601, 602, 603, 604, 628, 650, 700, 701, 718, 774, 829, 869, 1082,
  1083, 1114, 1184, 1186, 1266, 2202, 2203, 2204, 2205, 2206, 2278, 2950, 3220, 3734, 3769, 4089, 4096, 4191,
]);

const INT8 = 20;
const BYTEA = 17;

/** What is found in a value, so that it can be counted. */
export type Found = (span: Span) => void;

/** How: as a cell, and the name of its column, which makes plain digits a number of that kind. */
export interface DetectedCell extends Cell {
  readonly label?: string;
}

/** The value with what is found in it masked, the same object when nothing is; null: NULL. Never throws. */
export function maskDetected(
  value: Buffer,
  cell: DetectedCell,
  finder: Finder,
  types: TypeLookup,
  found: Found = () => undefined,
): Buffer | null {
  try {
    return throughParts(value, cell.type, cell.format, types, (part, type, format) =>
      masked(part, { ...cell, type, format }, finder, types, found),
    );
  } catch {
    return null;
  }
}

function masked(
  value: Buffer,
  cell: DetectedCell,
  finder: Finder,
  types: TypeLookup,
  found: Found,
): Buffer | null {
  const { type, format, style, key, label } = cell;
  if (NEVER.has(type)) return value;
  if (TEXTS.has(type)) {
    const spans = finder.find(value, label);
    spans.forEach(found);
    return spans.length === 0 ? value : maskSpans(value, spans, style, key);
  }
  if (isJson(type)) return maskInJson(value, cell, finder, found);
  const spans = finder.find(readable(value, type, format), label);
  if (spans.length === 0) return value;
  spans.forEach(found);
  return maskCell(value, cell, types);
}

/** The value as detectors can read it. */
function readable(value: Buffer, type: number, format: Format): Buffer | string {
  if (type === INT8 && format === 1 && value.length === 8) return String(value.readBigInt64BE());
  if (type === BYTEA) return bytesOf(value, format);
  return value;
}

/** A text with spans of it masked; null where the style is that of NULL. */
function maskSpans(value: Buffer, spans: readonly Span[], style: MaskStyle, key: Buffer): Buffer | null {
  if (style === 'null') return null;
  const parts: Buffer[] = [];
  let from = 0;
  for (const { start, end } of spans) {
    parts.push(
      value.subarray(from, start),
      Buffer.from(maskedText(value.toString('utf8', start, end), style, key)),
    );
    from = end;
  }
  return Buffer.concat([...parts, value.subarray(from)]);
}

function maskedText(text: string, style: MaskStyle, key: Buffer): string {
  if (style === 'partial') return partOf(text);
  return style === 'hash' ? pseudonym(key, text) : MASK;
}

function maskInJson(
  value: Buffer,
  { type, format, style, key }: Cell,
  finder: Finder,
  found: Found,
): Buffer | null {
  return throughJson(value, type, format, ({ kind, text }: JsonToken) => {
    if (kind === 'word') return text;
    const inner = kind === 'number' ? text : (JSON.parse(text) as string);
    const spans = finder.find(inner);
    if (spans.length === 0) return text;
    spans.forEach(found);
    if (kind === 'number') return '0';
    const masked = maskSpans(Buffer.from(inner), finder.find(Buffer.from(inner)), style, key);
    return masked === null
      ? kind === 'key'
        ? JSON.stringify(MASK)
        : 'null'
      : JSON.stringify(masked.toString());
  });
}
