/**
 * The Merkle tree over a log's events: RFC 6962 §2.1. A leaf is an event's bytes as stored, its number the event's index.
 *
 *   leaf hash   SHA-256(0x00 ‖ event)
 *   node hash   SHA-256(0x01 ‖ left ‖ right)
 *
 * Hashes are 32 bytes. A subtree is named by its height and its number among those of its height from the left: it covers
 * the leaves from `number × 2^height` up to, without, `(number + 1) × 2^height`.
 */
import type { Sha256 } from './commitment.ts';

/** Bytes of a hash. */
export const HASH_BYTES = 32;

const LEAF = 0x00;
const NODE = 0x01;

/** Hash of the event whose bytes these are. */
export function leafHash(sha256: Sha256, event: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + event.length);
  input[0] = LEAF;
  input.set(event, 1);
  return sha256(input);
}

/** Hash of the node over two hashes. */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = NODE;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return sha256(input);
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(sha256: Sha256): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** A perfect subtree: all of its leaves are there. */
export interface Subtree {
  readonly height: number;
  readonly number: number;
}

/** The perfect subtrees that a range of leaves consists of, from the left: what stands for it in proofs and frontiers. */
export function subtreesOf(from: number, to: number): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = from; at < to;) {
    let height = 0;
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height++;
    subtrees.push({ height, number: at / 2 ** height });
    at += 2 ** height;
  }
  return subtrees;
}

/** Where the tree over the leaves from `from` to `to` splits: the largest power of two below their count. */
function splitOf(from: number, to: number): number {
  let half = 1;
  while (half * 2 < to - from) half *= 2;
  return from + half;
}

/** Looks up the hash of a perfect subtree. */
export type SubtreeHash = (subtree: Subtree) => Uint8Array;

/** Root of the tree of the first `size` leaves. */
export function rootOf(sha256: Sha256, size: number, hashOf: SubtreeHash): Uint8Array {
  return size === 0 ? emptyRoot(sha256) : rangeHash(sha256, 0, size, hashOf);
}

/** Hash of the leaves from `from` to `to` where these are a node of an RFC 6962 tree: `from` is a multiple of the power of two that fits. */
function rangeHash(sha256: Sha256, from: number, to: number, hashOf: SubtreeHash): Uint8Array {
  const hashes = subtreesOf(from, to).map(hashOf);
  return foldRight(sha256, hashes);
}

/** The subtrees of a frontier, largest first, as one hash. */
function foldRight(sha256: Sha256, hashes: readonly Uint8Array[]): Uint8Array {
  let hash = hashes.at(-1) ?? emptyRoot(sha256);
  for (let i = hashes.length - 2; i >= 0; i--) hash = nodeHash(sha256, hashes[i] as Uint8Array, hash);
  return hash;
}

/**
 * A tree that grows: knows the hashes of its frontier alone (the subtrees of {@link subtreesOf} from 0 to its size), which is
 * all that is needed to go on.
 */
export class Frontier {
  readonly #sha256: Sha256;
  readonly #hashes: Uint8Array[];
  #size: number;

  /** The empty tree, or one of `size` leaves whose frontier is known, as {@link bytes} gives it. Throws RangeError when they do not fit. */
  constructor(sha256: Sha256, size = 0, frontier: Uint8Array = new Uint8Array(0)) {
    if (frontier.length !== subtreesOf(0, size).length * HASH_BYTES)
      throw new RangeError(`${frontier.length} bytes are no frontier of ${size} leaves`);
    this.#sha256 = sha256;
    this.#size = size;
    this.#hashes = [];
    for (let at = 0; at < frontier.length; at += HASH_BYTES)
      this.#hashes.push(frontier.slice(at, at + HASH_BYTES));
  }

  /** Leaves so far: the number of the next. */
  get size(): number {
    return this.#size;
  }

