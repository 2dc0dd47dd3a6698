/**
 * Plain values ⇄ deterministic CBOR (RFC 8949 §4.2.1): null, booleans, safe integers, text, bytes, arrays, and maps whose keys are
 * text in the order of their encoding: the shorter first, then by their bytes.
 */
import type { CborWriter } from '../recording/cbor.ts';
import { CborError, type CborReader } from '../recording/cbor-reader.ts';

export type CborValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly CborValue[]
  | { readonly [key: string]: CborValue };

/** Entries of a case are five levels deep; what nests deeper is made to exhaust a stack. */
const MOST_LEVELS = 12;

/** ASCII, so that the order of characters is that of bytes. */
const KEY = /^[A-Za-z][A-Za-z0-9]{0,39}$/;

/** Writes the value. Throws TypeError for what it has no form for, such as a fraction. */
export function writeValue(writer: CborWriter, value: CborValue): void {
  if (value === null) writer.null();
  else if (typeof value === 'boolean') writer.boolean(value);
  else if (typeof value === 'string') writer.text(value.toWellFormed());
  else if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is no safe integer`);
    writer.integer(value);
  } else if (value instanceof Uint8Array) writer.bytes(value);
  else if (isList(value)) {
    writer.array(value.length);
    for (const item of value) writeValue(writer, item);
  } else writeMap(writer, value);
}

function isList(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value);
}

function writeMap(writer: CborWriter, map: { readonly [key: string]: CborValue }): void {
  const keys = Object.keys(map).toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
  writer.map(keys.length);
  for (const key of keys) {
    if (!KEY.test(key)) throw new TypeError(`${key} is no key`);
    writer.text(key);
    writeValue(writer, map[key] as CborValue);
  }
}

/** Reads one value; bytes are views. Throws {@link CborError} for anything else than what {@link writeValue} writes. */
export function readValue(reader: CborReader, levels = MOST_LEVELS): CborValue {
  if (levels === 0) throw new CborError('nested too deep');
  switch (reader.kind()) {
    case 'integer':
      return reader.integer();
    case 'bytes':
      return reader.bytes();
    case 'text':
      return reader.text();
    case 'simple':
      return reader.skipNull() ? null : reader.boolean();
    case 'array': {
      const items: CborValue[] = [];
      for (let left = reader.array(); left > 0; left--) items.push(readValue(reader, levels - 1));
      return items;
    }
    case 'map':
      return readMap(reader, levels - 1);
  }
}

function readMap(reader: CborReader, levels: number): { readonly [key: string]: CborValue } {
  const map: Record<string, CborValue> = {};
  let before = '';
  for (let left = reader.map(); left > 0; left--) {
    const key = reader.text();
    if (!KEY.test(key) || !isBefore(before, key)) throw new CborError('keys of a map out of order');
    map[key] = readValue(reader, levels);
    before = key;
  }
  return map;
}

function isBefore(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}
