/** Reads the segments of a volume by their first index, one at a time, and holds each row to the events in it. */
import Database from 'better-sqlite3';
import { LOG_SESSION } from '../schema.ts';
import type { Run } from './segment-run.ts';
import { FrameReader } from './zstd-frame.ts';

/** A statement and its parameters come whole and have 64 MiB at most each; segments are closed at 256 KiB. */
const MOST_BYTES = 256 << 20;

interface Row {
  readonly session_id: number;
  readonly number: number;
  readonly first_sequence: number;
  readonly last_sequence: number;
  readonly first_index: number;
  readonly last_index: number;
  readonly count: number;
  readonly events_bytes: number;
  readonly payloads_bytes: number;
  readonly events: Buffer;
  readonly payloads: Buffer;
}

/** A segment, unpacked: valid until the next. */
export interface Segment {
  readonly row: Row;
  readonly events: Buffer;
  /** null when they cannot be unpacked. */
  readonly payloads: Buffer | null;
  /** In words. */
  readonly place: string;
}

export class SegmentRows {
  readonly #events = new FrameReader();
  readonly #payloads = new FrameReader();
  readonly #ids: readonly number[];
  readonly #read;
  readonly #onProblem: (what: string, event?: number) => void;
  /** The session that each `session_id` stands for: 16 bytes as Latin-1, null for the log itself. */
  readonly #sessions = new Map<number, string | null>([[LOG_SESSION, null]]);
  readonly #ofSession = new Map<string, number>();
  /** The latest segment's number in each session. */
  readonly #numbers = new Map<number, number>();

  /** `onProblem` is told what is wrong in words, and the first event of the segment where nothing less can be said. */
  constructor(db: Database.Database, onProblem: (what: string, event?: number) => void) {
    this.#onProblem = onProblem;
    this.#ids = this.#listed(db);
    this.#read = db.prepare<[number], Row>(
      `SELECT session_id, number, first_sequence, last_sequence, first_index, last_index, count, events_bytes, payloads_bytes, events, payloads
       FROM segment WHERE id = ?`,
    );
  }

  *all(): Generator<Segment> {
    try {
      yield* this.#each();
    } finally {
      this.#events.close();
      this.#payloads.close();
    }
  }

  *#each(): Generator<Segment> {
    for (const id of this.#ids) {
      const row = this.#readable(id);
      if (row === null) continue;
      const place = `segment ${row.number} of ${row.session_id === LOG_SESSION ? 'the log itself' : `session ${row.session_id}`}`;
      const events = unpack(this.#events, row.events, row.events_bytes);
      const payloads = unpack(this.#payloads, row.payloads, row.payloads_bytes);
      if (events === null) this.#onProblem(`the events of ${place} cannot be unpacked`);
      else if (payloads === null)
        this.#onProblem(`the payloads of ${place} cannot be unpacked`, row.first_index);
      if (events !== null) yield { row, events, payloads, place };
    }
  }

  /** By their first index; where a page of the table is damaged those that lie before it. */
  #listed(db: Database.Database): readonly number[] {
    try {
      return db.prepare<[], number>('SELECT id FROM segment ORDER BY first_index, id').pluck().all();
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      this.#onProblem(`its table of segments cannot be read to its end: ${error.message}`);
    }
    const found: { readonly id: number; readonly first_index: number }[] = [];
    try {
      const rows = db.prepare<[], { id: number; first_index: number }>('SELECT id, first_index FROM segment');
      for (const row of rows.iterate()) found.push(row);
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
    }
    return found.toSorted((a, b) => a.first_index - b.first_index || a.id - b.id).map(({ id }) => id);
  }

  /** The row; null where its pages are damaged. */
  #readable(id: number): Row | null {
    try {
      return this.#read.get(id) ?? null;
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      this.#onProblem(`a segment cannot be read: ${error.message}`);
      return null;
    }
  }

  /** Holds the row to what was read of it. */
  compare({ row, place }: Segment, run: Run): void {
    const last = run.indexes.length - 1;
    if (last < 0) return;
    const [firstSequence, lastSequence] =
      run.session === null ? [run.indexes[0], run.indexes[last]] : [run.sequences[0], run.sequences[last]];
    const says =
      row.count === run.indexes.length &&
      row.first_index === run.indexes[0] &&
      row.last_index === run.indexes[last] &&
      row.first_sequence === firstSequence &&
      row.last_sequence === lastSequence;
    if (!says) this.#onProblem('the row of a segment does not say what its events say', row.first_index);
    if (row.number <= (this.#numbers.get(row.session_id) ?? -1))
      this.#onProblem(`${place} is not numbered as the session’s events follow each other`);
    this.#numbers.set(row.session_id, row.number);
    this.#standsFor(row.session_id, run.session, place);
  }

  #standsFor(id: number, session: string | null, place: string): void {
    const known = this.#sessions.get(id);
    const other = session === null ? LOG_SESSION : this.#ofSession.get(session);
    if ((known !== undefined && known !== session) || (other !== undefined && other !== id))
      return this.#onProblem(`${place} holds events of another session`);
    this.#sessions.set(id, session);
    if (session !== null) this.#ofSession.set(session, id);
  }
}

function unpack(reader: FrameReader, frame: Buffer, bytes: number): Buffer | null {
  return Buffer.isBuffer(frame) && bytes >= 0 && bytes <= MOST_BYTES ? reader.unpack(frame, bytes) : null;
}
