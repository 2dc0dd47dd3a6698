/**
 * Makes a volume anew from the events of another: with the code that wrote it, and nothing of its lists and indexes. What is
 * shown of a volume that somebody sent, and what a verifier compares its projections with.
 */
import type Database from 'better-sqlite3';
import type { Signer } from '../../../shared/recording/note.ts';
import { readBody } from '../../../shared/recording/record.ts';
import type { FactsOf } from '../archive.ts';
import { carriedEvents, insertCarried } from './carried-rows.ts';
import { eventsInOrder } from './events-in-order.ts';
import { bodyOf, type RawEvent } from './raw-events.ts';
import { insertRedactions, redactionsIn, type RedactionRow, RedactionRows } from './redaction-rows.ts';
import { openForWriting } from './schema.ts';
import { insertVolumeRow, readVolumeRow } from './volume-row.ts';
import { VolumeWriter } from './volume-writer.ts';

/** Words are made searchable for so long at a time, ms. */
const INDEX_MS = 100;

/** Events of a transaction: with more of them the write-ahead log grows, with fewer segments are merged more often. */
const AT_ONCE = 20_000;

export interface RebuildOptions {
  readonly factsOf: FactsOf;
  /** Is told how many more events were taken. */
  readonly onEvents?: (events: number) => void;
  /** What becomes of each event, repeated ones included; its own bytes must stay. */
  readonly edit?: (raw: RawEvent) => RawEvent;
  /** Notes of redactions beside those that are there, or in their place. */
  readonly notes?: readonly RedactionRow[];
}

/**
 * Makes the volume at `path`, where no file is, from the one that `source` has open: its events, the same checkpoints, tiles and
 * redactions, and projections of its own. Throws {@link ArchiveError}, and what reading events throws.
 */
export function rebuild(
  source: Database.Database,
  path: string,
  { factsOf, onEvents, edit = asItIs, notes = [] }: RebuildOptions,
): void {
  const row = readVolumeRow(source);
  const { log, number, first, next, last_time, frontier, opening, sealed } = row;
  const db = openForWriting(path, (made) => {
    insertVolumeRow(made, { log, number, first, lastTime: last_time, frontier, opening });
    insertCarried(
      made,
      Array.from(carriedEvents(source), (carried) => ({ ...carried, ...edit(carried) })),
    );
    // Before any event: lists and searches tell of what was kept.
    insertRedactions(made, [...redactionsIn(source), ...notes]);
  });
  const redactions = new RedactionRows(db);
  // What a crash of this machine leaves of it is made anew.
  db.pragma('synchronous = OFF');
  const writer = new VolumeWriter(db, { factsOf, now: () => sealed ?? last_time, signer: NOBODY });
  try {
    let taken = 0;
    for (const raw of eventsInOrder(source, first, next)) {
      const body = bodyOf(edit(raw));
      writer.append(redactions.told(readBody(body)), body);
      if (++taken % AT_ONCE > 0) continue;
      writer.commit();
      onEvents?.(AT_ONCE);
    }
    if (sealed !== null) writer.seal();
    else {
      writer.commit();
      while (writer.index(INDEX_MS).more);
    }
    copyCheckpoints(source, db);
    onEvents?.(taken % AT_ONCE);
  } finally {
    writer.close();
  }
}

function asItIs(raw: RawEvent): RawEvent {
  return raw;
}

/** Signs in the place of the log's own key until its checkpoints are put back. */
const NOBODY: Signer = { publicKey: new Uint8Array(32), sign: () => new Uint8Array(64) };

/** In the place of those that the writer made. */
function copyCheckpoints(source: Database.Database, db: Database.Database): void {
  db.transaction(() => {
    db.prepare('DELETE FROM checkpoint').run();
    const insert = db.prepare('INSERT INTO checkpoint (size, time, note) VALUES (@size, @time, @note)');
    for (const row of source.prepare('SELECT size, time, note FROM checkpoint').iterate()) insert.run(row);
  })();
}
