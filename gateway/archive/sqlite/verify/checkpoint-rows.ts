/** Reads the checkpoints of a volume in the order of their size, some at a time: there may be one for every session. */
import type Database from 'better-sqlite3';
import { typedRows, type RowTypes } from './typed-rows.ts';

export interface CheckpointRow {
  readonly size: number;
  readonly note: string;
}

const TYPES: RowTypes<CheckpointRow> = { size: 'integer', note: 'text' };

const AT_ONCE = 1_000;

export class CheckpointRows {
  readonly #read;
  readonly #onOther: () => void;
  #rows: readonly CheckpointRow[] = [];
  #at = 0;

  /** `onProblem` is told in words what is wrong with the table. */
  constructor(db: Database.Database, onProblem: (what: string) => void) {
    this.#onOther = () => onProblem('a row of its checkpoints is none');
    this.#read = db.prepare<[number, number], CheckpointRow>(
      'SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?',
    );
    this.#rows = this.#after(-1);
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
    this.#rows = this.#after(from.size);
    this.#at = 0;
  }

  #after(size: number): readonly CheckpointRow[] {
    return Array.from(typedRows(this.#read.all(size, AT_ONCE), TYPES, this.#onOther));
  }
}
