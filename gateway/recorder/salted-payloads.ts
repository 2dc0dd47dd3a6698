/** Salts the payloads of one event after another and commits to them (shared/recording/commitment.ts). */
import { createHash, hash, randomFillSync } from 'node:crypto';
import {
  COMMITMENT_DOMAIN,
  COMMITMENT_PREFIX_BYTES,
  COMMITMENT_SALT_AT,
  SALT_BYTES,
  writeCommitmentLength,
} from '../../shared/recording/commitment.ts';
import { copyBytes } from './copy-bytes.ts';
import type { SaltedValues } from './spool.ts';

/** Random bytes fetched at once: one system call for 1,024 salts. */
const SALT_POOL_BYTES = SALT_BYTES * 1024;

/** Values up to this length are hashed in one go from a scratch buffer, larger ones behind their prefix without a copy. */
const SCRATCH_VALUE_BYTES = 16384;

/** What stands in a place that no value was put into yet. */
const NOTHING = new Uint8Array(0);

export class SaltedPayloads {
  /** Of the event being encoded; filled anew in place, as growing and shrinking lists costs more than what is put into them. */
  readonly salted = {
    count: 0,
    values: [NOTHING, NOTHING] as Uint8Array[],
    salts: Buffer.alloc(0),
    saltAt: [0, 0] as number[],
  } satisfies SaltedValues;
  readonly #scratch = Buffer.allocUnsafeSlow(COMMITMENT_PREFIX_BYTES + SCRATCH_VALUE_BYTES);
  #nextSalt = 0;

  constructor() {
    this.#scratch.set(COMMITMENT_DOMAIN, 0); // stays: only salt, length and value differ
  }

  /** Begins the next event. */
  begin(): void {
    this.salted.count = 0;
  }

  /** Salts and keeps a value for the event being encoded; returns the commitment to it, as Latin-1 text. */
  readonly commit = (value: Uint8Array): string => {
    const salted = this.salted;
    const scratch = this.#scratch;
    const { length } = value;
    const saltAt = this.#salt();
    salted.values[salted.count] = value;
    salted.saltAt[salted.count] = saltAt;
    salted.count++;
    copyBytes(salted.salts, saltAt, SALT_BYTES, scratch, COMMITMENT_SALT_AT);
    writeCommitmentLength(scratch, 0, length);
    if (length <= SCRATCH_VALUE_BYTES) {
      copyBytes(value, 0, length, scratch, COMMITMENT_PREFIX_BYTES);
      return hash('sha256', scratch.subarray(0, COMMITMENT_PREFIX_BYTES + length), 'binary');
    }
    return createHash('sha256')
      .update(scratch.subarray(0, COMMITMENT_PREFIX_BYTES))
      .update(value)
      .digest('binary');
  };

  /** Where the next salt lies. Those of the event being encoded stay where they are: the pool is left, not overwritten. */
  #salt(): number {
    const salted = this.salted;
    if (this.#nextSalt === salted.salts.length) {
      const more = randomFillSync(Buffer.allocUnsafeSlow(SALT_POOL_BYTES));
      // An event has at most two values: the salt of the first may be the old pool's last.
      for (let i = 0; i < salted.count; i++) {
        copyBytes(salted.salts, salted.saltAt[i] as number, SALT_BYTES, more, i * SALT_BYTES);
        salted.saltAt[i] = i * SALT_BYTES;
      }
      salted.salts = more;
      this.#nextSalt = salted.count * SALT_BYTES;
    }
    const at = this.#nextSalt;
    this.#nextSalt += SALT_BYTES;
    return at;
  }
}
