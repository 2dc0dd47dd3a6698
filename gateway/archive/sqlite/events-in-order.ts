/** Reads all events of a volume in the order of its log, from segments that hold those of one session each. */
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { ArchiveError } from '../archive.ts';
import { rawEvents, type RawEvent } from './raw-events.ts';
import { LogOrder } from './verify/log-order.ts';

interface Segment {
  readonly first_index: number;
  readonly events: Buffer;
  readonly payloads: Buffer;
}

/** What is unpacked at a time is what overlaps. Throws {@link ArchiveError} where an index is missing or there twice. */
export function* eventsInOrder(db: Database.Database, first: number, next: number): Generator<RawEvent> {
  let ready: RawEvent[] = [];
  const fail = (index: number): never => {
    throw new ArchiveError('DAMAGED', `${db.name}: event ${index} is missing, or there twice`);
  };
  const order = new LogOrder<{ readonly indexes: number[]; readonly events: RawEvent[] }>(first, {
    onEvents: (run, from, to) => ready.push(...run.events.slice(from, to)),
    onMissing: fail,
    onTwice: fail,
  });
  const take = () => {
    const taken = ready;
    ready = [];
    return taken;
  };
  const read = db.prepare<[number], Segment>(
    'SELECT first_index, events, payloads FROM segment WHERE id = ?',
  );
  const ids = db.prepare<[], number>('SELECT id FROM segment ORDER BY first_index').pluck().all();
  for (const id of ids) {
    const segment = read.get(id);
    if (segment === undefined) continue;
    const events = [...rawEvents(zstdDecompressSync(segment.events), zstdDecompressSync(segment.payloads))];
    order.add({ indexes: events.map(({ event }) => event.index), events }, segment.first_index);
    yield* take();
  }
  order.finish(next);
  yield* take();
}
