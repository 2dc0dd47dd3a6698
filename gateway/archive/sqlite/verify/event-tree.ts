/**
 * The tree over a log's events (RFC 6962 §2.1) as a verifier grows it: 256 leaves are hashed at once. Above them hashes are Latin-1
 * text of 32 characters, which is how digests come cheapest, and lie where the next hash is made of them.
 */
import { hash } from 'node:crypto';
import { subtreesOf } from '../../../../shared/recording/tree.ts';
import { LEAF_WORDS } from './segment-run.ts';
import { sha256Batch } from './sha256/sha256-batch.ts';

const HASH_BYTES = 32;
/** `0x01 ‖ left ‖ right`: what a node is the hash of. */
const NODE_BYTES = 1 + 2 * HASH_BYTES;
const LEFT = 1;
const RIGHT = 1 + HASH_BYTES;
/** A log has at most 2^53 events. */
const HEIGHTS = 54;

/** Leaves that are held until there are so many: a subtree of {@link TILE_HEIGHT}. */
const BLOCK = 256;
const TILE_HEIGHT = 8;

const EMPTY_ROOT = hash('sha256', '', 'binary');

/** Is asked about every perfect subtree of a height of 8, 16, …: returns the hash that is to stand for it. */
export type OnSubtree = (height: number, number: number, digest: string) => string;

export class EventTree {
  readonly #nodes = Buffer.alloc(HEIGHTS * NODE_BYTES);
  readonly #node: readonly Buffer[];
  readonly #onSubtree: OnSubtree;
  #size: number;
  /** Leaves of the block of 256 that the tree ends in; those from {@link #settled} on are not in {@link #nodes}. */
  readonly #held = new Int32Array(BLOCK * LEAF_WORDS);
  #settled: number;

  /** The tree of `size` leaves whose frontier is known (shared/recording/tree.ts). */
  constructor(size: number, frontier: Uint8Array, onSubtree: OnSubtree) {
    this.#size = this.#settled = size;
    this.#onSubtree = onSubtree;
    this.#node = Array.from({ length: HEIGHTS }, (_, height) => {
      const node = this.#nodes.subarray(height * NODE_BYTES, (height + 1) * NODE_BYTES);
      node[0] = 1;
      return node;
    });
    let at = frontier.length;
    for (let height = 0; height < HEIGHTS && at > 0; height++) {
      if (!hasSubtree(size, height)) continue;
      at -= HASH_BYTES;
      this.#node[height]?.set(frontier.subarray(at, at + HASH_BYTES), LEFT);
    }
  }

  get size(): number {
    return this.#size;
  }

  /** The same tree, to be judged by another. */
  clone(onSubtree: OnSubtree): EventTree {
    this.#settle();
    const clone = new EventTree(this.#size, new Uint8Array(0), onSubtree);
    this.#nodes.copy(clone.#nodes);
    return clone;
  }

  /** Adds the leaf hash whose words begin at `from` of `leaves`. */
  add(leaves: Int32Array, from: number): void {
    const place = this.#size % BLOCK;
    const held = this.#held;
    const at = LEAF_WORDS * place;
    for (let i = 0; i < LEAF_WORDS; i++) held[at + i] = leaves[from + i] as number;
    this.#size++;
    if (place === BLOCK - 1) this.#settle();
  }

  /** Puts what is held into the tree: as few perfect subtrees as it has, each hashed at once. */
  #settle(): void {
    const [from, to] = [this.#settled, this.#size];
    if (from === to) return;
    this.#settled = to;
    const block = from - (from % BLOCK);
    for (const { height, number } of subtreesOf(from, to)) {
      const leaves = 2 ** height;
      const digest = sha256Batch.perfect(this.#held, number * leaves - block, leaves);
      this.put(height, number, height === TILE_HEIGHT ? this.#onSubtree(height, number, digest) : digest);
    }
  }

  /** Puts the subtree of that height and number in its place, and those that it completes. */
  put(fromHeight: number, fromNumber: number, hashed: string): void {
    let [height, number, digest] = [fromHeight, fromNumber, hashed];
    for (;;) {
      const node = this.#node[height] as Buffer;
      if (number % 2 === 0) {
        node.write(digest, LEFT, HASH_BYTES, 'latin1');
        return;
      }
      node.write(digest, RIGHT, HASH_BYTES, 'latin1');
      digest = hash('sha256', node, 'binary');
      number = (number - 1) / 2;
      height++;
      if (height % TILE_HEIGHT === 0) digest = this.#onSubtree(height, number, digest);
    }
  }

  /** The root of the leaves so far, as Latin-1. */
  root(): string {
    this.#settle();
    let digest: string | null = null;
    for (let height = 0; height < HEIGHTS; height++) {
      if (!hasSubtree(this.#size, height)) continue;
      const node = this.#node[height] as Buffer;
      if (digest === null) digest = node.toString('latin1', LEFT, RIGHT);
      else {
        node.write(digest, RIGHT, HASH_BYTES, 'latin1');
        digest = hash('sha256', node, 'binary');
      }
    }
    return digest ?? EMPTY_ROOT;
  }

  /** The hashes of the frontier, largest subtree first, as Latin-1. */
  frontier(): string {
    this.#settle();
    let frontier = '';
    for (let height = HEIGHTS - 1; height >= 0; height--)
      if (hasSubtree(this.#size, height))
        frontier += (this.#node[height] as Buffer).toString('latin1', LEFT, RIGHT);
    return frontier;
  }
}

/** Whether the frontier of a tree of `size` leaves has a subtree of that height. */
function hasSubtree(size: number, height: number): boolean {
  return Math.floor(size / 2 ** height) % 2 === 1;
}
