/**
 * Hashes of the tree of one log, for proofs: read from the tiles and frontiers of its volumes, and below the tiles hashed anew
 * from the events (docs/format.md §2, §4).
 */
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { CborReader } from '../../../shared/recording/cbor-reader.ts';
import { HASH_BYTES, leafHash, nodeHash, subtreesOf, type Subtree } from '../../../shared/recording/tree.ts';
import { ArchiveError } from '../archive.ts';
import { sha256 } from '../ed25519.ts';

/** A volume of the log, opened when it is asked for the first time. */
export interface TreeVolume {
  /** Index of its first event. */
  readonly first: number;
  readonly db: () => Database.Database;
}

/** A tile holds subtrees of height 8 × level, 256 at most (C2SP tlog-tiles). */
const TILE_HEIGHT = 8;
const TILE_WIDTH = 2 ** TILE_HEIGHT;

/** Runs of leaves that are kept at a time; proofs of neighbours ask for the same ones. */
const KEPT_RUNS = 64;

/** Hashes that are kept at a time: some 10 MB. */
const KEPT_HASHES = 50_000;

interface Run {
  readonly first: number;
  readonly leaves: Uint8Array[];
}

/** Looks up hashes; each lookup throws {@link ArchiveError} NOT_FOUND where the volumes that would tell it are not here. */
export class TreeReader {
  readonly #volumes: readonly OpenedVolume[];
  readonly #runs = new Map<number, Run>();
  /** Those of {@link prepare}, by the number of their tile's node. */
  readonly #prepared = new Map<number, Run>();
  /** Hashes of subtrees that were made of others, by name: paths of neighbours share most of theirs. */
  readonly #made = new Map<string, Uint8Array>();

  /** `volumes` are those of one log that there are, in any order; they stay the caller's to close. */
  constructor(volumes: readonly TreeVolume[]) {
    this.#volumes = volumes.toSorted((a, b) => a.first - b.first).map((volume) => new OpenedVolume(volume));
  }

  /** A {@link SubtreeHash} of shared/recording/tree.ts. */
  readonly hashOf = (subtree: Subtree): Uint8Array => {
    const known = this.#fromFrontier(subtree) ?? this.#fromTile(subtree);
    if (known !== null) return known;
    const { height, number } = subtree;
    if (height === 0) return this.#leaf(number);
    const name = nameOf(subtree);
    const made = this.#made.get(name);
    if (made !== undefined) return made;
    const below = { height: height - 1, number: 2 * number };
    const hash = nodeHash(sha256, this.hashOf(below), this.hashOf({ ...below, number: below.number + 1 }));
    if (this.#made.size >= KEPT_HASHES) this.#made.clear();
    this.#made.set(name, hash);
    return hash;
  };

  /**
   * Reads what the paths of these events, and of the end of the tree, need below the tiles, all segments once. Without it each of
   * them is searched for on its own, which is faster for a few.
   */
  prepare(indexes: Iterable<number>): void {
    const numbers = new Set([...indexes].map((index) => Math.floor(index / TILE_WIDTH)));
    for (const volume of this.#volumes)
      volume.eachLeaf(numbers, (index, hash) => {
        const number = Math.floor(index / TILE_WIDTH);
        const run = this.#prepared.get(number) ?? { first: number * TILE_WIDTH, leaves: [] };
        run.leaves[index - run.first] = hash;
        this.#prepared.set(number, run);
      });
  }

  /** A volume knows the tree before it by its largest perfect subtrees: where earlier volumes are gone, by nothing else. */
  #fromFrontier({ height, number }: Subtree): Uint8Array | null {
    const end = (number + 1) * 2 ** height;
    const endOfBoth = (Math.floor(number / 2) + 1) * 2 ** (height + 1);
    const isLeft = number % 2 === 0;
    const volume = this.#volumes.find(({ first }) => isLeft && first >= end && first < endOfBoth);
    return volume?.frontier.get(nameOf({ height, number })) ?? null;
  }

  #fromTile({ height, number }: Subtree): Uint8Array | null {
    if (height === 0 || height % TILE_HEIGHT !== 0) return null;
    const last = (number + 1) * 2 ** height - 1;
    return this.#volumeOf(last)?.tiled(height / TILE_HEIGHT, number) ?? null;
  }

  #leaf(index: number): Uint8Array {
    const volume = this.#volumeOf(index);
    if (volume === undefined) throw missing(index);
    const number = Math.floor(index / TILE_WIDTH);
    const prepared = this.#prepared.get(number)?.leaves[index % TILE_WIDTH];
    if (prepared !== undefined) return prepared;
    let run = this.#runs.get(number);
    if (run?.leaves[index - run.first] === undefined) {
      run = volume.leavesOf(number * TILE_WIDTH, (number + 1) * TILE_WIDTH);
      if (this.#runs.size >= KEPT_RUNS) this.#runs.clear();
      this.#runs.set(number, run);
    }
    const leaf = run.leaves[index - run.first];
    if (leaf === undefined) throw missing(index);
    return leaf;
  }

