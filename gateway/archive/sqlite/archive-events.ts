/** Reads the events of all volumes of a folder as they lie, for whoever looks for some of them. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type Database from 'better-sqlite3';
import { carriedEvents } from './carried-rows.ts';
import { rawEvents, type RawEvent } from './raw-events.ts';
import { guarded, openVolume } from './read-volume.ts';
import { VOLUME_SUFFIX } from './schema.ts';
import { readVolumeRow } from './volume-row.ts';

/** A volume of a folder. */
export interface ListedVolume {
  readonly path: string;
  /** 32 hex digits. */
  readonly log: string;
  readonly first: number;
  readonly next: number;
  /** µs, null while it is written. */
  readonly sealed: number | null;
}

/** The volumes of a folder by log, then first index; one that a writer has made and not begun is none. Throws {@link ArchiveError}. */
export function listVolumes(folder: string): ListedVolume[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(VOLUME_SUFFIX))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).size > 0)
    .map((path) => {
      return withVolume(path, (db) => {
        const { log, first, next, sealed } = readVolumeRow(db);
        return { path, log: log.toString('hex'), first, next, sealed };
      });
    })
    .toSorted((a, b) => (a.log === b.log ? a.first - b.first : a.log < b.log ? -1 : 1));
}

/** Reads a volume, and closes it. Throws {@link ArchiveError}. */
export function withVolume<T>(path: string, read: (db: Database.Database) => T): T {
  const { db } = openVolume(path);
  try {
    return guarded(path, () => read(db));
  } finally {
    db.close();
  }
}

interface Segment {
  readonly events: Buffer;
  readonly payloads: Buffer;
}

/** Which events are read; null: all. */
export interface EventsAsked {
  /** 16 bytes. */
  readonly session: Uint8Array | null;
  readonly index: number | null;
}

/** The events of a volume, those it repeats first, then session by session. */
export function* eventsOf(
  db: Database.Database,
  { session, index }: EventsAsked = { session: null, index: null },
): Generator<RawEvent> {
  const isAsked = ({ event }: RawEvent) =>
    (index === null || event.index === index) &&
    (session === null || Buffer.compare(event.session ?? NO_SESSION, session) === 0);
  for (const raw of carriedEvents(db)) if (isAsked(raw)) yield raw;
  const where = [
    ...(session === null ? [] : ['session_id = (SELECT id FROM session WHERE sid = @session)']),
    ...(index === null ? [] : ['first_index <= @index AND last_index >= @index']),
  ];
  const segments = db.prepare<[object], Segment>(
    `SELECT events, payloads FROM segment ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
     ORDER BY session_id, number`,
  );
  for (const { events, payloads } of segments.iterate({ session, index }))
    for (const raw of rawEvents(zstdDecompressSync(events), zstdDecompressSync(payloads)))
      if (isAsked(raw)) yield raw;
}

const NO_SESSION = new Uint8Array();
