/** The evidence beside a volume's events: tree, tiles and checkpoints, kept in step with them. */
import type Database from 'better-sqlite3';
import { eventPartOf } from '../../../shared/recording/record.ts';
import { HASH_BYTES, sameHash, subtreesOf } from '../../../shared/recording/tree.ts';
import { ArchiveError } from '../archive.ts';
import { checkpointOf, Checkpoints, type StoredCheckpoint } from './checkpoints.ts';
import { GrowingTree } from './growing-tree.ts';
import type { LogKeys, LogSigner } from './log-signer.ts';
import { Tiles } from './tiles.ts';
import { TreeReader } from './tree-reader.ts';
import type { VolumeRow } from './volume-row.ts';

export class VolumeTree {
  readonly #tree: GrowingTree;
  readonly #tiles: Tiles;
  readonly #checkpoints: Checkpoints;

  /** Goes on where the volume stands. Throws {@link ArchiveError} DAMAGED when its events are not what was signed. */
  constructor(db: Database.Database, row: VolumeRow, keys: LogKeys) {
    this.#tiles = new Tiles(db);
    this.#checkpoints = new Checkpoints(db, row, keys);
    this.#tree = new GrowingTree(row.next, frontierOf(db, row), (height, number, hash) =>
      this.#tiles.add(height, number, hash),
    );
    this.#mustBeSigned(db.name);
  }

  /** Adds an event: the body of a spool record. */
  add(body: Uint8Array): void {
    this.#tree.add(body, 4, eventPartOf(body));
  }

  /** Before a commit: stores tiles, and signs. `time`: µs since 1970; `keep`: the checkpoint is to stay. */
  commit(time: number, keep: boolean): void {
    const root = this.#tree.root();
    this.#tiles.flush();
    this.#checkpoints.sign(this.#tree.size, root, time, keep);
  }

  /** The newest checkpoint; null before the first. */
  get checkpoint(): StoredCheckpoint | null {
    return this.#checkpoints.newest;
  }

  /** See {@link LogSigner}. */
  get signer(): LogSigner {
    return this.#checkpoints.signer;
  }

  /** See {@link Checkpoints.keep}. */
  keep(note: string, time: number): void {
    this.#checkpoints.keep(note, time);
  }

  /** Of the events so far. */
  frontier(): Uint8Array {
    return this.#tree.frontier();
  }

  #mustBeSigned(path: string): void {
    const { newest } = this.#checkpoints;
    if (newest === null) return;
    const signed = checkpointOf(newest.note);
    if (signed?.size === this.#tree.size && sameHash(signed.root, this.#tree.root())) return;
    throw new ArchiveError(
      'DAMAGED',
      `${path}: its events are not those that its newest checkpoint was signed over; run auditorium verify on it, then restore it from a copy`,
    );
  }
}

/** The frontier of the tree of the volume's events and all before them. */
function frontierOf(db: Database.Database, { first, next, frontier }: VolumeRow): Uint8Array {
  if (next === first) return frontier;
  const reader = new TreeReader([{ first, db: () => db }]);
  const hashes = subtreesOf(0, next).map(reader.hashOf);
  const bytes = new Uint8Array(hashes.length * HASH_BYTES);
  for (const [i, hash] of hashes.entries()) bytes.set(hash, i * HASH_BYTES);
  return bytes;
}
