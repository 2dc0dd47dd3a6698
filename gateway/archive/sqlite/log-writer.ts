/** Writes the volumes of one log, one after the other. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { ArchiveError } from '../archive.ts';
import type { StoredCheckpoint } from './checkpoints.ts';
import type { LogKeys } from './log-signer.ts';
import { openForWriting } from './schema.ts';
import { volumeFileName, volumeFilesOf } from './volume-files.ts';
import { insertVolumeRow, type VolumeStart } from './volume-row.ts';
import { VolumeWriter, type VolumeOptions } from './volume-writer.ts';

export class LogWriter {
  readonly #log: Buffer;
  readonly #folder: string;
  #options: VolumeOptions;
  #volume: VolumeWriter;

  /** Goes on with the newest volume of the log in the folder, or begins the first. Throws {@link ArchiveError}. */
  constructor(folder: string, log: Uint8Array, options: VolumeOptions) {
    this.#log = Buffer.from(log);
    this.#folder = folder;
    this.#options = options;
    makeFolder(folder);
    const newest = volumeFilesOf(folder, log).findLast(({ path }) => isBegun(path));
    this.#volume =
      newest === undefined
        ? this.#begin({ log, number: 0, first: 0, lastTime: 0, frontier: new Uint8Array(), opening: null })
        : this.#writerOf(openForWriting(newest.path));
  }

  isOf(log: Uint8Array): boolean {
    return this.#log.equals(log);
  }

  /** Index of the next event that is expected. */
  get next(): number {
    return this.#volume.next;
  }

  /** The newest checkpoint; null before the first. */
  get checkpoint(): StoredCheckpoint | null {
    return this.#volume.checkpoint;
  }

  append(stored: StoredEvent, body: Uint8Array): void {
    const { index } = stored.event;
    if (index < this.next) return;
    if (index > this.next) {
      throw new ArchiveError(
        'DAMAGED',
        `${this.#folder} expects event ${this.next} of log ${this.#log.toString('hex')} and got ${index}: events between are missing`,
      );
    }
    this.#volume.append(stored, body);
  }

  commit(): void {
    this.#volume.commit();
  }

  /** See {@link VolumeWriter.rekey}. */
  rekey(keys: LogKeys): void {
    this.#options = { ...this.#options, ...keys };
    this.#volume.rekey(keys);
  }

  /** See {@link VolumeWriter.keepCheckpoint}. */
  keepCheckpoint(note: string): void {
    this.#volume.keepCheckpoint(note);
  }

  /** Closes the files; what was not committed is gone and will be shipped again. */
  close(): void {
    this.#volume.close();
  }

  #begin(start: VolumeStart): VolumeWriter {
    const path = join(this.#folder, volumeFileName(this.#log, start.first));
    return this.#writerOf(openForWriting(path, (db) => insertVolumeRow(db, start)));
  }

  #writerOf(db: Database.Database): VolumeWriter {
    try {
      return new VolumeWriter(db, this.#options);
    } catch (error) {
      db.close();
      throw error;
    }
  }
}

/** A crash may leave a volume's file with nothing in it; then it is begun again. */
function isBegun(path: string): boolean {
  const db = new Database(path);
  try {
    return db.pragma('page_count', { simple: true }) !== 0;
  } finally {
    db.close();
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const what = existsSync(path) ? 'is a file, not a folder of volumes' : 'cannot be made';
    throw new ArchiveError('NOT_AN_ARCHIVE', `${path} ${what}; name another folder as archive`, { cause });
  }
}
