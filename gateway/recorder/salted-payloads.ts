/** Salts the payloads of one event after another and commits to them (shared/recording/commitment.ts). */
import { createHash, hash, randomFillSync } from 'node:crypto';
import {
  COMMITMENT_DOMAIN,
  COMMITMENT_PREFIX_BYTES,
  COMMITMENT_SALT_AT,
  SALT_BYTES,
  writeCommitmentLength,
} from '../../shared/recording/commitment.ts';
import type { SaltedValues } from './spool.ts';

/** Random bytes fetched at once: one system call for 1,024 salts. */
const SALT_POOL_BYTES = SALT_BYTES * 1024;

/** Values up to this length are hashed in one go from a scratch buffer, larger ones behind their prefix without a copy. */
const SCRATCH_VALUE_BYTES = 16384;

export class SaltedPayloads {
  /** Of the event being encoded; filled and emptied in place. */
  readonly salted = {
    values: [] as Uint8Array[],
    salts: Buffer.alloc(0),
    saltAt: [] as number[],
  } satisfies SaltedValues;
  readonly #scratch = Buffer.allocUnsafeSlow(COMMITMENT_PREFIX_BYTES + SCRATCH_VALUE_BYTES);
  #nextSalt = 0;

  constructor() {
    this.#scratch.set(COMMITMENT_DOMAIN, 0); // stays: only salt, length and value differ
  }

  /** Begins the next event. */
  begin(): void {
    this.salted.values.length = this.salted.saltAt.length = 0;
  }

  /** Salts and keeps a value for the event being encoded; returns the commitment to it, as Latin-1 text. */
  readonly commit = (value: Uint8Array): string => {
    const salted = this.salted;
    const scratch = this.#scratch;
    const { length } = value;
    const saltAt = this.#salt();
    salted.values.push(value);
    salted.saltAt.push(saltAt);
    salted.salts.copy(scratch, COMMITMENT_SALT_AT, saltAt, saltAt + SALT_BYTES);
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

  /** Where the next salt lies. Those of the event being encoded stay where they are: the pool is left, not overwritten. */
  #salt(): number {
    const salted = this.salted;
    if (this.#nextSalt === salted.salts.length) {
      const more = randomFillSync(Buffer.allocUnsafeSlow(SALT_POOL_BYTES));
      // An event has at most two values: the salt of the first may be the old pool's last.
      for (const [i, at] of salted.saltAt.entries()) {
        salted.salts.copy(more, i * SALT_BYTES, at, at + SALT_BYTES);
        salted.saltAt[i] = i * SALT_BYTES;
      }
      salted.salts = more;
      this.#nextSalt = salted.saltAt.length * SALT_BYTES;
    }
    const at = this.#nextSalt;
    this.#nextSalt += SALT_BYTES;
    return at;
  }
}
