/** The volumes of an archive that are open for reading: those of a folder as they come, or one file. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { ArchiveError } from '../archive.ts';
import { guarded, openVolume, type Volume } from './read-volume.ts';
import { Rows } from './rows.ts';
import { VOLUME_SUFFIX } from './schema.ts';
import { SegmentReader } from './segment-reader.ts';
import { StepReader } from './step-reader.ts';

/** A volume with what reads it. */
export class OpenVolume implements Volume {
  readonly db: Database;
  readonly path: string;
  readonly name: string;
  readonly segments: SegmentReader;
  readonly rows: Rows;
  readonly steps: StepReader;

  constructor(volume: Volume) {
    this.db = volume.db;
    this.path = volume.path;
    this.name = volume.name;
    try {
      [this.segments, this.rows, this.steps] = guarded(volume.path, () => {
        const segments = new SegmentReader(volume);
        return [segments, new Rows(volume, segments), new StepReader(segments)] as const;
      });
    } catch (error) {
      volume.db.close();
      throw error;
    }
  }

  /** Runs a query; SQLite's errors become {@link ArchiveError}. */
  run<T>(query: () => T): T {
    return guarded(this.path, query);
  }
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
    if (!this.#isFolder) this.#opened(this.#path);
    else for (const name of volumeNames(this.#path)) this.#opened(join(this.#path, name));
    return [...this.#open.values()];
  }

  close(): void {
    for (const { db } of this.#open.values()) db.close();
    this.#open.clear();
  }

  #opened(path: string): void {
    if (this.#open.has(path)) return;
    if (this.#isFolder && isUnfinished(path)) return;
    this.#open.set(path, new OpenVolume(openVolume(path)));
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
