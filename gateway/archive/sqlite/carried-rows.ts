/** The events that a volume repeats of sessions which were open when it began (docs/format.md §4). */
import type Database from 'better-sqlite3';
import { decodeEvent } from '../../../shared/recording/codec.ts';
import type { RawEvent } from './raw-events.ts';

/** A repeated event with its audit path in the tree of the events before the volume. */
export interface CarriedEvent extends RawEvent {
  readonly path: Uint8Array;
  /** It is of a statement whose fate was open; else it says who the session is, or holds a text that a name stands for. */
  readonly open: boolean;
}

/** Writes the rows of a volume that begins. */
export function insertCarried(db: Database.Database, events: readonly CarriedEvent[]): void {
  const insert = db.prepare('INSERT INTO carried (idx, event, payloads, path, open) VALUES (?, ?, ?, ?, ?)');
  for (const { event, bytes, payloads, path, open } of events)
    insert.run(event.index, bytes, payloads, path, Number(open));
}

/** All of a volume, in their order. */
export function* carriedEvents(db: Database.Database): Generator<CarriedEvent> {
  const rows = db
    .prepare<[], { event: Buffer; payloads: Buffer; path: Buffer; open: number }>(
      'SELECT event, payloads, path, open FROM carried ORDER BY idx',
    )
    .all();
  for (const { event: bytes, payloads, path, open } of rows)
    yield { event: decodeEvent(bytes), bytes, payloads, path, open: open === 1 };
}
