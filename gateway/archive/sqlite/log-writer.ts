/** Writes the volumes of one log, one after the other. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { ArchiveError, type Indexing } from '../archive.ts';
import type { Redaction } from '../redaction-note.ts';
import { carriedFrom } from './carry.ts';
import { insertCarried, type CarriedEvent } from './carried-rows.ts';
import type { StoredCheckpoint } from './checkpoints.ts';
import type { LogKeys } from './log-signer.ts';
import { redactVolume } from './redact.ts';
import { insertRedactions, redactionsOf, type RedactionRow } from './redaction-rows.ts';
import { DEFAULT_ROLL, isFull, type RollLimits, type RollWish } from './roll.ts';
import { checkVersion, openForWriting } from './schema.ts';
import { isSealed, type Packing, sealVolume } from './seal.ts';
import { readTreeFile, writeTreeFile } from './tree-file.ts';
import { volumeFileName, volumeFilesOf } from './volume-files.ts';
import { insertVolumeRow, readVolumeRow, type VolumeRow, type VolumeStart } from './volume-row.ts';
import { VolumeTree } from './volume-tree.ts';
import { VolumeWriter, type VolumeOptions } from './volume-writer.ts';

export interface LogOptions extends VolumeOptions {
  /** When volumes end. */
  readonly roll?: RollLimits;
  /** Where the log's tree is remembered outside the archive (tree-file.ts); not at all when absent. */
  readonly treeFile?: string;
  /** Told what somebody should look at though the log goes on. */
  readonly warn?: (message: string) => void;
  /** Volumes that ended are packed by it before they are sealed; they are not when absent. */
  readonly packing?: Packing;
}

/** A volume that is to begin. */
interface NextVolume {
  readonly start: VolumeStart;
  readonly carried: readonly CarriedEvent[];
  /** Of what is repeated. */
  readonly redactions: readonly RedactionRow[];
}

/** The volume that is written. */
export interface CurrentVolume {
  readonly path: string;
  readonly number: number;
  /** Index of its first event. */
  readonly first: number;
}

/** How long a reader that kept a volume from being sealed is waited for, µs. */
const SEAL_AGAIN_US = 10_000_000;

export class LogWriter {
  readonly #log: Buffer;
  readonly #folder: string;
  #options: LogOptions;
  #volume: VolumeWriter | null = null;
  /** How the next volume begins, while none is written. */
  #next: NextVolume;
  /** Volumes that ended and have no seal yet. */
  #unsealed: string[];
  #sealAfter = 0;
  #remembered = -1;
  /** Whether it took an event. */
  #taken = false;

  /** Goes on with the newest volume of the log in the folder. Throws {@link ArchiveError}. */
  constructor(folder: string, log: Uint8Array, options: LogOptions) {
    this.#log = Buffer.from(log);
    this.#folder = folder;
    this.#options = options;
    makeFolder(folder);
    const files = volumeFilesOf(folder, log).map(({ path }) => path);
    const newest = files.findLast((path) => rowOf(path) !== null);
    this.#next = { start: beginningOf(log), carried: [], redactions: [] };
    if (newest !== undefined) this.#resume(newest);
    this.#unsealed = files.filter(
      (path) => (path !== newest || this.#volume === null) && !isSealed(path) && rowOf(path) !== null,
    );
  }

  isOf(log: Uint8Array): boolean {
    return this.#log.equals(log);
  }

  /** Index of the next event that is expected. */
  get next(): number {
    return this.#volume?.next ?? this.#next.start.first;
  }

  /** The newest checkpoint of the volume that is written; null before its first. */
  get checkpoint(): StoredCheckpoint | null {
    return this.#volume?.checkpoint ?? null;
  }

