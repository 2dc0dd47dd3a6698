/** The items of which events' fields are made, on top of CBOR's: what may be null, lists, and references to payloads. */
import type { CborWriter } from './cbor.ts';
import { CborError, type CborReader } from './cbor-reader.ts';
import type { PayloadRef } from './event.ts';

/**
 * Keeps a payload's value and salt and returns the commitment to it: 32 bytes, or the same as Latin-1 text, one char a
 * byte, which is how a digest comes cheapest.
 */
export type CommitPayload = (value: Uint8Array) => Uint8Array | string;

/** Text or null. */
export function writeNullableText(writer: CborWriter, value: string | null): void {
  if (value === null) writer.null();
  else writer.text(value);
}

/** An integer or null. */
export function writeNullableInteger(writer: CborWriter, value: number | null): void {
  if (value === null) writer.null();
  else writer.integer(value);
}

/** A reference to a payload, or null. */
export function writeNullablePayload(
  writer: CborWriter,
  value: Uint8Array | null,
  commitPayload: CommitPayload,
): void {
  if (value === null) writer.null();
  else writePayload(writer, value, commitPayload);
}

/** A reference to a payload: its length and the commitment to it. */
export function writePayload(writer: CborWriter, value: Uint8Array, commitPayload: CommitPayload): void {
  const commitment = commitPayload(value);
  writer.array(2);
  writer.integer(value.length);
  if (typeof commitment === 'string') writer.latin1Bytes(commitment);
  else writer.bytes(commitment);
}

/** A list of integers. */
export function writeIntegers(writer: CborWriter, list: readonly number[]): void {
  writer.array(list.length);
  for (let i = 0; i < list.length; i++) writer.integer(list[i] as number);
}

/** See {@link writeNullableText}. */
export function readNullableText(reader: CborReader): string | null {
  return reader.skipNull() ? null : reader.text();
}

/** See {@link writeNullableInteger}. */
export function readNullableInteger(reader: CborReader): number | null {
  return reader.skipNull() ? null : reader.integer();
}

/** See {@link writeNullablePayload}. */
export function readNullablePayload(reader: CborReader): PayloadRef | null {
  return reader.skipNull() ? null : readPayloadRef(reader);
}

/** See {@link writePayload}. Throws {@link CborError}. */
export function readPayloadRef(reader: CborReader): PayloadRef {
  if (reader.array() !== 2) throw new CborError('a payload reference is length and commitment');
  return { length: reader.integer(), commitment: reader.bytes() };
}

/** No event changes the list it was given, so the many empty ones are one. */
const EMPTY: readonly number[] = [];

/** See {@link writeIntegers}. */
export function readIntegers(reader: CborReader): readonly number[] {
  const count = reader.array();
  if (count === 0) return EMPTY;
  const list: number[] = [];
  for (let i = 0; i < count; i++) list.push(reader.integer());
  return list;
}
