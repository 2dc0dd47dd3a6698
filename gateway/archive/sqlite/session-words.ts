/** Gathers the words of a session's statements from its events, in their order. */
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import type { Event } from '../../../shared/recording/event.ts';
import { readBody, readSegment, type StoredEvent } from '../../../shared/recording/record.ts';
import type { Place } from '../fold/live-words.ts';
import { codeOf } from '../fold/open-statement.ts';
import { bodyOf } from './raw-events.ts';
import { RedactionRows } from './redaction-rows.ts';
import { SessionEvents } from './session-events.ts';
import { isAnswerTo } from '../fold/statement-texts.ts';
import { type NormalWords, ownWords, StatementWords, type Words } from '../fold/statement-words.ts';

interface Row extends Place {
  readonly id: number;
  readonly sequence: number;
  readonly text_sequence: number;
  readonly text_start: number | null;
  readonly text_length: number | null;
  readonly outcome_sequence: number | null;
  readonly status: number;
  readonly text_id: number;
}

/** Before a session's first statement. */
const NOWHERE: Place = { number: -1, ordinal: -1 };

/** Its outcome may still come; one that was skipped has none. */
function isOpen({ status }: Row): boolean {
  return status === UNKNOWN_STATUS;
}

const UNKNOWN_STATUS = codeOf('unknown');

/** Of a session. */
const ROWS = `SELECT x.id, x.number, x.ordinal, x.sequence, x.text_sequence, x.text_start, x.text_length, x.outcome_sequence, x.status, x.text_id
  FROM statement_session j CROSS JOIN statement x ON x.id = j.statement_id WHERE j.session_id = ?`;

export class SessionWords {
  readonly #events: SessionEvents;
  readonly #redactions: RedactionRows;
  readonly #place;
  readonly #rows;
  readonly #of;
  readonly #segments;
  readonly #session;
  readonly #text;
  readonly #normal: NormalWords;

