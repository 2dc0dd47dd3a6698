/** Gathers the words of a session's statements from its events, in their order. */
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import type { Event } from '../../../shared/recording/event.ts';
import { readBody, readSegment, type StoredEvent } from '../../../shared/recording/record.ts';
import { clipBytes, decodeText } from '../../../shared/replay/text.ts';
import { codeOf } from './open-statement.ts';
import { bodyOf } from './raw-events.ts';
import { RedactionRows } from './redaction-rows.ts';
import { SessionEvents } from './session-events.ts';
import {
  answerTexts,
  Budget,
  isAnswerTo,
  parameterTexts,
  SEARCHED_BYTES,
  SEARCHED_SQL_BYTES,
} from './statement-texts.ts';
import { indexedWord, wordsIn, wordsOfNormalised } from './words.ts';

/** What is searchable of a statement beside the words of its normalised text. */
export interface Words {
  /** `statement.id`. */
  readonly id: number;
  /** With spaces between them. */
  readonly words: string;
  /** There was more than is searched. */
  readonly cut: boolean;
}

/** Where a session is searchable up to. */
interface Place {
  readonly number: number;
  readonly ordinal: number;
}

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

/** Words of normalised texts that are kept at hand. */
const KEPT_TEXTS = 5_000;

export class SessionWords {
  readonly #events: SessionEvents;
  readonly #redactions: RedactionRows;
  readonly #place;
  readonly #rows;
  readonly #segments;
  readonly #session;
  readonly #text;
  readonly #known = new Map<number, ReadonlySet<string>>();

  constructor(db: Database.Database) {
    this.#events = new SessionEvents(db);
    this.#redactions = new RedactionRows(db);
    this.#place = db.prepare<[number], Place>(
      'SELECT number, ordinal FROM session_searchable WHERE session_id = ?',
    );
    this.#rows = db.prepare<[number, number, number, number], Row>(
      `SELECT x.id, x.number, x.ordinal, x.sequence, x.text_sequence, x.text_start, x.text_length, x.outcome_sequence, x.status, x.text_id
       FROM statement_session j CROSS JOIN statement x ON x.id = j.statement_id
       WHERE j.session_id = ? AND (j.number, j.ordinal) > (?, ?) ORDER BY j.number, j.ordinal LIMIT ?`,
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
    const known = this.#known.get(textId);
    if (known !== undefined) return known;
    const words = new Set(wordsOfNormalised(this.#text.get(textId) ?? ''));
    if (this.#known.size >= KEPT_TEXTS) this.#known.clear();
    this.#known.set(textId, words);
    return words;
  }
}

/** One statement while its words are gathered. */
interface Gathered {
  readonly row: Row;
  readonly known: ReadonlySet<string>;
  readonly words: Set<string>;
  readonly parameters: Budget;
  readonly answers: Budget;
  cut: boolean;
}

/** The words of a run of statements, from their events in any order. */
class Gathering {
  readonly #byNumber = new Map<number, Gathered[]>();
  /** Who needs the text, or the parameters, of an event. */
  readonly #ofText = new Map<number, Gathered[]>();
  readonly #ofParameters = new Map<number, Gathered[]>();
  readonly #all: readonly Gathered[];

  constructor(rows: readonly Row[], known: (row: Row) => ReadonlySet<string>) {
    this.#all = rows.map((row) => ({
      row,
      known: known(row),
      words: new Set(),
      parameters: new Budget(SEARCHED_BYTES),
      answers: new Budget(SEARCHED_BYTES),
      cut: false,
    }));
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
      if (!isAnswerTo(event, statement, one.row.ordinal)) continue;
      for (const text of answerTexts(stored, one.answers)) addWords(one, text);
    }
  }

  /** Events that were needed and not taken, ascending. */
  missing(): number[] {
    return [...new Set([...this.#ofText.keys(), ...this.#ofParameters.keys()])].toSorted((a, b) => a - b);
  }

  words(): Words[] {
    return this.#all.map(({ row, words, parameters, answers, cut }) => ({
      id: row.id,
      words: [...words].join(' '),
      cut: cut || parameters.cut || answers.cut,
    }));
  }

  #takeText({ event, payloads }: StoredEvent): void {
    const waiting = this.#ofText.get(event.sequence);
    if (waiting === undefined) return;
    this.#ofText.delete(event.sequence);
    const whole = payloads['text'];
    if (!whole) return;
    for (const one of waiting) {
      const start = one.row.text_start ?? 0;
      const own = whole.subarray(start, start + (one.row.text_length ?? whole.length));
      const searched = clipBytes(own, SEARCHED_SQL_BYTES);
      one.cut ||= searched.length < own.length;
      addWords(one, decodeText(searched));
    }
  }

  #takeParameters({ event, payloads }: StoredEvent): void {
    if (event.kind === 'statement') {
      const { statement, boundAt, parameters } = event.fields;
      const first = this.#byNumber.get(statement)?.find(({ row }) => row.ordinal === 0);
      if (first === undefined) return;
      if (parameters !== null) addParameters(first, payloads['parameters']);
      else if (boundAt !== null) add(this.#ofParameters, boundAt, first);
      return;
    }
    if (event.kind !== 'bind') return;
    for (const one of this.#ofParameters.get(event.sequence) ?? [])
      addParameters(one, payloads['parameters']);
    this.#ofParameters.delete(event.sequence);
  }
}

function addParameters(one: Gathered, payload: Uint8Array | null | undefined): void {
  if (payload) for (const text of parameterTexts(payload, one.parameters)) addWords(one, text);
}

function addWords({ known, words }: Gathered, text: string): void {
  for (const word of wordsIn(text)) {
    const indexed = indexedWord(word);
    if (!known.has(indexed)) words.add(indexed);
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
