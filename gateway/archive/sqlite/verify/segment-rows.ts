/** Reads the segments of a volume by their first index, one at a time, and holds each row to the events in it. */
import type Database from 'better-sqlite3';
import { LOG_SESSION } from '../schema.ts';
import type { Run } from './segment-walk.ts';
import { unpackFrame } from './zstd-frame.ts';

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

/** A segment, unpacked. */
export interface Segment {
  readonly row: Row;
  readonly events: Buffer;
  readonly payloads: Buffer;
  /** In words. */
  readonly place: string;
}

export class SegmentRows {
  readonly #ids: readonly number[];
  readonly #read;
  readonly #onProblem: (what: string) => void;
  /** The session that each `session_id` stands for: 16 bytes as Latin-1, null for the log itself. */
  readonly #sessions = new Map<number, string | null>([[LOG_SESSION, null]]);
  readonly #ofSession = new Map<string, number>();

  constructor(db: Database.Database, onProblem: (what: string) => void) {
    this.#onProblem = onProblem;
    this.#ids = db.prepare<[], number>('SELECT id FROM segment ORDER BY first_index, id').pluck().all();
    this.#read = db.prepare<[number], Row>(
      `SELECT session_id, number, first_sequence, last_sequence, first_index, last_index, count, events_bytes, payloads_bytes, events, payloads
       FROM segment WHERE id = ?`,
    );
  }

  *all(): Generator<Segment> {
    for (const id of this.#ids) {
      const row = this.#read.get(id);
      if (row === undefined) continue;
      const place = `segment ${row.number} of ${row.session_id === LOG_SESSION ? 'the log itself' : `session ${row.session_id}`}`;
      const events = unpack(row.events, row.events_bytes);
      const payloads = unpack(row.payloads, row.payloads_bytes);
      if (events === null || payloads === null) this.#onProblem(`${place} cannot be unpacked`);
      if (events !== null) yield { row, events, payloads: payloads ?? Buffer.alloc(0), place };
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
    if (!says) this.#onProblem(`the row of ${place} does not say what its events say`);
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

function unpack(frame: Buffer, bytes: number): Buffer | null {
  return Buffer.isBuffer(frame) && bytes >= 0 && bytes <= MOST_BYTES ? unpackFrame(frame, bytes) : null;
}
