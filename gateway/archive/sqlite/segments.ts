/**
 * Gathers a session's events into segments: at most {@link SEGMENT_BYTES} raw, zstd, events and payloads apart. What has
 * gathered by a commit becomes a segment however small, so that it is visible; small ones are merged later.
 */
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { eventPartOf } from '../../../shared/recording/record.ts';
import { Gathered, SpareBuffers } from './gathered.ts';
import { oneFrame } from './one-frame.ts';

/** Raw bytes of a full segment: one read of it takes under a millisecond, and zstd is near its best ratio. */
const SEGMENT_BYTES = 256 * 1024;

/** A segment below this is merged with its neighbours. */
const SMALL_BYTES = SEGMENT_BYTES / 2;

/** So many small segments in a row are merged while the session lives: four seconds of a busy session. */
const SMALL_RUN = 16;

interface Pending {
  readonly events: Gathered;
  readonly payloads: Gathered;
  count: number;
  firstSequence: number;
  firstIndex: number;
  lastSequence: number;
  lastIndex: number;
}

/** What a segment is made of; its parts are raw. */
interface Part {
  readonly number: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly count: number;
  readonly events: Uint8Array;
  readonly payloads: Uint8Array;
}

/** A stored segment as a merge reads it. */
interface Stored {
  readonly id: number;
  readonly number: number;
  readonly first_sequence: number;
  readonly last_sequence: number;
  readonly first_index: number;
  readonly last_index: number;
  readonly count: number;
  readonly events: Buffer;
  readonly payloads: Buffer;
}

/** Writes segments into one volume. */
export class SegmentStore {
  readonly buffers = new SpareBuffers();
  readonly #insert;
  readonly #tail;
  readonly #remove;
  readonly #lastNumber;
  readonly #smallRun;

  constructor(db: Database.Database) {
    this.#insert = db.prepare(
      `INSERT INTO segment (session_id, number, first_sequence, last_sequence, first_index, last_index, count, events_bytes, payloads_bytes, events, payloads)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#tail = db.prepare<[number, number], Stored>(
      'SELECT * FROM segment WHERE session_id = ? AND number > ? ORDER BY number',
    );
    this.#remove = db.prepare<[number]>('DELETE FROM segment WHERE id = ?');
    this.#lastNumber = db
      .prepare<[number], number>('SELECT max(number) FROM segment WHERE session_id = ?')
      .pluck();
    this.#smallRun = db
      .prepare<[number, number], number>(
        'SELECT coalesce(max(number), -1) FROM segment WHERE session_id = ? AND events_bytes + payloads_bytes >= ?',
      )
      .pluck();
  }

  /** The segments of one session, which may be there already. */
  of(sessionId: number): SessionSegments {
    const last = this.#lastNumber.get(sessionId);
    return new SessionSegments(this, sessionId, last === undefined || last === null ? 0 : last + 1);
  }

  /** Compresses and stores one segment; returns its raw bytes. */
  store(sessionId: number, number: number, pending: Pending): number {
    const events = pending.events.bytes;
    const payloads = pending.payloads.bytes;
    this.#put(sessionId, { ...pending, number, events, payloads });
    empty(pending);
    return events.length + payloads.length;
  }

  /**
   * Merges the small segments at a session's end with what is `pending` behind them, which would be number `number`, into as few
   * as fit; the numbers of the first of each group stay.
   */
  merge(sessionId: number, number: number, pending: Pending): void {
    const stored = this.#tail.all(sessionId, this.#smallRun.get(sessionId, SMALL_BYTES) ?? -1);
    const parts: Part[] = stored.map(partOf);
    if (pending.count > 0)
      parts.push({ ...pending, number, events: pending.events.bytes, payloads: pending.payloads.bytes });
    if (parts.length > stored.length || parts.length > 1) {
      for (const { id } of stored) this.#remove.run(id);
      for (const group of groupsOf(parts)) this.#put(sessionId, joined(group));
    }
    empty(pending);
  }

  #put(sessionId: number, part: Part): void {
    this.#insert.run(
      sessionId,
      part.number,
      part.firstSequence,
      part.lastSequence,
      part.firstIndex,
      part.lastIndex,
      part.count,
      part.events.length,
      part.payloads.length,
      oneFrame(part.events, part.count),
      oneFrame(part.payloads, part.count),
    );
  }
}

function empty(pending: Pending): void {
  pending.events.empty();
  pending.payloads.empty();
  pending.count = 0;
}

function partOf(stored: Stored): Part {
  return {
    number: stored.number,
    firstSequence: stored.first_sequence,
    lastSequence: stored.last_sequence,
    firstIndex: stored.first_index,
    lastIndex: stored.last_index,
    count: stored.count,
    events: zstdDecompressSync(stored.events),
    payloads: zstdDecompressSync(stored.payloads),
  };
}

/** Parts that follow each other, together as long as one segment. */
function* groupsOf(parts: readonly Part[]): Generator<Part[]> {
  let group: Part[] = [];
  let bytes = 0;
  for (const part of parts) {
    const size = part.events.length + part.payloads.length;
    if (bytes + size > SEGMENT_BYTES && group.length > 0) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(part);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

function joined(group: readonly Part[]): Part {
  const [first] = group as [Part];
  if (group.length === 1) return first;
  const { lastSequence, lastIndex } = group.at(-1) ?? first;
  return {
    ...first,
    lastSequence,
    lastIndex,
    count: group.reduce((sum, { count }) => sum + count, 0),
    events: Buffer.concat(group.map(({ events }) => events)),
    payloads: Buffer.concat(group.map(({ payloads }) => payloads)),
  };
}

/** The segments of one session while it is written. */
export class SessionSegments {
  readonly #store: SegmentStore;
  readonly #sessionId: number;
  #number: number;
  readonly #pending: Pending;
  /** Small segments at the end, one being as good as any number of them where an earlier run stored them. */
  #smallRun: number;

  constructor(store: SegmentStore, sessionId: number, number: number) {
    this.#store = store;
    this.#sessionId = sessionId;
    this.#number = number;
    this.#smallRun = Math.min(number, 1);
    this.#pending = {
      events: new Gathered(store.buffers),
      payloads: new Gathered(store.buffers),
      count: 0,
      firstSequence: 0,
      firstIndex: 0,
      lastSequence: 0,
      lastIndex: 0,
    };
  }

  /** Adds an event with its payloads: the body of a spool record. */
  add(body: Uint8Array, sequence: number, index: number): void {
    const pending = this.#pending;
    if (pending.count === 0) {
      pending.firstSequence = sequence;
      pending.firstIndex = index;
    }
    const split = eventPartOf(body);
    pending.events.add(body, 0, split);
    if (split < body.length) pending.payloads.add(body, split, body.length);
    pending.count++;
    pending.lastSequence = sequence;
    pending.lastIndex = index;
    if (pending.events.length + pending.payloads.length >= SEGMENT_BYTES) this.flush();
  }

  /** Stores what has gathered. */
  flush(): void {
    const pending = this.#pending;
    if (pending.count === 0) return;
    if (this.#smallRun + 1 >= SMALL_RUN) return this.merge();
    const bytes = this.#store.store(this.#sessionId, this.#number++, pending);
    this.#smallRun = bytes < SMALL_BYTES ? this.#smallRun + 1 : 0;
  }

  /** Stores what has gathered, merged with the small segments before it: when these are many, and when the session is over. */
  merge(): void {
    if (this.#smallRun === 0) return this.flush();
    this.#smallRun = 1;
    this.#store.merge(this.#sessionId, this.#number++, this.#pending);
  }
}
