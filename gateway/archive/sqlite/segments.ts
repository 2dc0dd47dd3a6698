/**
 * Gathers a session's events into segments: at most {@link SEGMENT_BYTES} raw, zstd, events and payloads apart. What has
 * gathered by a commit becomes a segment however small, so that it is visible; small ones are merged later.
 */
import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import type Database from 'better-sqlite3';
import { splitBody } from '../../../shared/recording/record.ts';

/** Raw bytes of a full segment: one read of it takes under a millisecond, and zstd is near its best ratio. */
const SEGMENT_BYTES = 256 * 1024;

/** A segment below this is merged with its neighbours. */
const SMALL_BYTES = SEGMENT_BYTES / 2;

/** So many small segments in a row are merged while the session lives: four seconds of a busy session. */
const SMALL_RUN = 16;

/** Level 1: three times as fast as level 3 on rows, at a better ratio. */
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

interface Pending {
  events: Uint8Array[];
  payloads: Uint8Array[];
  eventsBytes: number;
  payloadsBytes: number;
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
    const events = zstdCompressSync(concat(pending.events), ZSTD);
    const payloads = zstdCompressSync(concat(pending.payloads), ZSTD);
    const { firstSequence, lastSequence, firstIndex, lastIndex, eventsBytes, payloadsBytes } = pending;
    const count = pending.events.length;
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
  #pending: Pending | null = null;
  #smallRun = 0;

  constructor(store: SegmentStore, sessionId: number, number: number) {
    this.#store = store;
    this.#sessionId = sessionId;
    this.#number = number;
  }

  /** Adds an event; `body` is kept until the next {@link flush}. */
  add(body: Uint8Array, sequence: number, index: number): void {
    const { event, payloads } = splitBody(body);
    this.#pending ??= {
      events: [],
      payloads: [],
      eventsBytes: 0,
      payloadsBytes: 0,
      firstSequence: sequence,
      firstIndex: index,
      lastSequence: sequence,
      lastIndex: index,
    };
    const pending = this.#pending;
    pending.events.push(event);
    if (payloads.length > 0) pending.payloads.push(payloads);
    pending.eventsBytes += event.length;
    pending.payloadsBytes += payloads.length;
    pending.lastSequence = sequence;
    pending.lastIndex = index;
    if (pending.eventsBytes + pending.payloadsBytes >= SEGMENT_BYTES) this.flush();
  }

  /** Stores what has gathered. */
  flush(): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    const bytes = this.#store.store(this.#sessionId, this.#number++, pending);
    this.#smallRun = bytes < SMALL_BYTES ? this.#smallRun + 1 : 0;
    if (this.#smallRun >= SMALL_RUN) this.merge();
  }

  /** Merges small segments at the end: when there are many, and when the session is over. */
  merge(): void {
    this.#smallRun = 0;
    this.#store.merge(this.#sessionId);
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}
