/** The one row of a volume's `volume` table: which events of which log it holds (docs/format.md §4). */
import type Database from 'better-sqlite3';
import { ArchiveError } from '../archive.ts';

/** Where a volume begins. */
export interface VolumeStart {
  /** 16 bytes. */
  readonly log: Uint8Array;
  /** Of the volume in its log, from 0. */
  readonly number: number;
  /** Index of its first event. */
  readonly first: number;
  /** µs, of the event before it; 0 where there is none. */
  readonly lastTime: number;
  /** Of the tree of the events before it. */
  readonly frontier: Uint8Array;
  /** The checkpoint over the events before it; null where there are none, or nobody could sign them. */
  readonly opening: string | null;
}

/** The row as it is stored. */
export interface VolumeRow {
  readonly log: Buffer;
  readonly number: number;
  readonly first: number;
  /** Index of the next event it expects. */
  readonly next: number;
  readonly last_time: number;
  readonly frontier: Buffer;
  readonly opening: string | null;
  /** µs, null while it is written. */
  readonly sealed: number | null;
}

/** Writes the row of a volume that begins. */
export function insertVolumeRow(db: Database.Database, start: VolumeStart): void {
  const { log, number, first, lastTime, frontier, opening } = start;
  db.prepare(
    `INSERT INTO volume (id, log, number, first, next, last_time, frontier, opening, sealed)
     VALUES (1, ?, ?, ?, ?, ?, ?, ?, NULL)`,
  ).run(log, number, first, first, lastTime, frontier, opening);
}

/** Reads the row; throws {@link ArchiveError}. */
export function readVolumeRow(db: Database.Database): VolumeRow {
  const row = db
    .prepare<[], VolumeRow>(
      'SELECT log, number, first, next, last_time, frontier, opening, sealed FROM volume WHERE id = 1',
    )
    .get();
  if (row === undefined)
    throw new ArchiveError(
      'DAMAGED',
      `${db.name} does not say which events it holds; restore it from a copy`,
    );
  return row;
}
