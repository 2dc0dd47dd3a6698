/**
 * The files of a spool and how much of them is on disk: one fdatasync serves all who wait (group commit).
 *
 * A failed or endless write or fdatasync ends the journal for good: the kernel may have dropped the dirty pages, so a
 * retry that succeeds proves nothing. The log's last events then go to a file of their own, which begins where the last
 * one was known to be on disk; what the failed file holds behind that is void.
 */
import { ballastPath } from './ballast.ts';
import { type SpoolDisk, writeAll, writeAllParts } from './disk.ts';
import type { SpoolState } from './recovery.ts';
import { encodeHeader, HEADER_BYTES, SpoolError, spoolFilePath } from './spool-file.ts';
import { Waiting } from './waiting.ts';

/** A file this long is closed and the next begun: small enough to free soon, large enough to be few. */
const ROLL_BYTES = 64 << 20;

/** A small spool has shorter files: one is freed only when all of it was shipped. */
const SHARE_OF_LIMIT = 8;

export interface JournalOptions {
  readonly dir: string;
  readonly log: Uint8Array;
  /** Bytes all files together may have. */
  readonly limit: number;
  /** Whether anybody waits for the disk; else files are synced only when the journal is closed. */
  readonly syncs: boolean;
  readonly disk: SpoolDisk;
}

export class Journal {
  readonly log: Uint8Array;
  readonly #options: JournalOptions;
  readonly #rollBytes: number;
  /** Positions of the files, oldest first; the last is written to. */
  readonly #files: number[];
  #fd = -1;
  #written: number;
  #writtenIndex: number;
  #durable: number;
  #durableIndex: number;
  /** Files before the last that are not synced yet. */
  #unsynced: number[] = [];
  #folderUnsynced = true;
  readonly #waiting = new Waiting();
  #syncing = false;
  #syncFailed = false;
  #idle: (() => void)[] = [];
  #freeing = false;
  #failure: SpoolError | null = null;
  /** When the sync that runs was begun (`performance.now()`), null when none runs. */
  syncingSince: number | null = null;
  /** Told once, when the journal fails. */
  onFailure: (error: SpoolError) => void = () => {};
  /** Told when more is on disk, or more was freed. */
  onProgress: () => void = () => {};
  /** Told how long each sync took, ms. */
  onSync: (took: number) => void = () => {};

  /** Begins a new file; throws {@link SpoolError} SPOOL_WRITE. */
  constructor(options: JournalOptions, state: SpoolState) {
    this.log = options.log;
    this.#options = options;
    this.#rollBytes = Math.min(ROLL_BYTES, Math.ceil(options.limit / SHARE_OF_LIMIT));
    this.#files = [...state.files];
    this.#written = this.#durable = state.position;
    this.#writtenIndex = this.#durableIndex = state.nextIndex;
    this.#begin();
  }

  /** Bytes written so far, as a position. */
  get written(): number {
    return this.#written;
  }

  /** Bytes known to be on disk, as a position. */
  get durable(): number {
    return this.#durable;
  }

  /** Bytes written that are not known to be on disk, where that matters. */
  get behind(): number {
    return this.#options.syncs ? this.#written - this.#durable : 0;
  }

  /** Position of the oldest byte kept. */
  get oldest(): number {
    return this.#files[0] as number;
  }

  /** Set once the journal has failed; nothing is taken from then on. */
  get failure(): SpoolError | null {
    return this.#failure;
  }

