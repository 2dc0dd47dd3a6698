/**
 * Gathers a session's events into segments: at most {@link SEGMENT_BYTES} raw, zstd, events and payloads apart. What has
 * gathered by a commit becomes a segment however small, so that it is visible; small ones are merged later.
 */
import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import type Database from 'better-sqlite3';
import { eventPartOf } from '../../../shared/recording/record.ts';
import { Gathered, SpareBuffers } from './gathered.ts';

/** Raw bytes of a full segment: one read of it takes under a millisecond, and zstd is near its best ratio. */
const SEGMENT_BYTES = 256 * 1024;

/** A segment below this is merged with its neighbours. */
const SMALL_BYTES = SEGMENT_BYTES / 2;

/** So many small segments in a row are merged while the session lives: four seconds of a busy session. */
const SMALL_RUN = 16;

/** Level 1: three times as fast as level 3 on rows, at a better ratio. */
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

interface Pending {
  readonly events: Gathered;
  readonly payloads: Gathered;
  count: number;
  firstSequence: number;
  firstIndex: number;
  lastSequence: number;
  lastIndex: number;
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
    const { firstSequence, lastSequence, firstIndex, lastIndex, count } = pending;
    const eventsBytes = pending.events.length;
    const payloadsBytes = pending.payloads.length;
    const events = zstdCompressSync(pending.events.bytes, ZSTD);
    const payloads = zstdCompressSync(pending.payloads.bytes, ZSTD);
    pending.events.empty();
    pending.payloads.empty();
    this.#insert.run(
      sessionId,
      number,
      firstSequence,
      lastSequence,
      firstIndex,
      lastIndex,
      count,
      eventsBytes,
      payloadsBytes,
      events,
      payloads,
    );
    return eventsBytes + payloadsBytes;
  }

  /** Merges the small segments at a session's end into as few as fit; the numbers of the first of each group stay. */
  merge(sessionId: number): void {
    const stored = this.#tail.all(sessionId, this.#smallRun.get(sessionId, SMALL_BYTES) ?? -1);
    if (stored.length < 2) return;
    for (const { id } of stored) this.#remove.run(id);
    let group: Stored[] = [];
    let bytes = 0;
    const parts = stored.map((segment) => ({
      segment,
      events: zstdDecompressSync(segment.events),
      payloads: zstdDecompressSync(segment.payloads),
    }));
    const flush = () => {
      if (group.length > 0) this.#storeMerged(sessionId, group, parts);
      group = [];
      bytes = 0;
    };
    for (const { segment, events, payloads } of parts) {
      const size = events.length + payloads.length;
      if (bytes + size > SEGMENT_BYTES) flush();
      group.push(segment);
      bytes += size;
    }
    flush();
  }

  #storeMerged(
    sessionId: number,
    group: readonly Stored[],
    parts: readonly { segment: Stored; events: Buffer; payloads: Buffer }[],
  ): void {
    const first = group[0] as Stored;
    const last = group.at(-1) as Stored;
    const members = parts.filter(({ segment }) => group.includes(segment));
    const events = Buffer.concat(members.map((member) => member.events));
    const payloads = Buffer.concat(members.map((member) => member.payloads));
    const count = group.reduce((sum, segment) => sum + segment.count, 0);
    this.#insert.run(
      sessionId,
      first.number,
      first.first_sequence,
      last.last_sequence,
      first.first_index,
      last.last_index,
      count,
      events.length,
      payloads.length,
      zstdCompressSync(events, ZSTD),
      zstdCompressSync(payloads, ZSTD),
    );
  }
}

/** The segments of one session while it is written. */
export class SessionSegments {
  readonly #store: SegmentStore;
  readonly #sessionId: number;
  #number: number;
  readonly #pending: Pending;
  #smallRun = 0;

  constructor(store: SegmentStore, sessionId: number, number: number) {
    this.#store = store;
    this.#sessionId = sessionId;
    this.#number = number;
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
    const bytes = this.#store.store(this.#sessionId, this.#number++, pending);
    pending.count = 0;
    this.#smallRun = bytes < SMALL_BYTES ? this.#smallRun + 1 : 0;
    if (this.#smallRun >= SMALL_RUN) this.merge();
  }

  /** Merges small segments at the end: when there are many, and when the session is over. */
  merge(): void {
    this.#smallRun = 0;
    this.#store.merge(this.#sessionId);
  }
}
