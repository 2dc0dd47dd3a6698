/**
 * Which rows of a volume hold a word, as bits that SQL asks for one by one. FTS5 takes up to a millisecond to say it of a row, and
 * half a second of a prefix, as it goes through all that begins so; to tell all rows takes it little longer.
 */
import type { Database } from 'better-sqlite3';
import { NEVER } from '../conditions.ts';
import type { Condition } from './match.ts';

/** Lists of rows kept for a volume, two of a word: those of a filter, and of what one comes back to. A bit a row. */
const KEPT = 24;

/** Rows that hold a word. */
export interface HeldRows {
  readonly count: number;
  /** Whether the row whose id is in a column is one of them. */
  among(column: string): Condition;
}

type Table = 'text_words' | 'statement_words';

interface Kept {
  readonly rows: HeldRows;
  readonly number: number;
}

export class WordRows {
  static readonly #ofVolumes = new WeakMap<Database, WordRows>();

  readonly #db: Database;
  /** By the number that conditions call them by; those used last are the last. */
  readonly #bits = new Map<number, Uint8Array>();
  readonly #kept = new Map<string, Kept>();
  #version: unknown = null;
  #last = 0;

  private constructor(db: Database) {
    this.#db = db;
    db.function('holds_word', { deterministic: true, varargs: false }, (number, id) =>
      this.#holds(number as number, id as number) ? 1 : 0,
    );
  }

  /** Those of an open volume. */
  static of(db: Database): WordRows {
    const known = this.#ofVolumes.get(db) ?? new WordRows(db);
    this.#ofVolumes.set(db, known);
    return known;
  }

  /** To be called before a question is made. What the volume took in since the last is looked for, and old words go. */
  begin(): void {
    const version: unknown = this.#db.pragma('data_version', { simple: true });
    if (version !== this.#version) this.#kept.clear();
    this.#version = version;
    const old = [...this.#bits.keys()].slice(0, -KEPT);
    for (const number of old) this.#bits.delete(number);
    for (const [key, { number }] of this.#kept) if (!this.#bits.has(number)) this.#kept.delete(key);
  }

  /** The rows of a table that a query of FTS5 finds: of a word that a million statements hold within 300 ms, once. */
  find(table: Table, match: string): HeldRows {
    const key = `${table} ${match}`;
    const known = this.#kept.get(key);
    const bits = known === undefined ? undefined : this.#bits.get(known.number);
    if (known === undefined || bits === undefined) return this.#fetch(key, table, match);
    this.#bits.delete(known.number);
    this.#bits.set(known.number, bits);
    return known.rows;
  }

  #fetch(key: string, table: Table, match: string): HeldRows {
    const number = ++this.#last;
    const ids = this.#db
      .prepare<[string], number>(`SELECT rowid FROM ${table} WHERE ${table} MATCH ?`)
      .pluck()
      .all(match);
    const bits = new Uint8Array(((ids.at(-1) ?? 0) >> 3) + 1);
    for (const id of ids) bits[id >> 3] = (bits[id >> 3] ?? 0) | (1 << (id & 7));
    const among = (column: string): Condition =>
      ids.length === 0 ? NEVER : { sql: `holds_word(?, ${column}) = 1`, values: [number] };
    const rows = { count: ids.length, among };
    this.#bits.set(number, bits);
    this.#kept.set(key, { rows, number });
    return rows;
  }

  #holds(number: number, id: number): boolean {
    return ((this.#bits.get(number)?.[id >> 3] ?? 0) & (1 << (id & 7))) !== 0;
  }
}