  /** Appends whole records, the last of them before event `nextIndex`; throws SPOOL_WRITE. */
  write(bytes: Uint8Array, nextIndex: number): void {
    try {
      writeAll(this.#options.disk, this.#fd, bytes);
    } catch (cause) {
      throw this.#writeFailed(cause);
    }
    this.#wrote(bytes.length, nextIndex);
  }

  /** The same for records in parts, `bytes` in all. */
  writev(parts: readonly Uint8Array[], bytes: number, nextIndex: number): void {
    try {
      writeAllParts(this.#options.disk, this.#fd, parts);
    } catch (cause) {
      throw this.#writeFailed(cause);
    }
    this.#wrote(bytes, nextIndex);
  }

  /** Calls back once everything written so far is on disk, in the order of the calls; with the error when it will not be. */
  whenDurable(done: (error: SpoolError | null) => void): void {
    if (this.#failure !== null) return done(this.#failure);
    if (this.#durable >= this.#written) return done(null);
    this.#waiting.add(this.#written, done);
    if (!this.#syncing) this.#sync();
  }

  /**
   * Frees the files that end at or before `position`: every store has what they hold. The current file stays. One by one,
   * so that no power cut leaves a gap; what cannot be removed is tried again with the next call.
   */
  async release(position: number): Promise<void> {
    if (this.#freeing) return;
    this.#freeing = true;
    const { dir, disk } = this.#options;
    try {
      while (this.#files.length > 1 && (this.#files[1] as number) <= position) {
        await disk.remove(spoolFilePath(dir, this.#files[0] as number));
        this.#files.shift();
        await disk.syncFolder(dir);
        this.onProgress();
      }
    } catch {
      // The spool fills up, which is seen and told.
    } finally {
      this.#freeing = false;
    }
  }

  /** Begins a new file unless the current one is empty, so that the current one can be freed; throws SPOOL_WRITE. */
  roll(): void {
    if (this.#written - (this.#files.at(-1) as number) <= HEADER_BYTES) return;
    const fd = this.#fd;
    this.#begin();
    if (this.#options.syncs) this.#unsynced.push(fd);
    else this.#options.disk.close(fd);
  }

  /** Fails the journal; returns the failure, which is the first there was. */
  fail(error: SpoolError): SpoolError {
    if (this.#failure !== null) return this.#failure;
    this.#failure = error;
    this.#waiting.settle(Infinity, error);
    this.onFailure(error);
    return error;
  }

  /**
   * After a failure: writes the log's last events, encoded by `encode` from the index they begin with, to a file of their
   * own. Rejects when the disk takes not even that; the log then reads as after a crash.
   */
  async end(encode: (firstIndex: number) => Uint8Array): Promise<void> {
    const { dir, disk, log } = this.#options;
    await disk.remove(ballastPath(dir));
    await this.#trustWhatCanBe();
    const position = this.#durable;
    while (this.#files.length > 0 && (this.#files.at(-1) as number) >= position)
      await disk.remove(spoolFilePath(dir, this.#files.pop() as number));
    const last = this.#files.at(-1);
    // For tidiness alone, and not to be waited for where a file hangs: what lies behind `position` is void.
    const tidied =
      last === undefined ? null : disk.truncate(spoolFilePath(dir, last), position - last).catch(() => {});
    if (this.#failure?.code !== 'SPOOL_STALLED') await tidied;
    await disk.syncFolder(dir);
    const firstIndex = this.#durableIndex;
    const header = encodeHeader({ log, firstIndex, position, durable: position });
    const bytes = Buffer.concat([header, encode(firstIndex)]);
    await disk.writeFile(spoolFilePath(dir, position), bytes);
    await disk.syncFolder(dir);
    this.#files.push(position);
    this.#written = this.#durable = position + bytes.length;
  }

  /** Syncs what is left and closes the files; what comes later finds the journal closed. */
  async close(): Promise<void> {
    if (this.#failure === null) await this.#synced();
    // A sync that never ends holds its files for good.
    if (!this.#syncing)
      for (const fd of [...this.#unsynced.splice(0), this.#fd]) this.#options.disk.close(fd);
    this.#failure ??= new SpoolError('SPOOL_WRITE', 'the spool is closed');
  }

  #begin(): void {
    const { dir, disk, log } = this.#options;
    const position = this.#written;
    try {
      this.#fd = disk.create(spoolFilePath(dir, position));
      this.#files.push(position);
      this.#folderUnsynced = true;
      const durable = this.#options.syncs ? this.#durable : 0;
      writeAll(disk, this.#fd, encodeHeader({ log, firstIndex: this.#writtenIndex, position, durable }));
    } catch (cause) {
      throw this.#writeFailed(cause);
    }
    this.#written = position + HEADER_BYTES;
  }

  #wrote(bytes: number, nextIndex: number): void {
    this.#written += bytes;
    this.#writtenIndex = nextIndex;
    if (this.#written - (this.#files.at(-1) as number) >= this.#rollBytes) this.roll();
  }

  #writeFailed(cause: unknown): SpoolError {
    const { dir } = this.#options;
    const message = `cannot write to the spool in ${dir}: ${(cause as Error).message}`;
    return this.fail(new SpoolError('SPOOL_WRITE', message, { cause }));
  }

  #sync(): void {
    const { dir, disk } = this.#options;
    const target = this.#written;
    const targetIndex = this.#writtenIndex;
    const closing = this.#unsynced.splice(0);
    const since = performance.now();
    this.syncingSince = since;
    this.#syncing = true;
    let left = closing.length + 1;
    let failure: Error | null = null;
    const one = (error: Error | null) => {
      failure ??= error;
      if (--left > 0) return;
      for (const fd of closing) disk.close(fd);
      this.#syncing = false;
      this.syncingSince = null;
      this.onSync(performance.now() - since);
      this.#syncEnded(target, targetIndex, failure);
    };
    if (this.#folderUnsynced) {
      this.#folderUnsynced = false;
      left++;
      disk.syncFolder(dir).then(() => one(null), one);
    }
    for (const fd of closing) disk.sync(fd, one);
    disk.sync(this.#fd, one);
  }

  #syncEnded(target: number, targetIndex: number, error: Error | null): void {
    if (error !== null) {
      this.#syncFailed = true;
      const message = `fdatasync of the spool in ${this.#options.dir} failed: ${error.message}`;
      this.fail(new SpoolError('SPOOL_SYNC', message, { cause: error }));
    } else if (this.#failure?.code !== 'SPOOL_STALLED') {
      // A failed write says nothing about what was written before it.
      this.#durable = target;
      this.#durableIndex = targetIndex;
      this.#waiting.settle(target, null);
      this.onProgress();
      if (!this.#waiting.isEmpty) this.#sync();
    }
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** After a failure: how far what was written can be trusted. Only a sync that failed, or never ended, spoils it. */
  async #trustWhatCanBe(): Promise<void> {
    if (!this.#options.syncs) {
      // Nobody was promised the disk.
      this.#durable = this.#written;
      this.#durableIndex = this.#writtenIndex;
    } else if (this.#failure?.code === 'SPOOL_WRITE') await this.#synced();
  }

  /** Resolves when all that was written is on disk, or will never be: a sync that failed is not tried again. */
  async #synced(): Promise<void> {
    while (this.#syncing || (this.#durable < this.#written && !this.#syncFailed)) {
      const ended = new Promise<void>((resolve) => this.#idle.push(resolve));
      if (!this.#syncing) this.#sync();
      await ended;
    }
  }
}
