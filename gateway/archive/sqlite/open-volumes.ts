/** The volumes of an archive that are open for reading: those of a folder as they come, or one file. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { ArchiveError } from '../archive.ts';
import { guarded, openVolume, type Volume } from './read-volume.ts';
import { VOLUME_SUFFIX } from './schema.ts';
import { SegmentReader } from './segment-reader.ts';
import { SessionReader } from './session-reader.ts';
import { StatementReader } from './statement-reader.ts';
import { readVolumeRow, type VolumeRow } from './volume-row.ts';

/** A volume with what reads it. */
export class OpenVolume implements Volume {
  readonly db: Database;
  readonly path: string;
  readonly name: string;
  readonly segments: SegmentReader;
  readonly sessions: SessionReader;
  readonly statements: StatementReader;
  /** Of the file when it was opened: one from which values were taken out is another. */
  readonly inode: number;
  /** What stands in `temp.later`, as JSON. */
  later = '[]';

  constructor(volume: Volume, inode = 0) {
    this.db = volume.db;
    this.path = volume.path;
    this.name = volume.name;
    this.inode = inode;
    try {
      [this.segments, this.sessions, this.statements] = guarded(volume.path, () => {
        makeTemporary(volume.db);
        const segments = new SegmentReader(volume);
        return [segments, new SessionReader(volume), new StatementReader(volume, segments)] as const;
      });
    } catch (error) {
      volume.db.close();
      throw error;
    }
  }

  /** What the volume says of itself. */
  get start(): VolumeRow {
    return this.run(() => readVolumeRow(this.db));
  }

  /** Runs a query; SQLite's errors become {@link ArchiveError}. */
  run<T>(query: () => T): T {
    return guarded(this.path, query);
  }
}

/**
 * Tables of the connection alone, in memory: how sessions ended that go on in a later volume (session-parts.ts), and which
 * sessions facets are counted over.
 */
function makeTemporary(db: Database): void {
  db.exec(`CREATE TEMP TABLE later (session_id INTEGER PRIMARY KEY, outcome TEXT NOT NULL, ended INTEGER);
    CREATE TEMP TABLE matching (id INTEGER PRIMARY KEY)`);
}

export class Volumes {
  readonly #path: string;
  readonly #isFolder: boolean;
  readonly #open = new Map<string, OpenVolume>();

  /** Opens all there are; throws {@link ArchiveError}. */
  constructor(path: string) {
    this.#path = path;
    this.#isFolder = isFolder(path);
    this.current();
  }

  /** The volumes as of now. */
  current(): readonly OpenVolume[] {
    const paths = this.#isFolder
      ? volumeNames(this.#path).map((name) => join(this.#path, name))
      : [this.#path];
    for (const path of paths) this.#opened(path);
    this.#closeAllBut(new Set(paths));
    return [...this.#open.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Volumes go when they expire. */
  #closeAllBut(paths: ReadonlySet<string>): void {
    for (const [path, { db }] of this.#open) {
      if (paths.has(path)) continue;
      db.close();
      this.#open.delete(path);
    }
  }

  close(): void {
    for (const { db } of this.#open.values()) db.close();
    this.#open.clear();
  }

  #opened(path: string): void {
    const open = this.#open.get(path);
    if (open !== undefined) {
      if (statSync(path, { throwIfNoEntry: false })?.ino === open.inode) return;
      open.db.close();
      this.#open.delete(path);
    }
    if (this.#isFolder && isUnfinished(path)) return;
    // Asked before, so that a file which takes its place meanwhile is opened the next time.
    const inode = statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
    this.#open.set(path, new OpenVolume(openVolume(path), inode));
  }
}

/** A writer makes the file first and its tables right after: until then there is nothing to read in it. */
function isUnfinished(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw new ArchiveError('NOT_FOUND', `there is no archive at ${path}; check the path`, { cause });
  }
}

/** An empty folder is an archive that nothing was recorded into yet; one with other files only is none. */
function volumeNames(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (cause) {
    throw new ArchiveError('NOT_FOUND', `${folder} cannot be read; check its permissions`, { cause });
  }
  const volumes = names.filter((name) => name.endsWith(VOLUME_SUFFIX)).toSorted();
  if (volumes.length === 0 && names.length > 0) {
    throw new ArchiveError(
      'NOT_AN_ARCHIVE',
      `${folder} is not an archive: no ${VOLUME_SUFFIX} file is in it; name the archive folder of a gateway`,
    );
  }
  return volumes;
}
