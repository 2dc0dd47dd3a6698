/** Reads the checkpoints of a volume in the order of their size, some at a time: there may be one for every session. */
import type Database from 'better-sqlite3';

export interface CheckpointRow {
  readonly size: number;
  readonly note: string;
}

const AT_ONCE = 1_000;

export class CheckpointRows {
  readonly #read;
  #rows: readonly CheckpointRow[] = [];
  #at = 0;

  constructor(db: Database.Database) {
    this.#read = db.prepare<[number, number], CheckpointRow>(
      'SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?',
    );
    this.#rows = this.#read.all(-1, AT_ONCE);
  }

  /** The next one; null behind the last. */
  get current(): CheckpointRow | null {
    return this.#rows[this.#at] ?? null;
  }

  /** Goes over those of a size below `limit`. */
  *below(limit: number): Generator<CheckpointRow> {
    for (let row = this.current; row !== null && row.size < limit; row = this.current) {
      this.#advance(row);
      yield row;
    }
  }

  #advance(from: CheckpointRow): void {
    this.#at++;
    if (this.#at < this.#rows.length) return;
    this.#rows = this.#read.all(from.size, AT_ONCE);
    this.#at = 0;
  }
}
