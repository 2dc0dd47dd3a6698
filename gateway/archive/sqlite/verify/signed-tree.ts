/**
 * Holds the tree over the events of one volume to what was signed: its tiles and the checkpoints. Says which events are
 * others than those that were signed, as closely as the tiles can tell (docs/format.md §11, "Where damage is").
 */
import { EventTree, type OnSubtree } from './event-tree.ts';
import type { Findings } from './findings.ts';

const TILE_HEIGHT = 8;
const TILE_WIDTH = 256;

/** The stored hash of a perfect subtree, Latin-1; null when no tile has one. */
export type StoredHash = (height: number, number: number) => string | null;

interface SignedTreeOptions {
  readonly first: number;
  readonly frontier: Uint8Array;
  readonly storedHash: StoredHash;
  readonly findings: Findings;
  readonly log: string;
  readonly volume: string;
}

/** A hash of a tile that the events do not make. */
interface Differing {
  readonly height: number;
  readonly number: number;
}

export class SignedTree {
  readonly #options: SignedTreeOptions;
  /** Over the events as they are. */
  #tree: EventTree;
  #differing: Differing[] = [];
  /** With the hashes of tiles in the place of those events that make others; null where none do. */
  #mended: EventTree | null = null;
  #mendedDiffering: Differing[] = [];
  /** The size of the last checkpoint that fits. */
  #good: number;
  /** The size of the first one behind that which does not; null when there is none. */
  #lost: number | null = null;

  constructor(options: SignedTreeOptions) {
    this.#options = options;
    this.#good = options.first;
    this.#tree = new EventTree(options.first, options.frontier, this.#compare);
  }

  get size(): number {
    return this.#tree.size;
  }

  /** Adds the leaf hash whose words begin at `from` of `leaves`. */
  add(leaves: Int32Array, from: number): void {
    // A mended tree that begins with this leaf has it already.
    const mended = this.#mended;
    this.#tree.add(leaves, from);
    mended?.add(leaves, from);
  }

  /** Goes on at `size` without the leaves between: nothing fits from there on. */
  giveUp(size: number): void {
    this.#tree = new EventTree(size, new Uint8Array(0), (_height, _number, digest) => digest);
    this.#mended = null;
    this.#differing = [];
    this.#lost ??= size;
  }

  /** Roots that the log may have at its present size: of the events, and mended. */
  roots(): readonly [string, string] {
    const root = this.#tree.root();
    return [root, this.#mended?.root() ?? root];
  }

  /** The frontier of the tree, as Latin-1; null when the last checkpoint did not fit. */
  frontier(): string | null {
    return this.#lost === null ? this.#tree.frontier() : null;
  }

  /** Compares with the root (Latin-1) of a checkpoint of the present size: which of {@link roots} it is, null when neither. */
  check(root: string): 0 | 1 | null {
    const [own, mended] = this.roots();
    if (root === own || root === mended) {
      const which = root === own ? 0 : 1;
      this.#settle(which);
      return which;
    }
    this.#lost ??= this.size;
    return null;
  }

  /** Nothing more comes: events up to a checkpoint that nothing behind it explains were not signed so. */
  finish(): void {
    if (this.#lost !== null) this.#tell(this.#good, this.#lost - 1);
  }

  #settle(which: 0 | 1): void {
    if (which === 1 && this.#mended !== null) {
      for (const { height, number } of this.#differing)
        if (height === TILE_HEIGHT)
          this.#tell(Math.max(this.#good, number * TILE_WIDTH), (number + 1) * TILE_WIDTH - 1);
      this.#tree = this.#mended.clone(this.#compare);
      this.#differing = this.#mendedDiffering;
    } else if (this.#lost !== null)
      this.#corrupt('a checkpoint has another root than the events, which later checkpoints prove');
    for (const differing of this.#differing) this.#tellTile(differing);
    this.#differing = [];
    this.#mendedDiffering = [];
    this.#mended = null;
    this.#good = this.size;
    this.#lost = null;
  }

  /** The events' own hashes count; that a tile has another is kept in mind, in a tree of its own. */
  readonly #compare: OnSubtree = (height, number, digest) => {
    const stored = this.#options.storedHash(height, number);
    if (stored === null || stored === digest) return digest;
    this.#differing.push({ height, number });
    if (height === TILE_HEIGHT && this.#mended === null) {
      this.#mended = this.#tree.clone(this.#mend);
      this.#mended.put(height, number, stored);
    }
    return digest;
  };

  readonly #mend: OnSubtree = (height, number, digest) => {
    const stored = this.#options.storedHash(height, number) ?? digest;
    if (height === TILE_HEIGHT) return stored;
    if (stored !== digest) this.#mendedDiffering.push({ height, number });
    return digest;
  };

  #tell(event: number, lastEvent: number): void {
    const { findings, log, volume } = this.#options;
    findings.add('CORRUPT', 'events here are not those that were signed', { log, event, lastEvent, volume });
  }

  #tellTile({ height, number }: Differing): void {
    const level = height / TILE_HEIGHT;
    this.#corrupt(`tile ${Math.floor(number / TILE_WIDTH)} of level ${level} is not that of the events`);
  }

  #corrupt(message: string): void {
    const { findings, log, volume } = this.#options;
    findings.add('CORRUPT', message, { log, volume });
  }
}
