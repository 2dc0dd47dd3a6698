/** Rows of one table inserted many at a time: half of what a small row's insert costs is the call. */
import type Database from 'better-sqlite3';

/** What a column may hold. */
type Value = number | string | Uint8Array | null;

/** Rows one call inserts: twice as many gain nothing more. */
const BATCH_ROWS = 32;

export class BatchedInsert {
  readonly #columns: number;
  readonly #many;
  readonly #one;
  #values: Value[] = [];

  /** `ignore`: rows whose key is there already are passed over. */
  constructor(db: Database.Database, table: string, columns: readonly string[], ignore = false) {
    const row = `(${columns.map(() => '?').join(', ')})`;
    const into = `INSERT ${ignore ? 'OR IGNORE ' : ''}INTO ${table} (${columns.join(', ')}) VALUES`;
    this.#columns = columns.length;
    this.#one = db.prepare<[Value[]]>(`${into} ${row}`);
    this.#many = db.prepare<[Value[]]>(`${into} ${Array.from({ length: BATCH_ROWS }, () => row).join(', ')}`);
  }

  /** Adds a row, its values in the order of the columns; it is in the table after the next {@link flush}. */
  add(...row: Value[]): void {
    for (const value of row) this.#values.push(value);
    if (this.#values.length < this.#columns * BATCH_ROWS) return;
    this.#many.run(this.#values);
    this.#values = [];
  }

  /** Inserts what was added: before a commit, and before anything reads or updates the table. */
  flush(): void {
    const values = this.#values;
    for (let at = 0; at < values.length; at += this.#columns)
      this.#one.run(values.slice(at, at + this.#columns));
    this.#values = [];
  }
}