  /** Adds a leaf; `grown` is told every perfect subtree that it completes, the leaf itself first. */
  add(leaf: Uint8Array, grown?: (subtree: Subtree, hash: Uint8Array) => void): void {
    let hash = leaf;
    let number = this.#size;
    grown?.({ height: 0, number }, hash);
    for (let height = 1; number % 2 === 1; height++) {
      hash = nodeHash(this.#sha256, this.#hashes.pop() as Uint8Array, hash);
      number = (number - 1) / 2;
      grown?.({ height, number }, hash);
    }
    this.#hashes.push(hash);
    this.#size++;
  }

  /** Root of the leaves so far. */
  root(): Uint8Array {
    return foldRight(this.#sha256, this.#hashes);
  }

  /** The hashes of the frontier, largest subtree first. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#hashes.length * HASH_BYTES);
    for (const [i, hash] of this.#hashes.entries()) bytes.set(hash, i * HASH_BYTES);
    return bytes;
  }
}

/** The audit path of leaf `index` in the tree of `size` leaves (RFC 6962 §2.1.1), from the leaf up. */
export function inclusionProof(
  sha256: Sha256,
  index: number,
  size: number,
  hashOf: SubtreeHash,
): Uint8Array[] {
  const path: Uint8Array[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const split = splitOf(from, to);
    if (index < split) {
      path.push(rangeHash(sha256, split, to, hashOf));
      to = split;
    } else {
      path.push(rangeHash(sha256, from, split, hashOf));
      from = split;
    }
  }
  return path.toReversed();
}

/** The root that an audit path leads to (RFC 9162 §2.1.3.2); null when the path has not the length that it must have. */
export function rootFromInclusion(
  sha256: Sha256,
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
): Uint8Array | null {
  if (index >= size) return null;
  let [node, last] = [index, size - 1];
  let hash = leaf;
  for (const other of path) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sha256, other, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else hash = nodeHash(sha256, hash, other);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}

/** Proof that the tree of `size` leaves goes on from that of its first `first` (RFC 6962 §2.1.2); 0 < first ≤ size. */
export function consistencyProof(
  sha256: Sha256,
  first: number,
  size: number,
  hashOf: SubtreeHash,
): Uint8Array[] {
  const proof: Uint8Array[] = [];
  let [from, to] = [0, size];
  while (first !== to) {
    const split = splitOf(from, to);
    if (first <= split) {
      proof.push(rangeHash(sha256, split, to, hashOf));
      to = split;
    } else {
      proof.push(rangeHash(sha256, from, split, hashOf));
      from = split;
    }
  }
  // The subtree that ends at `first` is told unless it is the whole first tree, whose root the verifier has.
  if (from !== 0) proof.push(rangeHash(sha256, from, to, hashOf));
  return proof.toReversed();
}

/** Whether the proof says that the tree with root `newRoot` goes on from the one with `oldRoot` (RFC 9162 §2.1.4.2). */
export function isConsistent(
  sha256: Sha256,
  first: { readonly size: number; readonly root: Uint8Array },
  second: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (first.size === 0) return proof.length === 0;
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && sameHash(first.root, second.root);
  let [node, last] = [first.size - 1, second.size - 1];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  const path = node === 0 && isPowerOfTwo(first.size) ? [first.root, ...proof] : [...proof];
  const start = path.shift();
  if (start === undefined) return false;
  let [old, now] = [start, start];
  for (const other of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      old = nodeHash(sha256, other, old);
      now = nodeHash(sha256, other, now);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else now = nodeHash(sha256, now, other);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && sameHash(old, first.root) && sameHash(now, second.root);
}

/**
 * The subtrees whose hashes, with the leaves themselves, prove that the leaves `indexes` (ascending, distinct) are in the tree
 * of `size` leaves: what the tree has beside them, from the left. One such proof serves a whole selection of events.
 */
export function subtreesBeside(indexes: readonly number[], size: number): Subtree[] {
  const beside: Subtree[] = [];
  let at = 0;
  for (const index of [...indexes, size]) {
    beside.push(...subtreesOf(at, index));
    at = index + 1;
  }
  return beside;
}

/**
 * The root that leaves and the hashes of {@link subtreesBeside} lead to, both in order; null when there are too many or too
 * few hashes. `indexes` is ascending, distinct and below `size`.
 */
export function rootFromSelection(
  sha256: Sha256,
  size: number,
  leaves: readonly { readonly index: number; readonly hash: Uint8Array }[],
  beside: readonly Uint8Array[],
): Uint8Array | null {
  const subtrees = subtreesBeside(
    leaves.map(({ index }) => index),
    size,
  );
  if (subtrees.length !== beside.length) return null;
  // Leaves and subtrees together cover the tree from left to right; equal neighbours are joined as a frontier grows.
  const parts = [
    ...leaves.map(({ index, hash }) => ({ from: index, height: 0, hash })),
    ...subtrees.map(({ height, number }, i) => ({
      from: number * 2 ** height,
      height,
      hash: beside[i] as Uint8Array,
    })),
  ].toSorted((a, b) => a.from - b.from);
  const stack: { height: number; from: number; hash: Uint8Array }[] = [];
  for (const part of parts) {
    let { height, from, hash } = part;
    for (
      let left = stack.at(-1);
      left?.height === height && (from / 2 ** height) % 2 === 1;
      left = stack.at(-1)
    ) {
      stack.pop();
      hash = nodeHash(sha256, left.hash, hash);
      from = left.from;
      height++;
    }
    stack.push({ height, from, hash });
  }
  return foldRight(
    sha256,
    stack.map(({ hash }) => hash),
  );
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

/** Whether two hashes are the same. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
