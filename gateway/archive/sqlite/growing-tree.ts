/**
 * The Merkle tree of a log while events are added (RFC 6962 §2.1; shared/recording/tree.ts tells it plainly). All events of a
 * log go through here, so hashes lie in one buffer and are written in place: a microsecond an event.
 */
import { hash } from 'node:crypto';
import { HASH_BYTES, subtreesOf } from '../../../shared/recording/tree.ts';
import { sha256 } from '../ed25519.ts';

/** A log of 2^53 events, which is as far as an index goes, has no higher subtree. */
const MOST_HEIGHT = 53;

/** Room for the event that is hashed; grows with the largest one. */
const EVENT_BYTES = 4096;

const LEAF = 0x00;
const NODE = 0x01;

/** Told of every perfect subtree above the leaves that is complete; `hash` is valid until the call returns. */
export type Grown = (height: number, number: number, hash: Uint8Array) => void;

export class GrowingTree {
  readonly #grown: Grown;
  /** The frontier: the hash of the nth subtree from the left begins at n × 32. */
  readonly #hashes = Buffer.alloc((MOST_HEIGHT + 1) * HASH_BYTES);
  readonly #node = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);
  #leaf = Buffer.alloc(EVENT_BYTES, LEAF);
  /** Subtrees in the frontier. */
  #count: number;
  #size: number;

  /** The tree of `size` leaves with this frontier; throws RangeError when they do not fit. */
  constructor(size: number, frontier: Uint8Array, grown: Grown) {
    this.#count = subtreesOf(0, size).length;
    if (frontier.length !== this.#count * HASH_BYTES)
      throw new RangeError(`${frontier.length} bytes are no frontier of ${size} leaves`);
    this.#hashes.set(frontier);
    this.#size = size;
    this.#grown = grown;
  }

  /** Leaves so far: the index of the next event. */
  get size(): number {
    return this.#size;
  }

  /** Adds the event whose bytes lie in `bytes` from `start` up to, without, `end`. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const length = 1 + end - start;
    if (length > this.#leaf.length) this.#leaf = Buffer.alloc(length, LEAF);
    this.#leaf.set(bytes.subarray(start, end), 1);
    this.#put(this.#count++, this.#leaf.subarray(0, length));
    let number = this.#size++;
    for (let height = 1; number % 2 === 1; height++) {
      number = (number - 1) / 2;
      const at = --this.#count * HASH_BYTES;
      this.#hashes.copy(this.#node, 1, at - HASH_BYTES, at + HASH_BYTES);
      this.#put(this.#count - 1, this.#node);
      this.#grown(height, number, this.#hashes.subarray(at - HASH_BYTES, at));
    }
  }

  /** Root of the leaves so far. */
  root(): Uint8Array {
    if (this.#count === 0) return sha256(new Uint8Array());
    let root: Uint8Array = this.#at(this.#count - 1);
    for (let i = this.#count - 2; i >= 0; i--)
      root = sha256(Buffer.concat([Uint8Array.of(NODE), this.#at(i), root]));
    return Uint8Array.from(root);
  }

  /** The hashes of the frontier, largest subtree first. */
  frontier(): Uint8Array {
    return Uint8Array.from(this.#hashes.subarray(0, this.#count * HASH_BYTES));
  }

  #at(place: number): Uint8Array {
    return this.#hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
  }

  /** Hashes into the frontier. A string that is written costs less than half of a Buffer that is copied. */
  #put(place: number, input: Uint8Array): void {
    this.#hashes.write(hash('sha256', input, 'binary'), place * HASH_BYTES, HASH_BYTES, 'latin1');
  }
}
