/**
 * Makes the words of a volume searchable: with the commit that stores them where they were gathered as events went by, else behind
 * it, session by session, in slices that its caller has time for; what is not searchable yet is known (`searchable`).
 *
 * The words of a statement are written once, when its outcome is there or its session is over; it waits for those before it in
 * its session, which a session runs in order anyway.
 */
import type Database from 'better-sqlite3';
import type { Place } from '../fold/live-words.ts';
import { SessionWords } from './session-words.ts';
import type { NormalWords } from '../fold/statement-words.ts';
import { WordBatch } from '../fold/word-batch.ts';
import { wordsOfNormalised } from '../fold/words.ts';

/** Statements that are taken in one go: FTS5 wants rows in the order of their ids, so they are sorted before they are written. */
const SLICE = 2_000;

/** Texts that are: their trigrams take longer than a statement's words. */
const TEXT_SLICE = 200;

/** Rows one call inserts. */
const BATCH_ROWS = 32;

/** Sessions all of whose statements were taken out of the volume. */
const FORGET_EMPTY = `DELETE FROM session_searchable WHERE session_id IN (SELECT id FROM session WHERE outcome = 'continued')
  AND NOT EXISTS (SELECT 1 FROM statement_session j WHERE j.session_id = session_searchable.session_id)`;

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
  readonly #remove;
  readonly #cut;
  readonly #uncut;
  readonly #markSession;
  readonly #count;
  /** Words of statements that the next commit stores. */
  readonly batch = new WordBatch();
  /** Sessions that may have statements which are not searchable; null: not known yet. */
  #waiting: Set<number> | null = null;

  constructor(db: Database.Database, normal: NormalWords) {
    this.#db = db;
    this.#words = new SessionWords(db, normal);
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
    this.#remove = db.prepare<[number, string]>(
      `INSERT INTO statement_words (statement_words, rowid, words) VALUES ('delete', ?, ?)`,
    );
    this.#uncut = db.prepare<[number]>('DELETE FROM statement_cut WHERE statement_id = ?');
    this.#cut = db.prepare<[number]>('INSERT INTO statement_cut (statement_id) VALUES (?)');
    this.#markSession = db.prepare<[number, number, number]>(
      'INSERT OR REPLACE INTO session_searchable (session_id, number, ordinal) VALUES (?, ?, ?)',
    );
    this.#count = db.prepare<[number]>('UPDATE searchable SET statements = statements + ?');
  }

  /** The session has new events, whose words are to be read from its segments. */
  touched(sessionId: number): void {
    this.#waiting?.add(sessionId);
  }

  /** How far a session is searchable with what went into the batch; {@link store} follows before the commit. */
  mark(sessionId: number, { number, ordinal }: Place): void {
    this.#markSession.run(sessionId, number, ordinal);
  }

  /** Makes searchable what went into the batch, within the transaction that stores the statements, and the texts they have. */
  store(): void {
    while (this.#sliceOfTexts());
    if (this.batch.size === 0) return;
    this.#count.run(this.batch.size);
    for (const id of this.batch.cut) this.#cut.run(id);
    let values: (number | string)[] = [];
    for (const [id, words] of this.batch.sorted()) {
      values.push(id, words);
      if (values.length < 2 * BATCH_ROWS) continue;
      this.#many.run(values);
      values = [];
    }
    for (let at = 0; at < values.length; at += 2) this.#one.run(values.slice(at, at + 2));
    this.batch.empty();
  }

  /** Some of a session's statements are taken out of the volume: nothing is found by their words. */
  forget(sessionId: number, numbers: ReadonlySet<number>): void {
    for (const { id, words } of this.#words.searchable(sessionId, numbers)) {
      if (words !== '') this.#remove.run(id, words);
      this.#uncut.run(id);
      this.#count.run(-1);
    }
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
    return this.#db.transaction(() => this.#sliceOfTexts() || this.#sliceOfStatements(ended))();
  }

  /** Makes all searchable, within the transaction that ends the volume. */
  finish(): void {
    while (this.#sliceOfTexts());
    while (this.#sliceOfStatements(true));
    this.#db.exec(FORGET_EMPTY);
  }

  /** Whether there were any. */
  #sliceOfTexts(): boolean {
    const texts = this.#texts.all();
    const last = texts.at(-1)?.id;
    if (last === undefined) return false;
    for (const { id, text } of texts) {
      this.#addWords.run(id, [...new Set(wordsOfNormalised(text))].join(' '));
      this.#addGrams.run(id, text);
    }
    this.#mark.run(last);
    return true;
  }

  #sliceOfStatements(ended: boolean): boolean {
    this.#waiting ??= new Set(this.behind === 0 ? [] : this.#sessions.all());
    let left = 0;
    for (const sessionId of this.#waiting) {
      const { words, next, whole } = this.#words.take(sessionId, SLICE - this.batch.size, ended);
      for (const one of words) this.batch.add(one);
      if (next !== null) this.mark(sessionId, next);
      if (whole) this.#waiting.delete(sessionId);
      else left++;
      if (this.batch.size >= SLICE) break;
    }
    const found = this.batch.size;
    this.store();
    // Sessions whose next statement is open are looked at again when there is time again.
    return found > 0 && left < this.#waiting.size;
  }
}
