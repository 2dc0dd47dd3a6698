/** Reads the events of one session back from a volume: what the volume repeats of it, then what its segments hold. */
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { carriedEvents, type CarriedEvent } from './carried-rows.ts';
import { rawEvents, type RawEvent } from './raw-events.ts';

/** A session of a volume. */
export interface SessionKey {
  /** `session.id`. */
  readonly id: number;
  /** 16 bytes. */
  readonly sid: Uint8Array;
}

interface Segment {
  readonly first_sequence: number;
  readonly events: Buffer;
  readonly payloads: Buffer;
}

export class SessionEvents {
  readonly #db: Database.Database;
  readonly #segments;
  /** By session, once they are asked for: few volumes have any. */
  #carried: ReadonlyMap<string, readonly CarriedEvent[]> | null = null;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#segments = db.prepare<[number, number], Segment>(
      'SELECT first_sequence, events, payloads FROM segment WHERE session_id = ? AND last_sequence >= ? ORDER BY last_sequence',
    );
  }

  /** All of them, in their order; `open` as in {@link CarriedEvent}, and for those that the volume itself has. */
  *of({ id, sid }: SessionKey): Generator<RawEvent & { readonly open: boolean }> {
    yield* this.carriedOf(sid);
    for (const segment of this.#segments.iterate(id, 0))
      for (const raw of eventsIn(segment)) yield { ...raw, open: true };
  }

  /** Those of some sequences, which ascend; one that the volume does not have is left out. */
  *at({ id, sid }: SessionKey, sequences: readonly number[]): Generator<RawEvent> {
    const wanted = new Set(sequences);
    yield* this.carriedOf(sid).filter(({ event }) => wanted.has(event.sequence));
    for (let next = 0; next < sequences.length;) {
      const segment = this.#segments.get(id, sequences[next] as number);
      if (segment === undefined) return;
      for (const raw of eventsIn(segment)) {
        const { sequence } = raw.event;
        while (next < sequences.length && (sequences[next] as number) < sequence) next++;
        if (sequences[next] !== sequence) continue;
        next++;
        yield raw;
      }
    }
  }

  /** What the volume repeats of a session. */
  carriedOf(sid: Uint8Array): readonly CarriedEvent[] {
    this.#carried ??= bySession(carriedEvents(this.#db));
    return this.#carried.get(keyOf(sid)) ?? [];
  }
}

function eventsIn({ events, payloads }: Segment): Generator<RawEvent> {
  return rawEvents(zstdDecompressSync(events), zstdDecompressSync(payloads));
}

function bySession(events: Iterable<CarriedEvent>): Map<string, CarriedEvent[]> {
  const found = new Map<string, CarriedEvent[]>();
  for (const carried of events) {
    const { session } = carried.event;
    if (session === null) continue;
    const key = keyOf(session);
    const known = found.get(key);
    if (known === undefined) found.set(key, [carried]);
    else known.push(carried);
  }
  return found;
}

function keyOf(sid: Uint8Array): string {
  return Buffer.from(sid).toString('hex');
}
