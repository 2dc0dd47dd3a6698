/** The tiles of a volume's tree while it is written: hashes of the perfect subtrees of height 8, 16, 24, … (docs/format.md §4). */
import type Database from 'better-sqlite3';
import { HASH_BYTES } from '../../../shared/recording/tree.ts';

/** Subtrees of this height are a tile's nodes, and 2 to the power of it are in one (C2SP tlog-tiles). */
const TILE_HEIGHT = 8;
const TILE_WIDTH = 2 ** TILE_HEIGHT;

/** The tile of a level that is not full yet. */
interface OpenTile {
  number: number;
  start: number;
  readonly hashes: Buffer;
  /** Hashes in it. */
  count: number;
  changed: boolean;
}

export class Tiles {
  readonly #put;
  readonly #find;
  readonly #open: OpenTile[] = [];

  constructor(db: Database.Database) {
    this.#put = db.prepare<[number, number, number, Buffer]>(
      'INSERT OR REPLACE INTO tile (level, number, start, hashes) VALUES (?, ?, ?, ?)',
    );
    this.#find = db.prepare<[number], { number: number; start: number; hashes: Buffer }>(
      'SELECT number, start, hashes FROM tile WHERE level = ? ORDER BY number DESC LIMIT 1',
    );
  }

  /** Takes the hash of a perfect subtree that is complete; what it copies. */
  add(height: number, number: number, hash: Uint8Array): void {
    if (height % TILE_HEIGHT !== 0) return;
    const level = height / TILE_HEIGHT;
    const place = number % TILE_WIDTH;
    const tile = this.#tileFor(level, (number - place) / TILE_WIDTH, place);
    tile.hashes.set(hash, tile.count * HASH_BYTES);
    tile.count++;
    tile.changed = true;
    if (place === TILE_WIDTH - 1) this.#store(level, tile);
  }

  /** Puts what is new into the table: before a commit. */
  flush(): void {
    for (const [i, tile] of this.#open.entries()) if (tile.changed) this.#store(i + 1, tile);
  }

  #store(level: number, tile: OpenTile): void {
    this.#put.run(level, tile.number, tile.start, tile.hashes.subarray(0, tile.count * HASH_BYTES));
    tile.changed = false;
  }

  #tileFor(level: number, number: number, place: number): OpenTile {
    const tile = (this.#open[level - 1] ??= this.#stored(level));
    if (tile.number === number) return tile;
    tile.number = number;
    tile.start = place;
    tile.count = 0;
    return tile;
  }

  /** What an earlier run left of the level's last tile. */
  #stored(level: number): OpenTile {
    const hashes = Buffer.alloc(TILE_WIDTH * HASH_BYTES);
    const stored = this.#find.get(level);
    if (stored === undefined) return { number: -1, start: 0, hashes, count: 0, changed: false };
    hashes.set(stored.hashes);
    const { number, start } = stored;
    return { number, start, hashes, count: stored.hashes.length / HASH_BYTES, changed: false };
  }
}
