/** A recorded cell or parameter → its text as psql would print it, from text or binary format. */
import { dateText, intervalText, timestampText, timeText, zoneText } from './datetime.ts';
import { float4Text, float8Text, numericText } from './number.ts';
import { decodeText } from './text.ts';
import { isArrayType, scalarType, typeName, type TypeName } from './types.ts';

/** Format codes of Bind and RowDescription. */
const TEXT_FORMAT = 0;

/** Dimensions an array may have (MAXDIM). */
const MAX_DIMENSIONS = 6;

/**
 * The text of a value that is not NULL. Binary values of types that are not known here, or that are not whole, are
 * written in hex after their type's name: `point \x3ff0…`.
 */
export function valueText(bytes: Uint8Array, typeOid: number, format: number): string {
  if (format === TEXT_FORMAT) return decodeText(bytes);
  return binaryText(bytes, typeOid) ?? `${typeName(typeOid)} ${hexText(bytes)}`;
}

/** `\x` and two digits a byte, as bytea prints. */
export function hexText(bytes: Uint8Array): string {
  return `\\x${hexDigits(bytes)}`;
}

function hexDigits(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function binaryText(bytes: Uint8Array, typeOid: number): string | null {
  const type = scalarType(typeOid);
  if (type !== null) return scalarText(bytes, type);
  return isArrayType(typeOid) ? arrayText(bytes) : null;
}

type Read = (view: DataView, bytes: Uint8Array) => string | null;

/** Types of a fixed size: how many bytes, and how they read. */
const FIXED: { readonly [T in TypeName]?: readonly [size: number, read: Read] } = {
  bool: [1, (view) => (view.getUint8(0) === 0 ? 'f' : 't')],
  int2: [2, (view) => String(view.getInt16(0))],
  int4: [4, (view) => String(view.getInt32(0))],
  int8: [8, (view) => String(view.getBigInt64(0))],
  oid: [4, (view) => String(view.getUint32(0))],
  xid: [4, (view) => String(view.getUint32(0))],
  cid: [4, (view) => String(view.getUint32(0))],
  xid8: [8, (view) => String(view.getBigUint64(0))],
  tid: [6, (view) => `(${view.getUint32(0)},${view.getUint16(4)})`],
  float4: [4, (view) => float4Text(view.getFloat32(0))],
  float8: [8, (view) => float8Text(view.getFloat64(0))],
  date: [4, (view) => dateText(view.getInt32(0))],
  time: [8, (view) => timeText(view.getBigInt64(0))],
  timetz: [12, (view) => timeText(view.getBigInt64(0)) + zoneText(view.getInt32(8))],
  timestamp: [8, (view) => timestampText(view.getBigInt64(0), '')],
  timestamptz: [8, (view) => timestampText(view.getBigInt64(0), '+00')],
  interval: [16, (view) => intervalText(view.getBigInt64(0), view.getInt32(8), view.getInt32(12))],
  uuid: [16, (_, bytes) => hexDigits(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')],
  pg_lsn: [8, (view) => `${view.getUint32(0).toString(16)}/${view.getUint32(4).toString(16)}`.toUpperCase()],
};

/** Types of any size. */
const VARYING: { readonly [T in TypeName]?: Read } = {
  text: (_, bytes) => decodeText(bytes),
  varchar: (_, bytes) => decodeText(bytes),
  bpchar: (_, bytes) => decodeText(bytes),
  name: (_, bytes) => decodeText(bytes),
  char: (_, bytes) => decodeText(bytes),
  cstring: (_, bytes) => decodeText(bytes),
  unknown: (_, bytes) => decodeText(bytes),
  xml: (_, bytes) => decodeText(bytes),
  json: (_, bytes) => decodeText(bytes),
  refcursor: (_, bytes) => decodeText(bytes),
  jsonb: (view, bytes) => (bytes.length > 0 && view.getUint8(0) === 1 ? decodeText(bytes.subarray(1)) : null),
  bytea: (_, bytes) => hexText(bytes),
  numeric: (_, bytes) => numericText(bytes),
  void: () => '',
};

function scalarText(bytes: Uint8Array, type: TypeName): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fixed = FIXED[type];
  if (fixed !== undefined) return bytes.length === fixed[0] ? fixed[1](view, bytes) : null;
  return VARYING[type]?.(view, bytes) ?? null;
}

/** Array: Int32 dimensions, has-null, element type; Int32 size and lower bound each; Int32 length (-1 is NULL) and bytes each. */
function arrayText(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) return null;
  const dimensions = view.getInt32(0);
  if (dimensions === 0) return '{}';
  if (dimensions < 0 || dimensions > MAX_DIMENSIONS || bytes.length < 12 + 8 * dimensions) return null;
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getInt32(12 + 8 * i));
  const bounds = Array.from({ length: dimensions }, (_, i) => view.getInt32(16 + 8 * i));
  const elements = readElements(view, 12 + 8 * dimensions, view.getUint32(8), bytes);
  if (elements === null || sizes.some((size) => size < 1)) return null;
  if (sizes.reduce((product, size) => product * size, 1) !== elements.length) return null;
  const ranges = sizes.map((size, i) => `[${bounds[i] ?? 1}:${(bounds[i] ?? 1) + size - 1}]`).join('');
  return (bounds.every((bound) => bound === 1) ? '' : `${ranges}=`) + nest(elements, sizes);
}

function readElements(view: DataView, from: number, typeOid: number, bytes: Uint8Array): string[] | null {
  const elements: string[] = [];
  let at = from;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return null;
    const length = view.getInt32(at);
    at += 4;
    if (length < -1 || at + length > bytes.length) return null;
    elements.push(
      length === -1 ? 'NULL' : quoteElement(valueText(bytes.subarray(at, at + length), typeOid, 1)),
    );
    at += Math.max(length, 0);
  }
  return elements;
}

/** Rules of array_out: quotes where the element would read as something else. */
function quoteElement(text: string): string {
  const plain = text !== '' && text.toUpperCase() !== 'NULL' && !/[{}",\\\s]/.test(text);
  return plain ? text : `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;
}

function nest(elements: readonly string[], sizes: readonly number[]): string {
  const [, ...inner] = sizes;
  if (inner.length === 0) return `{${elements.join(',')}}`;
  const each = inner.reduce((product, size) => product * size, 1);
  const parts: string[] = [];
  for (let at = 0; at < elements.length; at += each) parts.push(nest(elements.slice(at, at + each), inner));
  return `{${parts.join(',')}}`;
}
