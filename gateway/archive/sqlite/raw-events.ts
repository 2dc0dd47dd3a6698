/** Stored events as their bytes: what is copied, proved or exported must not be encoded again. */
import { decodeEvent, payloadFieldsOf } from '../../../shared/recording/codec.ts';
import type { Event, PayloadRef } from '../../../shared/recording/event.ts';
import { PAYLOAD_HEAD_BYTES, REDACTED } from '../../../shared/recording/record.ts';

/** An event and the payloads beside it as they lie (docs/format.md §1). */
export interface RawEvent {
  readonly event: Event;
  readonly bytes: Uint8Array;
  readonly payloads: Uint8Array;
}

/** The events of a segment, whose parts are given raw. Throws RangeError where these do not fit. */
export function* rawEvents(events: Buffer, payloads: Buffer): Generator<RawEvent> {
  let payloadAt = 0;
  for (let at = 0; at < events.length;) {
    const end = at + 4 + events.readUInt32BE(at);
    const bytes = events.subarray(at + 4, end);
    const event = decodeEvent(bytes);
    const payloadEnd = endOfPayloads(event, payloads, payloadAt);
    yield { event, bytes, payloads: payloads.subarray(payloadAt, payloadEnd) };
    at = end;
    payloadAt = payloadEnd;
  }
}

function endOfPayloads(event: Event, payloads: Buffer, from: number): number {
  let end = from;
  for (const { to } of storedPayloads(event, payloads, from)) end = to;
  return end;
}

/** A payload beside an event and where it lies, head included; `length` of its value in bytes, null when that was redacted. */
export interface StoredPayload {
  readonly field: string;
  readonly from: number;
  readonly to: number;
  readonly length: number | null;
}

/** The payloads of an event that lie in `bytes` from `start` on. Throws RangeError where these do not fit. */
export function* storedPayloads(event: Event, bytes: Uint8Array, start = 0): Generator<StoredPayload> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = event.fields as Record<string, unknown>;
  let at = start;
  for (const field of payloadFieldsOf(event.kind)) {
    if ((fields[field] as PayloadRef | null) === null) continue;
    const length = view.getUint32(at);
    const from = at;
    at += length === REDACTED ? 4 : PAYLOAD_HEAD_BYTES + length;
    yield { field, from, to: at, length: length === REDACTED ? null : length };
  }
}

/** An event with its payloads as the body of a spool record: what a volume's writer takes. */
export function bodyOf({ bytes, payloads }: Pick<RawEvent, 'bytes' | 'payloads'>): Uint8Array {
  const body = Buffer.allocUnsafe(4 + bytes.length + payloads.length);
  body.writeUInt32BE(bytes.length);
  body.set(bytes, 4);
  body.set(payloads, 4 + bytes.length);
  return body;
}
