/**
 * Encodes events with their payloads as bodies of records (shared/recording/record.ts), one after the other in one buffer:
 * an import writes millions of them.
 */
import { hash, createHash, randomFillSync } from 'node:crypto';
import { CborWriter } from '../../shared/recording/cbor.ts';
import { encodeEvent } from '../../shared/recording/codec.ts';
import {
  COMMITMENT_DOMAIN,
  COMMITMENT_PREFIX_BYTES,
  COMMITMENT_SALT_AT,
  SALT_BYTES,
  writeCommitmentLength,
} from '../../shared/recording/commitment.ts';
import type { EventHeader, EventInput, EventKind } from '../../shared/recording/event.ts';
import { PAYLOAD_HEAD_BYTES } from '../../shared/recording/record.ts';

/** Random bytes fetched at once: one system call for 1,024 salts. */
const SALT_POOL_BYTES = SALT_BYTES * 1024;

/** Values up to this length are hashed in one go from a scratch buffer, larger ones behind their prefix without a copy. */
const SCRATCH_VALUE_BYTES = 16_384;

const FIRST_BODY_BYTES = 64 * 1024;

export class EventBodies {
  readonly #writer = new CborWriter();
  readonly #scratch = Buffer.allocUnsafeSlow(COMMITMENT_PREFIX_BYTES + SCRATCH_VALUE_BYTES);
  readonly #values: Uint8Array[] = [];
  /** Salts of {@link #values}, one after the other: an event has few payloads. */
  readonly #salts = Buffer.alloc(SALT_BYTES * 8);
  #pool = Buffer.alloc(0);
  #nextSalt = 0;
  #body = Buffer.allocUnsafeSlow(FIRST_BODY_BYTES);

  constructor() {
    this.#scratch.set(COMMITMENT_DOMAIN, 0); // stays: only salt, length and value differ
  }

  /** The body of one event, valid until the next call. */
  encode<K extends EventKind>(header: EventHeader, kind: K, fields: EventInput<K>): Uint8Array {
    this.#values.length = 0;
    this.#writer.reset();
    encodeEvent(this.#writer, header, kind, fields, this.#commit);
    const event = this.#writer.written();
    let length = 4 + event.length;
    for (const value of this.#values) length += PAYLOAD_HEAD_BYTES + value.length;
    if (length > this.#body.length) this.#body = Buffer.allocUnsafeSlow(length * 2);
    const body = this.#body;
    body.writeUInt32BE(event.length, 0);
    body.set(event, 4);
    let at = 4 + event.length;
    for (let i = 0; i < this.#values.length; i++) {
      const value = this.#values[i] as Uint8Array;
      body.writeUInt32BE(value.length, at);
      this.#salts.copy(body, at + 4, i * SALT_BYTES, (i + 1) * SALT_BYTES);
      body.set(value, at + PAYLOAD_HEAD_BYTES);
      at += PAYLOAD_HEAD_BYTES + value.length;
    }
    return body.subarray(0, length);
  }

  /** Salts a value of the event being encoded; the commitment as Latin-1 text, which is how a digest comes cheapest. */
  readonly #commit = (value: Uint8Array): string => {
    const scratch = this.#scratch;
    const { length } = value;
    if (this.#nextSalt === this.#pool.length) {
      this.#pool = randomFillSync(Buffer.allocUnsafeSlow(SALT_POOL_BYTES));
      this.#nextSalt = 0;
    }
    this.#pool.copy(scratch, COMMITMENT_SALT_AT, this.#nextSalt, this.#nextSalt + SALT_BYTES);
    this.#pool.copy(
      this.#salts,
      this.#values.length * SALT_BYTES,
      this.#nextSalt,
      this.#nextSalt + SALT_BYTES,
    );
    this.#nextSalt += SALT_BYTES;
    this.#values.push(value);
    writeCommitmentLength(scratch, 0, length);
    if (length <= SCRATCH_VALUE_BYTES) {
      scratch.set(value, COMMITMENT_PREFIX_BYTES);
      return hash('sha256', scratch.subarray(0, COMMITMENT_PREFIX_BYTES + length), 'binary');
    }
    return createHash('sha256')
      .update(scratch.subarray(0, COMMITMENT_PREFIX_BYTES))
      .update(value)
      .digest('binary');
  };
}
