/**
 * The root that selected leaves and the hashes beside them lead to (docs/format.md §10), leaf by leaf: what
 * rootFromSelection of shared/recording/tree.ts gives, in memory that does not grow with the selection.
 */
import { HASH_BYTES, nodeHash, subtreesOf } from '../../../shared/recording/tree.ts';
import { sha256 } from '../ed25519.ts';

interface Part {
  readonly height: number;
  readonly number: number;
  readonly hash: Uint8Array;
}

export class SelectionRoot {
  readonly #beside: Uint8Array;
  #besideAt = 0;
  #next = 0;
  #parts: Part[] = [];
  #lacking = false;

  /** `beside`: hashes, one after the other. */
  constructor(beside: Uint8Array) {
    this.#beside = beside;
  }

  /** The next selected leaf; indexes rise. */
  leaf(index: number, hash: Uint8Array): void {
    this.#fill(index);
    this.#push({ height: 0, number: index, hash });
    this.#next = index + 1;
  }

  /** The root of the tree of `size` leaves; null when there are too many or too few hashes. */
  root(size: number): Uint8Array | null {
    this.#fill(size);
    if (this.#lacking || this.#besideAt !== this.#beside.length) return null;
    const [last, ...before] = this.#parts.toReversed();
    if (last === undefined) return null;
    return before.reduce((hash, part) => nodeHash(sha256, part.hash, hash), last.hash);
  }

  #fill(to: number): void {
    for (const subtree of subtreesOf(this.#next, to)) this.#push({ ...subtree, hash: this.#take() });
    this.#next = to;
  }

  #take(): Uint8Array {
    const hash = this.#beside.subarray(this.#besideAt, this.#besideAt + HASH_BYTES);
    this.#besideAt += HASH_BYTES;
    this.#lacking ||= hash.length < HASH_BYTES;
    return hash;
  }

  /** Equal neighbours are joined as a tree grows. */
  #push(part: Part): void {
    let { height, number, hash } = part;
    for (
      let left = this.#parts.at(-1);
      left?.height === height && number % 2 === 1;
      left = this.#parts.at(-1)
    ) {
      this.#parts.pop();
      hash = nodeHash(sha256, left.hash, hash);
      number = (number - 1) / 2;
      height++;
    }
    this.#parts.push({ height, number, hash });
  }
}
