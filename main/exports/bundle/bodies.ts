/** Events with their payloads and salts as they lie in the archive: what evidence is, and what a bundle holds (docs/format.md §1). */
import { payloadFieldsOf } from '../../../shared/recording/codec.ts';
import type { Event } from '../../../shared/recording/event.ts';
import {
  PAYLOAD_HEAD_BYTES,
  readPackedSegment,
  REDACTED,
  type StoredEvent,
} from '../../../shared/recording/record.ts';
import { readTold, TOLD } from '../../../shared/recording/told-redaction.ts';

/** What stands in place of a payload that was redacted. */
const GONE = Buffer.alloc(4);
GONE.writeUInt32BE(REDACTED);

export interface Body {
  readonly stored: StoredEvent;
  /** `u32 event length ‖ event ‖ payloads`. */
  readonly bytes: Uint8Array;
}

/** The bodies of a packed segment, in order. Throws EventError where its parts do not fit. */
export function* bodiesIn(packed: Uint8Array): Generator<Body> {
  const view = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  let at = 4 + view.readUInt32BE(0);
  for (const stored of readPackedSegment(packed)) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(stored.bytes.length);
    const parts: Uint8Array[] = [length, stored.bytes];
    for (const { bytes, end } of payloadsIn(stored.event, view, at)) {
      parts.push(bytes);
      at = end;
    }
    yield { stored, bytes: Buffer.concat(parts) };
  }
}

/** The payloads of an event as they are stored: who took one out is told beside it to readers, and no part of the evidence. */
function* payloadsIn(
  event: Event,
  bytes: Buffer,
  from: number,
): Generator<{ readonly bytes: Uint8Array; readonly end: number }> {
  const fields = event.fields as Readonly<Record<string, unknown>>;
  let at = from;
  for (const field of payloadFieldsOf(event.kind)) {
    if (fields[field] === null) continue;
    const length = bytes.readUInt32BE(at);
    if (length === REDACTED) at += 4;
    else if (length === TOLD) at = readTold(bytes, at + 4).end;
    else {
      const end = at + PAYLOAD_HEAD_BYTES + length;
      yield { bytes: bytes.subarray(at, end), end };
      at = end;
      continue;
    }
    yield { bytes: GONE, end: at };
  }
}
