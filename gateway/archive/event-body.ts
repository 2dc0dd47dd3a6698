/** Encodes an event with its payloads, for those who write few of them: redactions of a closed archive, and tests. */
import { randomBytes } from 'node:crypto';
import { CborWriter } from '../../shared/recording/cbor.ts';
import { encodeEvent } from '../../shared/recording/codec.ts';
import { commit, SALT_BYTES } from '../../shared/recording/commitment.ts';
import type { EventHeader, EventInput, EventKind } from '../../shared/recording/event.ts';
import { sha256 } from './ed25519.ts';

const writer = new CborWriter();

/** The body of a record: `u32 event length ‖ event ‖ payloads`, each payload with a salt of its own. */
export function encodeBody<K extends EventKind>(
  kind: K,
  fields: EventInput<K>,
  header: EventHeader,
): Uint8Array {
  const payloads: Uint8Array[] = [];
  writer.reset();
  encodeEvent(writer, header, kind, fields, (value) => {
    const salt = randomBytes(SALT_BYTES);
    payloads.push(uint32(value.length), salt, value);
    return commit(sha256, salt, value);
  });
  const event = writer.written();
  return Buffer.concat([uint32(event.length), event, ...payloads]);
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
