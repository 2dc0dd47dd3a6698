/**
 * The Merkle tree of a log while events are added (RFC 6962 §2.1; shared/recording/tree.ts tells it plainly). All events of a
 * log go through here, so they are gathered and hashed many at a time: half of what a call for each would take.
 */
import { HASH_BYTES, subtreesOf } from '../../../shared/recording/tree.ts';
import { EventTree } from './verify/event-tree.ts';
import { LEAF_WORDS } from './verify/segment-run.ts';
import { Places, sha256Batch } from './verify/sha256/sha256-batch.ts';

/** Events that are hashed at once: a tile's worth, and the bytes of small ones. */
const MOST_EVENTS = 256;
const MOST_BYTES = 64 * 1024;

/** Told of every perfect subtree of a height of 8, 16, … that is complete; `hash` is valid until the call returns. */
export type Grown = (height: number, number: number, hash: Uint8Array) => void;

export class GrowingTree {
  readonly #tree: EventTree;
  /** Events that are not in the tree yet, one behind the other. */
  #events = Buffer.allocUnsafeSlow(MOST_BYTES);
  #length = 0;
  readonly #places = new Places();

  /** The tree of `size` leaves with this frontier; throws RangeError when they do not fit. */
  constructor(size: number, frontier: Uint8Array, grown: Grown) {
    if (frontier.length !== subtreesOf(0, size).length * HASH_BYTES)
      throw new RangeError(`${frontier.length} bytes are no frontier of ${size} leaves`);
    this.#tree = new EventTree(size, frontier, (height, number, hash) => {
      grown(height, number, Buffer.from(hash, 'latin1'));
      return hash;
    });
  }

  /** Leaves so far: the index of the next event. */
  get size(): number {
    return this.#tree.size + this.#places.count;
  }

  /** Adds the event whose bytes lie in `bytes` from `start` up to, without, `end`. What completes subtrees may be told later. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.#places.count === MOST_EVENTS || this.#length + length > this.#events.length) this.#settle();
    if (length > this.#events.length) this.#events = Buffer.allocUnsafeSlow(length);
    this.#events.set(bytes.subarray(start, end), this.#length);
    this.#places.add(this.#length, length);
    this.#length += length;
  }

  /** Puts all that was added into the tree, and tells of what that completes. */
  #settle(): void {
    const { count } = this.#places;
    if (count === 0) return;
    const leaves = sha256Batch.leaves(this.#events.subarray(0, this.#length), this.#places);
    this.#places.empty();
    this.#length = 0;
    for (let i = 0; i < count; i++) this.#tree.add(leaves, LEAF_WORDS * i);
  }

  /** Root of the leaves so far. */
  root(): Uint8Array {
    this.#settle();
    return Buffer.from(this.#tree.root(), 'latin1');
  }

  /** The hashes of the frontier, largest subtree first. */
  frontier(): Uint8Array {
    this.#settle();
    return Buffer.from(this.#tree.frontier(), 'latin1');
  }
}
