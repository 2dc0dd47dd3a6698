/** What a volume's statements are together, in its row of `total`: gathered here, written at each commit. */
import type Database from 'better-sqlite3';
import type { Ending } from '../fold/open-statement.ts';

export class StatementTotals {
  readonly #count;
  readonly #greatest;
  #added = 0;
  #oldest = Infinity;
  #newest = -Infinity;
  #rows = 0;
  #bytes = 0;
  #duration = 0;

  constructor(db: Database.Database) {
    this.#count = db.prepare<[number, number, number, number, number]>(
      `UPDATE total SET statements = statements + ?,
         oldest = min(coalesce(oldest, ?), ?), newest = max(coalesce(newest, ?), ?)`,
    );
    this.#greatest = db.prepare<[number, number, number]>(
      'UPDATE total SET most_rows = max(most_rows, ?), most_bytes = max(most_bytes, ?), longest = max(longest, ?)',
    );
  }

  /** A statement that began at `time` (µs) has a row now. */
  stored(time: number): void {
    this.#added++;
    this.#oldest = Math.min(this.#oldest, time);
    this.#newest = Math.max(this.#newest, time);
  }

  ended({ rows, bytes, duration }: Ending): void {
    this.#rows = Math.max(this.#rows, rows ?? 0);
    this.#bytes = Math.max(this.#bytes, bytes ?? 0);
    this.#duration = Math.max(this.#duration, duration ?? 0);
  }

  /** Writes what has gathered. */
  flush(): void {
    if (this.#added > 0) this.#count.run(this.#added, this.#oldest, this.#oldest, this.#newest, this.#newest);
    this.#added = 0;
    this.#greatest.run(this.#rows, this.#bytes, this.#duration);
  }
}
