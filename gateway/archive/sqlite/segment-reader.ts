/** Reads events back from a volume's segments; the segments used last are kept decoded. */
import { zstdDecompressSync } from 'node:zlib';
import type { SegmentRow } from '../../../shared/api/session.ts';
import { packSegment, readSegment, type StoredEvent } from '../../../shared/recording/record.ts';
import type { Volume } from './read-volume.ts';

/** Raw bytes of decoded segments kept: those of a page of statements from a few dozen sessions. */
const KEPT_BYTES = 24 << 20;

interface Place {
  readonly id: number;
  readonly key: string;
}

interface Found {
  readonly raw: number;
  readonly events: Buffer;
  readonly payloads: Buffer;
}

const FOUND = 'events_bytes + payloads_bytes AS raw, events, payloads';

export class SegmentReader {
  readonly #holding;
  readonly #identify;
  readonly #from;
  readonly #numbered;
  readonly #list;
  /** By session and sequences, least recently used first: what stands there never changes, whatever is merged. */
  readonly #kept = new Map<
    string,
    { readonly events: ReadonlyMap<number, StoredEvent>; readonly raw: number }
  >();
  #keptBytes = 0;

  constructor({ db }: Volume) {
    const holding = 'session_id = ? AND last_sequence >= ? ORDER BY last_sequence LIMIT 1';
    this.#identify = db.prepare<[number, number], Place>(
      `SELECT id, session_id || '/' || first_sequence || '/' || last_sequence AS key FROM segment WHERE ${holding}`,
    );
    this.#holding = db.prepare<[number], Found>(`SELECT ${FOUND} FROM segment WHERE id = ?`);
    this.#from = db.prepare<[number, number], Found>(
      `SELECT ${FOUND} FROM segment WHERE session_id = ? AND last_sequence >= ? ORDER BY last_sequence`,
    );
    this.#numbered = db.prepare<[number, number, number], Found>(
      `SELECT ${FOUND} FROM segment WHERE session_id = ? AND number <= ? AND number + last_sequence - first_sequence >= ?
       ORDER BY number DESC LIMIT 1`,
    );
    this.#list = db.prepare<[number], SegmentRow>(
      `SELECT number, first_sequence AS firstSequence, last_sequence AS lastSequence, events_bytes + payloads_bytes AS bytes
       FROM segment WHERE session_id = ? ORDER BY number`,
    );
  }

  list(sessionId: number): SegmentRow[] {
    return this.#list.all(sessionId);
  }

  /**
   * The segment of a number, packed; null when there is none. A small segment that was merged since it was listed is found
   * by its old number: as the one that holds its events.
   */
  packed(sessionId: number, number: number): Uint8Array | null {
    const found = this.#numbered.get(sessionId, number, number);
    return found === undefined
      ? null
      : packSegment(zstdDecompressSync(found.events), zstdDecompressSync(found.payloads));
  }

  /** The event at a sequence of a session; null when it is not there. */
  event(sessionId: number, sequence: number): StoredEvent | null {
    const place = this.#identify.get(sessionId, sequence);
    return place === undefined ? null : (this.#decoded(place).get(sequence) ?? null);
  }

  /** The events of a session from a sequence on, in order. */
  *events(sessionId: number, from: number): Generator<StoredEvent> {
    for (const found of this.#from.iterate(sessionId, from)) {
      for (const stored of unpack(found)) if (stored.event.sequence >= from) yield stored;
    }
  }

  #decoded({ id, key }: Place): ReadonlyMap<number, StoredEvent> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.events;
    }
    const found = this.#holding.get(id);
    if (found === undefined) return new Map();
    const events = new Map([...unpack(found)].map((stored) => [stored.event.sequence, stored]));
    this.#kept.set(key, { events, raw: found.raw });
    this.#keptBytes += found.raw;
    for (const [oldest, { raw }] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES || oldest === key) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= raw;
    }
    return events;
  }
}

function unpack({ events, payloads }: Found): Generator<StoredEvent> {
  return readSegment(zstdDecompressSync(events), zstdDecompressSync(payloads));
}
