/**
 * How events and their payloads lie in bytes.
 *
 *   spool record   u32 body length ‖ u32 CRC-32 of the body ‖ body
 *   body           u32 event length ‖ event ‖ payload*
 *   payload        u32 value length ‖ salt (16) ‖ value          REDACTED as length: value and salt are gone
 *   segment        two parts: (u32 event length ‖ event)*  and  payload*, both in the order of the events
 *
 * All integers big-endian. A segment keeps payloads apart so that time lines and proofs read events alone.
 */
import { SALT_BYTES } from './commitment.ts';
import { decodeEvent, EventError, payloadFieldsOf, payloadsOf } from './codec.ts';
import type { Event, PayloadRef } from './event.ts';
import { readTold, TOLD, type ToldRedaction } from './told-redaction.ts';

/** The length that stands in place of a payload that was redacted. */
export const REDACTED = 0xffffffff;

/** Bytes before the body of a spool record. */
export const RECORD_HEAD_BYTES = 8;

/** Bytes before the value of a payload. */
export const PAYLOAD_HEAD_BYTES = 4 + SALT_BYTES;

/** An event with the payloads beside it. */
export interface StoredEvent {
  readonly event: Event;
  /** The event's own bytes: what is hashed. */
  readonly bytes: Uint8Array;
  /** Values by field name; null when redacted, or what was kept; absent when the event has no such payload. */
  readonly payloads: Readonly<Record<string, Uint8Array | null>>;
  /** Of the payloads that were redacted, where it is known by whom. */
  readonly redactions?: Readonly<Record<string, ToldRedaction>>;
}

/** Reads the body of a spool record; throws {@link EventError}. */
export function readBody(body: Uint8Array): StoredEvent {
  const length = uint32(body, 0);
  const bytes = slice(body, 4, length);
  const event = decodeEvent(bytes);
  const { payloads, end } = readPayloads(event, body, 4 + length);
  if (end !== body.length)
    throw new EventError('MALFORMED_EVENT', `${body.length - end} bytes after the payloads of a record`);
  return { event, bytes, payloads };
}

/** Where the body of a spool record divides into what goes to the two parts of a segment, without reading the event. */
export function eventPartOf(body: Uint8Array): number {
  const end = 4 + uint32(body, 0);
  if (end > body.length) throw new EventError('MALFORMED_EVENT', 'cut short');
  return end;
}

/** Reads a segment's events in order; throws {@link EventError} where its parts do not fit. */
export function* readSegment(events: Uint8Array, payloads: Uint8Array): Generator<StoredEvent> {
  yield* readParts(events, payloads, false);
}

/** The same where some payloads are told of in their place (told-redaction.ts). */
export function* readToldSegment(events: Uint8Array, payloads: Uint8Array): Generator<StoredEvent> {
  yield* readParts(events, payloads, true);
}

/** What stands in the place of all payloads of a segment whose events alone can be read, each as `told`. */
export function withheldPayloads(events: Uint8Array, told: Uint8Array): Uint8Array {
  let count = 0;
  for (const event of readHeads(events)) count += payloadsOf(event).length;
  const payloads = new Uint8Array(count * told.length);
  for (let i = 0; i < count; i++) payloads.set(told, i * told.length);
  return payloads;
}

/** Reads the events of a segment's first part alone. */
export function* readHeads(events: Uint8Array): Generator<Event> {
  for (let at = 0; at < events.length;) {
    const bytes = slice(events, at + 4, uint32(events, at));
    at += 4 + bytes.length;
    yield decodeEvent(bytes);
  }
}

function* readParts(events: Uint8Array, payloads: Uint8Array, isTold: boolean): Generator<StoredEvent> {
  let at = 0;
  let payloadAt = 0;
  while (at < events.length) {
    const bytes = slice(events, at + 4, uint32(events, at));
    at += 4 + bytes.length;
    const event = decodeEvent(bytes);
    const { end, redactions, payloads: values } = readPayloads(event, payloads, payloadAt, isTold);
    payloadAt = end;
    yield redactions === null
      ? { event, bytes, payloads: values }
      : { event, bytes, payloads: values, redactions };
  }
  if (payloadAt !== payloads.length)
    throw new EventError('MALFORMED_EVENT', 'a segment holds payloads of no event');
}

/**
 * Packs a segment's parts into one body for the wire: u32 length of the events part ‖ events ‖ payloads. In the place of payloads
 * that were redacted it may be told by whom (told-redaction.ts).
 */
export function packSegment(events: Uint8Array, payloads: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(4 + events.length + payloads.length);
  new DataView(packed.buffer).setUint32(0, events.length);
  packed.set(events, 4);
  packed.set(payloads, 4 + events.length);
  return packed;
}

/** The reverse of {@link packSegment}: reads the events of a packed segment. */
export function readPackedSegment(packed: Uint8Array): Generator<StoredEvent> {
  const length = uint32(packed, 0);
  return readParts(slice(packed, 4, length), packed.subarray(4 + length), true);
}

function readPayloads(
  event: Event,
  bytes: Uint8Array,
  from: number,
  isTold = false,
): {
  payloads: Record<string, Uint8Array | null>;
  redactions: Record<string, ToldRedaction> | null;
  end: number;
} {
  const payloads: Record<string, Uint8Array | null> = {};
  let redactions: Record<string, ToldRedaction> | null = null;
  const fields = event.fields as Record<string, unknown>;
  let at = from;
  for (const field of payloadFieldsOf(event.kind)) {
    const ref = fields[field] as PayloadRef | null;
    if (ref === null) continue;
    const length = uint32(bytes, at);
    if (length === REDACTED) {
      payloads[field] = null;
      at += 4;
      continue;
    }
    if (isTold && length === TOLD) {
      const { remainder, end, ...told } = readTold(bytes, at + 4);
      payloads[field] = remainder;
      (redactions ??= {})[field] = told;
      at = end;
      continue;
    }
    if (length !== ref.length)
      throw new EventError(
        'MALFORMED_EVENT',
        `payload ${field} has ${length} bytes, its event says ${ref.length}`,
      );
    payloads[field] = slice(bytes, at + PAYLOAD_HEAD_BYTES, length);
    at += PAYLOAD_HEAD_BYTES + length;
  }
  return { payloads, redactions, end: at };
}

function uint32(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new EventError('MALFORMED_EVENT', 'cut short');
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  );
}

function slice(bytes: Uint8Array, from: number, length: number): Uint8Array {
  if (from + length > bytes.length) throw new EventError('MALFORMED_EVENT', 'cut short');
  return bytes.subarray(from, from + length);
}
