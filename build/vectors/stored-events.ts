/** Events of vectors as they lie in bundles. */
import { sha256 } from '../../gateway/archive/ed25519.ts';
import { CborWriter } from '../../shared/recording/cbor.ts';
import { encodeEvent } from '../../shared/recording/codec.ts';
import { commit, SALT_BYTES } from '../../shared/recording/commitment.ts';
import type { EventInput, EventKind } from '../../shared/recording/event.ts';
import { bytesOf, LOG, TIME } from './seeded.ts';

const writer = new CborWriter();

/** An event as it lies in a segment, and its payloads. */
export interface Stored {
  readonly session: Uint8Array | null;
  readonly index: number;
  readonly sequence: number;
  readonly event: Uint8Array;
  readonly payloads: Uint8Array;
}

/** Makes one. */
export function stored<K extends EventKind>(
  kind: K,
  fields: EventInput<K>,
  index: number,
  session: Uint8Array | null,
): Stored {
  const payloads: Uint8Array[] = [];
  writer.reset();
  const header = { log: LOG, index, session, sequence: 0, time: TIME + index, monotonic: index };
  encodeEvent(writer, header, kind, fields, (value) => {
    const salt = bytesOf('salt', SALT_BYTES);
    payloads.push(uint32(value.length), salt, value);
    return commit(sha256, salt, value);
  });
  const event = writer.written().slice();
  return { session, index, sequence: 0, event, payloads: Buffer.concat(payloads) };
}

/** A zstd frame of one block that is not compressed (RFC 8878 §3.1.1): the same whoever makes it. */
export function frame(bytes: Uint8Array): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(bytes.length, 5);
  head.writeUIntLE(1 | (bytes.length << 3), 9, 3);
  return Buffer.concat([head, bytes]);
}

/** Big-endian. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