  /** The volume that should follow the one that is written, as of the last commit; null while it has room. */
  get wish(): RollWish | null {
    if (this.#volume === null) return null;
    const full = isFull(this.#volume.fill(), this.#options.roll ?? DEFAULT_ROLL);
    const reason = this.#volume.followsLoss ? 'lost' : full;
    return reason === null ? null : { number: this.#volume.number + 1, reason };
  }

  /** Null where none is begun yet. */
  get current(): CurrentVolume | null {
    if (this.#volume === null) return null;
    const { path, number, first } = this.#volume;
    return { path, number, first };
  }

  /**
   * Takes values out of the volume that is written: of what it repeats, because volumes with the events themselves have ended
   * before. Between two commits. Throws {@link ArchiveError}.
   */
  redact(redactions: readonly Redaction[]): void {
    if (this.#volume === null) return;
    const { path } = this.#volume;
    this.#volume.commit();
    this.#volume.close();
    this.#volume = null;
    try {
      const { factsOf, signer, previous = null } = this.#options;
      redactVolume(path, redactions, { factsOf, keys: { signer, previous } });
    } finally {
      this.#resume(path);
    }
  }

  append(stored: StoredEvent, body: Uint8Array): void {
    const { event } = stored;
    if (event.index > this.next) this.#goOnAfterLoss(event.index);
    if (event.index < this.next) return this.#mustBeKnown(stored);
    if (event.kind === 'volumeRolled' && event.fields.number - 1 === this.#volume?.number) this.#end();
    this.#volume ??= this.#begin(this.#next);
    this.#volume.append(stored, body);
    this.#taken = true;
  }

  commit(): void {
    this.#volume?.commit();
    this.#remember();
    this.#seal();
  }

  /** See {@link VolumeWriter.index}. Volumes that were packed meanwhile are sealed. */
  index(ms: number): Indexing {
    this.#seal();
    return this.#volume?.index(ms) ?? { more: false, backlog: 0 };
  }

  /** See {@link VolumeWriter.rekey}. */
  rekey(keys: LogKeys): void {
    this.#options = { ...this.#options, ...keys };
    this.#volume?.rekey(keys);
  }

  /** See {@link VolumeWriter.keepCheckpoint}. */
  keepCheckpoint(note: string): void {
    this.#volume?.keepCheckpoint(note);
  }

  /** Closes the files; what was not committed is gone and will be shipped again. */
  close(): void {
    this.#volume?.close();
  }

  /** Goes on with a volume, or behind it where it ended and a crash came before the next one began. */
  #resume(path: string): void {
    const row = rowOf(path);
    if (row?.sealed === null) this.#volume = this.#writerOf(openForWriting(path));
    else if (row !== null) this.#next = nextOf(path, row, this.#options);
  }

  /** The event that begins the next volume has come. */
  #end(): void {
    if (this.#volume === null) return;
    const carried = this.#volume.seal();
    this.#next = { start: this.#volume.end(), carried, redactions: this.#volume.redactionsOf(carried) };
    this.#volume.close();
    this.#unsealed.push(this.#volume.path);
    this.#sealAfter = 0;
    this.#volume = null;
  }

  #begin({ start, carried, redactions }: NextVolume): VolumeWriter {
    const path = join(this.#folder, volumeFileName(this.#log, start.first));
    return this.#writerOf(
      openForWriting(path, (db) => {
        insertVolumeRow(db, start);
        insertCarried(db, carried);
        insertRedactions(db, redactions);
      }),
    );
  }

  #writerOf(db: Database.Database): VolumeWriter {
    try {
      return new VolumeWriter(db, this.#options);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** The archive was emptied, moved away or put back from an older copy: what is missing was there, and stays missing. */
  #goOnAfterLoss(index: number): void {
    const { treeFile, warn } = this.#options;
    const kept = this.#taken || treeFile === undefined ? null : readTreeFile(treeFile, this.#log);
    if (kept === null || kept.first < index) throw this.#missing(index);
    const number = Math.max(kept.number, (this.#volume?.number ?? this.#next.start.number - 1) + 1);
    const has = `${this.#folder} has the events of log ${this.#log.toString('hex')} before ${this.next} alone`;
    warn?.(`${has}; those up to ${kept.first} were in it and are missing: the log goes on in a new volume`);
    this.#volume?.close();
    this.#volume = null;
    this.#next = { start: { ...kept, number }, carried: [], redactions: [] };
  }

  /** What the archive has is passed over; the newest of it must be the same event, else the spool is that of another history. */
  #mustBeKnown({ event: { index }, bytes }: StoredEvent): void {
    if (index !== this.next - 1 || this.#volume?.isNewest(bytes) !== false) return;
    throw new ArchiveError(
      'DAMAGED',
      `event ${index} of log ${this.#log.toString('hex')} is another in ${this.#folder} than in the spool, which was put back from an older copy, or lost what it had. Move its folder away as evidence and let gateway.spool.dir name an empty one, which begins another log`,
    );
  }

  #missing(index: number): ArchiveError {
    const log = this.#log.toString('hex');
    const has = `${this.#folder} expects event ${this.next} of log ${log} and got ${index}: events between are missing`;
    const mend =
      'put the volumes that hold them back; where they are lost, move the folder of the spool away as evidence and let gateway.spool.dir name an empty one, which begins another log';
    return new ArchiveError('DAMAGED', this.#taken ? has : `${has}; ${mend}`);
  }

  #remember(): void {
    const { treeFile } = this.#options;
    const start = this.#volume?.end();
    if (treeFile === undefined || start === undefined || start.first === this.#remembered) return;
    writeTreeFile(treeFile, start);
    this.#remembered = start.first;
  }

  #seal(): void {
    const now = this.#options.now();
    if (this.#unsealed.length === 0 || now < this.#sealAfter) return;
    this.#unsealed = this.#unsealed.filter((path) => {
      try {
        const state = existsSync(path) ? sealVolume(path, this.#options) : null;
        if (state === 'busy') this.#sealAfter = now + SEAL_AGAIN_US;
        return state === 'busy' || state === 'packing';
      } catch (error) {
        this.#options.warn?.(`${path} cannot be sealed: ${(error as Error).message}`);
        return false;
      }
    });
  }
}

function beginningOf(log: Uint8Array): VolumeStart {
  return { log, number: 0, first: 0, lastTime: 0, frontier: new Uint8Array(), opening: null };
}

/** How the volume behind one that ended begins. */
function nextOf(path: string, row: VolumeRow, keys: LogKeys): NextVolume {
  const db = new Database(path, { fileMustExist: true });
  try {
    const tree = new VolumeTree(db, row, keys);
    const { log, number, next: first, last_time: lastTime } = row;
    const opening = tree.checkpoint?.note ?? row.opening;
    const start = { log, number: number + 1, first, lastTime, frontier: tree.frontier(), opening };
    const carried = carriedFrom(db, row, new Map());
    return { start, carried, redactions: redactionsOf(db, carried) };
  } finally {
    db.close();
  }
}

/** What a volume says of itself; null where a crash left its file with nothing in it, and it is to begin again. */
function rowOf(path: string): VolumeRow | null {
  const db = new Database(path);
  try {
    if (db.pragma('page_count', { simple: true }) === 0) return null;
    checkVersion(db, path);
    return readVolumeRow(db);
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
