/** Events with their payloads and salts as they lie in the archive: what evidence is, and what a bundle holds (docs/format.md §1). */
import { PAYLOAD_HEAD_BYTES, readPackedSegment, type StoredEvent } from '../../../shared/recording/record.ts';

/** Bytes that stand in place of a payload that was redacted. */
const REDACTED_BYTES = 4;

export interface Body {
  readonly stored: StoredEvent;
  /** `u32 event length ‖ event ‖ payloads`. */
  readonly bytes: Uint8Array;
}

/** The bodies of a packed segment, in order. Throws EventError where its parts do not fit. */
export function* bodiesIn(packed: Uint8Array): Generator<Body> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let payloadsAt = 4 + view.getUint32(0);
  for (const stored of readPackedSegment(packed)) {
    const size = Object.values(stored.payloads).reduce((sum, value) => sum + sizeOf(value), 0);
    const bytes = new Uint8Array(4 + stored.bytes.length + size);
    new DataView(bytes.buffer).setUint32(0, stored.bytes.length);
    bytes.set(stored.bytes, 4);
    bytes.set(packed.subarray(payloadsAt, payloadsAt + size), 4 + stored.bytes.length);
    payloadsAt += size;
    yield { stored, bytes };
  }
}

function sizeOf(value: Uint8Array | null): number {
  return value === null ? REDACTED_BYTES : PAYLOAD_HEAD_BYTES + value.length;
}
