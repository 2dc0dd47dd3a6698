/**
 * Makes the words of a volume searchable, behind its events: normalised texts first, then statements, session by session. It works
 * in slices that its caller has time for, each a transaction; what is not searchable yet is known (`searchable`).
 *
 * The words of a statement are written once, when its outcome is there or its session is over; it waits for those before it in
 * its session, which a session runs in order anyway.
 */
import type Database from 'better-sqlite3';
import { SessionWords, type Words } from './session-words.ts';
import { wordsOfNormalised } from './words.ts';

/** Statements that are taken in one go: FTS5 wants rows in the order of their ids, so they are sorted before they are written. */
const SLICE = 2_000;

/** Texts that are: their trigrams take longer than a statement's words. */
const TEXT_SLICE = 200;

/** Rows one call inserts. */
const BATCH_ROWS = 32;

export class TextIndex {
  readonly #db: Database.Database;
  readonly #words;
  readonly #texts;
  readonly #addWords;
  readonly #addGrams;
  readonly #mark;
  readonly #behind;
  readonly #sessions;
  readonly #one;
  readonly #many;
  readonly #cut;
  readonly #markSession;
  readonly #count;
  /** Sessions that may have statements which are not searchable; null: not known yet. */
  #waiting: Set<number> | null = null;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#words = new SessionWords(db);
    this.#texts = db.prepare<[], { id: number; text: string }>(
      `SELECT d.id, d.text FROM text d WHERE d.id > (SELECT texts FROM searchable) ORDER BY d.id LIMIT ${TEXT_SLICE}`,
    );
    this.#addWords = db.prepare<[number, string]>('INSERT INTO text_words (rowid, words) VALUES (?, ?)');
    this.#addGrams = db.prepare<[number, string]>('INSERT INTO text_grams (rowid, text) VALUES (?, ?)');
    this.#mark = db.prepare<[number]>('UPDATE searchable SET texts = ?');
    this.#behind = db
      .prepare<[], number>('SELECT t.statements - s.statements FROM total t JOIN searchable s ON s.id = t.id')
      .pluck();
    this.#sessions = db
      .prepare<[], number>('SELECT id FROM session WHERE statements > 0 ORDER BY id')
      .pluck();
    const row = '(?, ?)';
    const rows = Array.from({ length: BATCH_ROWS }, () => row).join(', ');
    const into = 'INSERT INTO statement_words (rowid, words) VALUES';
    this.#one = db.prepare<[(number | string)[]]>(`${into} ${row}`);
    this.#many = db.prepare<[(number | string)[]]>(`${into} ${rows}`);
    this.#cut = db.prepare<[number]>('INSERT INTO statement_cut (statement_id) VALUES (?)');
    this.#markSession = db.prepare<[number, number, number]>(
      'INSERT OR REPLACE INTO session_searchable (session_id, number, ordinal) VALUES (?, ?, ?)',
    );
    this.#count = db.prepare<[number]>('UPDATE searchable SET statements = statements + ?');
  }

  /** The session has new events. */
  touched(sessionId: number): void {
    this.#waiting?.add(sessionId);
  }

  /** Statements that are stored and not searchable. */
  get behind(): number {
    return this.#behind.get() ?? 0;
  }

  /**
   * Does a slice of what there is to do, outside of any transaction; returns whether there may be more. `ended`: the volume
   * takes nothing any more, so what is open stays as it is.
   */
  slice(ended = false): boolean {
    return this.#db.transaction(() =>
      this.#texts.all().length > 0 ? this.#sliceOfTexts() : this.#sliceOfStatements(ended),
    )();
  }

  /** Makes all searchable, within the transaction that ends the volume. */
  finish(): void {
    while (this.#texts.all().length > 0) this.#sliceOfTexts();
    while (this.#sliceOfStatements(true));
  }

  #sliceOfTexts(): boolean {
    let last = 0;
    for (const { id, text } of this.#texts.all()) {
      this.#addWords.run(id, [...new Set(wordsOfNormalised(text))].join(' '));
      this.#addGrams.run(id, text);
      last = id;
    }
    this.#mark.run(last);
    return true;
  }

  #sliceOfStatements(ended: boolean): boolean {
    this.#waiting ??= new Set(this.behind === 0 ? [] : this.#sessions.all());
    const found: Words[] = [];
    let left = 0;
    for (const sessionId of this.#waiting) {
      const { words, next, whole } = this.#words.take(sessionId, SLICE - found.length, ended);
      found.push(...words);
      if (next !== null) this.#markSession.run(sessionId, next.number, next.ordinal);
      if (whole) this.#waiting.delete(sessionId);
      else left++;
      if (found.length >= SLICE) break;
    }
    this.#write(found.toSorted((a, b) => a.id - b.id));
    this.#count.run(found.length);
    // Sessions whose next statement is open are looked at again when there is time again.
    return found.length > 0 && left < this.#waiting.size;
  }

  #write(found: readonly Words[]): void {
    for (const { id, cut } of found) if (cut) this.#cut.run(id);
    const values = found.flatMap(({ id, words }) => (words === '' ? [] : [id, words]));
    const batch = BATCH_ROWS * 2;
    let at = 0;
    for (; at + batch <= values.length; at += batch) this.#many.run(values.slice(at, at + batch));
    for (; at < values.length; at += 2) this.#one.run(values.slice(at, at + 2));
  }
}