  #volumeOf(index: number): OpenedVolume | undefined {
    return this.#volumes.findLast(({ first }) => first <= index);
  }
}

interface Tile {
  readonly start: number;
  readonly hashes: Buffer;
}

class OpenedVolume {
  readonly first: number;
  readonly #open: () => Database.Database;
  #frontier: ReadonlyMap<string, Uint8Array> | null = null;
  /** Those that are full, by level and number: 8 KiB for 65,536 events each. */
  readonly #tiles = new Map<string, Tile>();

  constructor({ first, db }: TreeVolume) {
    this.first = first;
    this.#open = db;
  }

  /** By {@link nameOf}. */
  get frontier(): ReadonlyMap<string, Uint8Array> {
    if (this.#frontier !== null) return this.#frontier;
    const bytes = this.#open().prepare<[], Buffer>('SELECT frontier FROM volume').pluck().get();
    const subtrees = subtreesOf(0, this.first);
    const hashes = subtrees.map(
      (subtree, i) => [nameOf(subtree), bytes?.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)] as const,
    );
    if (bytes?.length !== hashes.length * HASH_BYTES) return new Map();
    return (this.#frontier = new Map(hashes.map(([name, hash]) => [name, hash ?? bytes])));
  }

  /** The hash of the subtree of height 8 × `level` with this number; null when no tile of the volume has it. */
  tiled(level: number, number: number): Uint8Array | null {
    const tile = this.#tile(level, Math.floor(number / TILE_WIDTH));
    if (tile === undefined) return null;
    const at = ((number % TILE_WIDTH) - tile.start) * HASH_BYTES;
    return at >= 0 && at + HASH_BYTES <= tile.hashes.length
      ? tile.hashes.subarray(at, at + HASH_BYTES)
      : null;
  }

  #tile(level: number, number: number): Tile | undefined {
    const name = `${level}/${number}`;
    const known = this.#tiles.get(name);
    if (known !== undefined) return known;
    const tile = this.#open()
      .prepare<[number, number], Tile>('SELECT start, hashes FROM tile WHERE level = ? AND number = ?')
      .get(level, number);
    // A tile that is not full may have more next time.
    if (tile !== undefined && tile.hashes.length === TILE_WIDTH * HASH_BYTES) this.#tiles.set(name, tile);
    return tile;
  }

  /** Tells `take` the leaf hashes of the events under the tiles' nodes of these numbers, as far as the volume has them. */
  eachLeaf(numbers: ReadonlySet<number>, take: (index: number, hash: Uint8Array) => void): void {
    const db = this.#open();
    const sorted = [...numbers].toSorted((a, b) => a - b);
    const segments = db
      .prepare<[], { id: number; first_index: number; last_index: number }>(
        'SELECT id, first_index, last_index FROM segment ORDER BY first_index',
      )
      .all();
    const read = db.prepare<[number], Buffer>('SELECT events FROM segment WHERE id = ?').pluck();
    let from = 0;
    for (const { id, first_index: first, last_index: last } of segments) {
      while ((sorted[from] ?? Infinity) < Math.floor(first / TILE_WIDTH)) from++;
      if ((sorted[from] ?? Infinity) > last / TILE_WIDTH) continue;
      for (const event of eventsOf(zstdDecompressSync(read.get(id) ?? Buffer.alloc(0)))) {
        const index = indexOf(event);
        if (numbers.has(Math.floor(index / TILE_WIDTH))) take(index, leafHash(sha256, event));
      }
    }
  }

  /** Leaf hashes of the events from `from` up to, without, `to`, as far as the volume has them. */
  leavesOf(from: number, to: number): Run {
    const first = Math.max(from, this.first);
    const segments = this.#open()
      .prepare<[number, number], { events: Buffer }>(
        'SELECT events FROM segment WHERE first_index < ? AND last_index >= ?',
      )
      .iterate(to, first);
    const leaves: Uint8Array[] = [];
    for (const { events } of segments) {
      for (const event of eventsOf(zstdDecompressSync(events))) {
        const index = indexOf(event);
        if (index >= first && index < to) leaves[index - first] = leafHash(sha256, event);
      }
    }
    return { first, leaves };
  }
}

/** The events of a segment, as their bytes. */
function* eventsOf(segment: Buffer): Generator<Uint8Array> {
  for (let at = 0; at < segment.length;) {
    const length = segment.readUInt32BE(at);
    yield segment.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
}

/** The index in the log that an event says it has; of its header no more is read. */
function indexOf(event: Uint8Array): number {
  const reader = new CborReader(event);
  reader.array();
  reader.integer(); // its version
  reader.bytes(); // its log
  return reader.integer();
}

function nameOf({ height, number }: Subtree): string {
  return `${height}/${number}`;
}

function missing(index: number): ArchiveError {
  const what = `event ${index} of the log is in none of the volumes that are here, nor the tree over it`;
  return new ArchiveError('NOT_FOUND', `${what}; a proof needs the volume back`);
}