  constructor(db: Database.Database, normal: NormalWords) {
    this.#normal = normal;
    this.#events = new SessionEvents(db);
    this.#redactions = new RedactionRows(db);
    this.#place = db.prepare<[number], Place>(
      'SELECT number, ordinal FROM session_searchable WHERE session_id = ?',
    );
    this.#rows = db.prepare<[number, number, number, number], Row>(
      `${ROWS} AND (j.number, j.ordinal) > (?, ?) ORDER BY j.number, j.ordinal LIMIT ?`,
    );
    this.#of = db.prepare<[number, number, number, string], Row>(
      `${ROWS} AND (j.number, j.ordinal) <= (?, ?) AND j.number IN (SELECT value FROM json_each(?)) ORDER BY j.number, j.ordinal`,
    );
    this.#segments = db.prepare<[number, number], { events: Buffer; payloads: Buffer }>(
      'SELECT events, payloads FROM segment WHERE session_id = ? AND last_sequence >= ? ORDER BY last_sequence',
    );
    this.#session = db.prepare<[number], { sid: Buffer; outcome: string }>(
      'SELECT sid, outcome FROM session WHERE id = ?',
    );
    this.#text = db.prepare<[number], string>('SELECT text FROM text WHERE id = ?').pluck();
  }

  /**
   * The words of at most `limit` statements behind those that are searchable already, `next` the last of them. `whole`: no more
   * are stored. With `ended` nothing more comes to the volume.
   */
  take(
    sessionId: number,
    limit: number,
    ended: boolean,
  ): { readonly words: Words[]; readonly next: Place | null; readonly whole: boolean } {
    const session = this.#session.get(sessionId);
    if (session === undefined) return { words: [], next: null, whole: true };
    const { number, ordinal } = this.#place.get(sessionId) ?? NOWHERE;
    const rows = this.#rows.all(sessionId, number, ordinal, limit);
    const isOver = ended || session.outcome !== 'live';
    const open = isOver ? -1 : rows.findIndex(isOpen);
    const done = open === -1 ? rows : rows.slice(0, open);
    const words = this.#wordsOf(sessionId, session.sid, done, number === NOWHERE.number);
    return { words, next: done.at(-1) ?? null, whole: open === -1 && rows.length < limit };
  }

  /** The words of those of some statements that are searchable. */
  searchable(sessionId: number, numbers: ReadonlySet<number>): Words[] {
    const session = this.#session.get(sessionId);
    const place = this.#place.get(sessionId);
    if (session === undefined || place === undefined) return [];
    const rows = this.#of.all(sessionId, place.number, place.ordinal, JSON.stringify([...numbers]));
    return this.#wordsOf(sessionId, session.sid, rows, false);
  }

  /** `isFirst`: nothing of the session is searchable yet, so the texts that its statements have are read with them. */
  #wordsOf(sessionId: number, sid: Buffer, rows: readonly Row[], isFirst: boolean): Words[] {
    const [first] = rows;
    if (first === undefined) return [];
    const gathering = new Gathering(rows, (row) => this.#normalised(row.text_id));
    const from = Math.min(...rows.map((row) => (isFirst ? row.text_sequence : row.sequence)));
    const to = Math.max(
      ...rows.map((row) => row.outcome_sequence ?? (isOpen(row) ? Infinity : row.sequence)),
    );
    for (const { events, payloads } of this.#segments.iterate(sessionId, from)) {
      let last = 0;
      for (const stored of readSegment(zstdDecompressSync(events), zstdDecompressSync(payloads))) {
        last = stored.event.sequence;
        if (last >= from && last <= to) gathering.take(this.#redactions.told(stored));
      }
      if (last >= to) break;
    }
    // Texts and parameters that came before the first of these statements.
    for (const raw of this.#events.at({ id: sessionId, sid }, gathering.missing()))
      gathering.take(this.#redactions.told(readBody(bodyOf(raw))));
    return gathering.words();
  }

  #normalised(textId: number): ReadonlySet<string> {
    return this.#normal.of(textId, () => this.#text.get(textId) ?? '');
  }
}

/** One statement while its words are gathered. */
interface Gathered {
  readonly row: Row;
  readonly known: ReadonlySet<string>;
  readonly words: StatementWords;
}

/** The words of a run of statements, from their events in any order. */
class Gathering {
  readonly #byNumber = new Map<number, Gathered[]>();
  /** Who needs the text, or the parameters, of an event. */
  readonly #ofText = new Map<number, Gathered[]>();
  readonly #ofParameters = new Map<number, Gathered[]>();
  readonly #all: readonly Gathered[];

  constructor(rows: readonly Row[], known: (row: Row) => ReadonlySet<string>) {
    this.#all = rows.map((row) => ({ row, known: known(row), words: new StatementWords() }));
    for (const one of this.#all) {
      add(this.#byNumber, one.row.number, one);
      add(this.#ofText, one.row.text_sequence, one);
    }
  }

  take(stored: StoredEvent): void {
    const { event } = stored;
    this.#takeText(stored);
    this.#takeParameters(stored);
    const statement = statementOf(event);
    if (statement === null) return;
    for (const one of this.#byNumber.get(statement) ?? []) {
      if (isAnswerTo(event, statement, one.row.ordinal)) one.words.addAnswer(stored);
    }
  }

  /** Events that were needed and not taken, ascending. */
  missing(): number[] {
    return [...new Set([...this.#ofText.keys(), ...this.#ofParameters.keys()])].toSorted((a, b) => a - b);
  }

  words(): Words[] {
    return this.#all.map(({ row, words }) => words.of(row.id));
  }

  #takeText({ event, payloads }: StoredEvent): void {
    const waiting = this.#ofText.get(event.sequence);
    if (waiting === undefined) return;
    this.#ofText.delete(event.sequence);
    const whole = payloads['text'];
    if (!whole) return;
    for (const { row, known, words } of waiting) {
      const { text_start: start, text_length: length } = row;
      const slice = start === null || length === null ? null : { start, length };
      words.addOwn(ownWords(whole, slice, known));
    }
  }

  #takeParameters({ event, payloads }: StoredEvent): void {
    if (event.kind === 'statement') {
      const { statement, boundAt, parameters } = event.fields;
      const first = this.#byNumber.get(statement)?.find(({ row }) => row.ordinal === 0);
      if (first === undefined) return;
      if (parameters !== null) first.words.addParameters(payloads['parameters']);
      else if (boundAt !== null) add(this.#ofParameters, boundAt, first);
      return;
    }
    if (event.kind !== 'bind') return;
    for (const one of this.#ofParameters.get(event.sequence) ?? [])
      one.words.addParameters(payloads['parameters']);
    this.#ofParameters.delete(event.sequence);
  }
}

function statementOf({ fields }: Event): number | null {
  return 'statement' in fields ? fields.statement : null;
}

function add(map: Map<number, Gathered[]>, key: number, one: Gathered): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [one]);
  else known.push(one);
}
