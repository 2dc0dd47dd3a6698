/**
 * The recorder's write-ahead journal: append-only files of CRC-guarded records, written with one synchronous write() a
 * batch (cheaper than a thread-pool hop) and made durable by one fdatasync for all who wait (group commit).
 *
 * A failed write or fdatasync poisons the spool for good: the kernel may have dropped the dirty pages, so a retry that
 * succeeds proves nothing.
 */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statSync,
  unlinkSync,
  writeSync,
  writevSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';
import { PAYLOAD_HEAD_BYTES, RECORD_HEAD_BYTES } from '../../shared/recording/record.ts';
import { SALT_BYTES } from '../../shared/recording/commitment.ts';
import {
  encodeHeader,
  HEADER_BYTES,
  listSpoolFiles,
  scanSpoolFile,
  SpoolError,
  type Scan,
  type SpoolFile,
  spoolFilePath,
} from './spool-file.ts';

/** A file this long is closed and the next begun: small enough to free soon, large enough to be few. */
const ROLL_BYTES = 64 << 20;

/** Small records gather here until the next write. */
const ARENA_BYTES = 1 << 20;

/** From this length on a value is written from where it lies instead of being copied. */
const BY_REFERENCE_BYTES = 8192;

/** A value to be kept beside its event. */
export interface SaltedValue {
  readonly salt: Uint8Array;
  readonly value: Uint8Array;
}

export interface SpoolOptions {
  readonly dir: string;
  /** Bytes all files together may have; beyond, {@link SpoolError} SPOOL_FULL. */
  readonly limit: number;
  /** For a spool that has no files yet: a fresh log id, 16 random bytes. */
  readonly newLog: () => Uint8Array;
}

/** How the spool was found: what the recorder must say about it in its first events. */
export interface SpoolState {
  readonly log: Uint8Array;
  readonly nextIndex: number;
  /** The last file's scan; null when the spool is new. */
  readonly last: Scan | null;
}

export class Spool {
  readonly state: SpoolState;
  readonly #dir: string;
  readonly #limit: number;
  readonly #arena = Buffer.allocUnsafeSlow(ARENA_BYTES);
  #arenaUsed = 0;
  #arenaFlushed = 0;
  #batch: Uint8Array[] = [];
  #batchBytes = 0;
  #fd: number;
  #filePosition: number;
  #oldest: number;
  #appended: number;
  #written: number;
  #durable: number;
  #appendedIndex: number;
  #unsynced: number[] = [];
  #waiting: { readonly position: number; readonly done: (error: SpoolError | null) => void }[] = [];
  #syncing = false;
  #failure: SpoolError | null = null;

  /** Opens the spool in `dir` (made when absent), cuts a torn tail, and begins a new file. */
  constructor(options: SpoolOptions) {
    this.#dir = options.dir;
    this.#limit = options.limit;
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    const { state, position } = recover(options);
    this.state = state;
    this.#filePosition = position;
    this.#oldest = listSpoolFiles(options.dir)[0]?.position ?? position;
    this.#appendedIndex = state.nextIndex;
    this.#appended = this.#written = this.#durable = position;
    this.#fd = this.#openFile(position);
  }

  /** Bytes written so far, as a position. */
  get written(): number {
    return this.#written;
  }

  /** Bytes known to be on disk, as a position. */
  get durable(): number {
    return this.#durable;
  }

  /** Set once the spool has failed; nothing is taken from then on. */
  get failure(): SpoolError | null {
    return this.#failure;
  }

  /** Adds one record to the batch; {@link write} puts it into the file. The values must not change before that. */
  append(event: Uint8Array, values: readonly SaltedValue[]): void {
    if (this.#failure !== null) throw this.#failure;
    let bodyBytes = 4 + event.length;
    for (const { value } of values) bodyBytes += PAYLOAD_HEAD_BYTES + value.length;
    this.#checkLimit(bodyBytes);
    this.#reserve(RECORD_HEAD_BYTES + 4 + event.length);
    const arena = this.#arena;
    const head = this.#arenaUsed;
    arena.writeUInt32BE(bodyBytes, head);
    arena.writeUInt32BE(event.length, head + RECORD_HEAD_BYTES);
    arena.set(event, head + RECORD_HEAD_BYTES + 4);
    this.#arenaUsed = head + RECORD_HEAD_BYTES + 4 + event.length;
    const crc = this.#appendValues(values, head + RECORD_HEAD_BYTES);
    arena.writeUInt32BE(crc, head + 4);
    this.#appended += RECORD_HEAD_BYTES + bodyBytes;
    this.#batchBytes += RECORD_HEAD_BYTES + bodyBytes;
    this.#appendedIndex += 1;
  }

  /** Writes the batch, if there is one: what was appended now survives a crash of this process. */
  write(): boolean {
    if (this.#failure !== null) throw this.#failure;
    if (this.#batchBytes === 0) return false;
    try {
      if (this.#batch.length === 0) writeAll(this.#fd, this.#arena.subarray(0, this.#arenaUsed));
      else {
        if (this.#arenaUsed > this.#arenaFlushed)
          this.#batch.push(this.#arena.subarray(this.#arenaFlushed, this.#arenaUsed));
        writeAllVector(this.#fd, this.#batch);
        this.#batch = [];
      }
    } catch (cause) {
      throw this.#fail(
        new SpoolError(
          'SPOOL_WRITE',
          `cannot write to the spool in ${this.#dir}: ${(cause as Error).message}`,
          { cause },
        ),
      );
    }
    this.#arenaUsed = this.#arenaFlushed = 0;
    this.#batchBytes = 0;
    this.#written = this.#appended;
    if (this.#written - this.#filePosition >= ROLL_BYTES) this.#roll();
    return true;
  }

  /** Calls back once everything written so far is on disk, in the order of the calls; with the error when it will not be. */
  whenDurable(done: (error: SpoolError | null) => void): void {
    if (this.#failure !== null) return done(this.#failure);
    if (this.#durable >= this.#written) return done(null);
    this.#waiting.push({ position: this.#written, done });
    if (!this.#syncing) this.#sync();
  }

  /** Frees the files that end at or before `position`: every store has what they hold. The current file stays. */
  release(position: number): void {
    const files = listSpoolFiles(this.#dir);
    for (const [i, file] of files.entries()) {
      const end = files[i + 1]?.position;
      if (end === undefined || end > position || file.position >= this.#filePosition) break;
      unlinkSync(file.path);
      this.#oldest = end;
    }
  }

  /** Writes and syncs what is left and closes the file. */
  close(): void {
    if (this.#failure === null) {
      this.write();
      for (const fd of [...this.#unsynced, this.#fd]) fdatasyncSync(fd);
      this.#durable = this.#written;
    }
    for (const fd of new Set([...this.#unsynced, this.#fd])) closeSync(fd);
    this.#unsynced = [];
    this.#failure ??= new SpoolError('SPOOL_WRITE', 'the spool is closed');
    for (const { done, position } of this.#waiting.splice(0))
      done(position <= this.#durable ? null : this.#failure);
  }

  /** Copies or references the values behind the event that starts the body at `bodyStart`; returns the body's CRC. */
  #appendValues(values: readonly SaltedValue[], bodyStart: number): number {
    const arena = this.#arena;
    let crcStart = bodyStart;
    let crc = 0;
    for (const { salt, value } of values) {
      const byReference = value.length >= BY_REFERENCE_BYTES;
      // The record's head lies in the arena and is filled in last, so the arena may not wrap within a record.
      const at = this.#arenaUsed;
      arena.writeUInt32BE(value.length, at);
      arena.set(salt, at + 4);
      this.#arenaUsed = at + PAYLOAD_HEAD_BYTES;
      if (!byReference) {
        arena.set(value, this.#arenaUsed);
        this.#arenaUsed += value.length;
        continue;
      }
      crc = crc32(value, crc32(arena.subarray(crcStart, this.#arenaUsed), crc));
      this.#batch.push(arena.subarray(this.#arenaFlushed, this.#arenaUsed), value);
      crcStart = this.#arenaFlushed = this.#arenaUsed;
    }
    return crcStart === this.#arenaUsed ? crc : crc32(arena.subarray(crcStart, this.#arenaUsed), crc);
  }

  /** Makes room in the arena for one event and its small values by writing what is there. */
  #reserve(eventBytes: number): void {
    // An event has at most two payloads, each below BY_REFERENCE_BYTES when it is copied.
    const need = eventBytes + 2 * (PAYLOAD_HEAD_BYTES + BY_REFERENCE_BYTES) + SALT_BYTES;
    if (this.#arenaUsed + need <= ARENA_BYTES) return;
    this.write();
    if (need > ARENA_BYTES)
      throw new SpoolError('SPOOL_WRITE', `an event of ${eventBytes} bytes is too large for the spool`);
  }

  #checkLimit(more: number): void {
    if (this.#appended + more - this.#oldest <= this.#limit) return;
    throw new SpoolError(
      'SPOOL_FULL',
      `the spool in ${this.#dir} has reached its limit of ${this.#limit} bytes: the archive takes events too slowly or not at all`,
    );
  }

  #sync(): void {
    this.#syncing = true;
    const target = this.#written;
    const closing = this.#unsynced.splice(0);
    let left = closing.length + 1;
    let failure: NodeJS.ErrnoException | null = null;
    const one = (error: NodeJS.ErrnoException | null) => {
      failure ??= error;
      if (--left > 0) return;
      for (const fd of closing) closeSync(fd);
      this.#syncing = false;
      if (failure !== null) {
        this.#fail(
          new SpoolError('SPOOL_SYNC', `fdatasync of the spool in ${this.#dir} failed: ${failure.message}`, {
            cause: failure,
          }),
        );
        return;
      }
      this.#durable = target;
      this.#settle(null);
      if (this.#waiting.length > 0) this.#sync();
    };
    for (const fd of closing) fdatasync(fd, one);
    fdatasync(this.#fd, one);
  }

  #settle(error: SpoolError | null): void {
    let ready = 0;
    while (
      ready < this.#waiting.length &&
      (error !== null || (this.#waiting[ready]?.position ?? 0) <= this.#durable)
    )
      ready++;
    for (const { done } of this.#waiting.splice(0, ready)) done(error);
  }

  #fail(error: SpoolError): SpoolError {
    this.#failure ??= error;
    this.#settle(this.#failure);
    return this.#failure;
  }

  #roll(): void {
    this.#unsynced.push(this.#fd);
    this.#filePosition = this.#written;
    this.#fd = this.#openFile(this.#written);
  }

  #openFile(position: number): number {
    const fd = openSync(spoolFilePath(this.#dir, position), 'ax', 0o600);
    writeAll(fd, encodeHeader({ log: this.state.log, firstIndex: this.#appendedIndex, position }));
    this.#appended = this.#written = position + HEADER_BYTES;
    return fd;
  }
}

/** Finds where the log goes on: the last file is read whole, a torn tail is cut off it. */
function recover(options: SpoolOptions): { state: SpoolState; position: number } {
  const files = listSpoolFiles(options.dir);
  // A crash between creating a file and writing its header leaves one that holds nothing.
  while (files.length > 0 && statSync((files.at(-1) as SpoolFile).path).size < HEADER_BYTES)
    unlinkSync((files.pop() as SpoolFile).path);
  const file = files.at(-1);
  if (file === undefined) return { state: { log: options.newLog(), nextIndex: 0, last: null }, position: 0 };
  const last = scanSpoolFile(file.path);
  if (last.fileBytes > last.wholeBytes) {
    const fd = openSync(file.path, 'r+');
    ftruncateSync(fd, last.wholeBytes);
    fdatasyncSync(fd);
    closeSync(fd);
  }
  const state = { log: last.header.log, nextIndex: last.header.firstIndex + last.events, last };
  return { state, position: file.position + last.wholeBytes };
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += writeSync(fd, bytes, at, bytes.length - at);
}

/** writev takes at most 1,024 parts (IOV_MAX on Linux) and may stop short; what it left is written plainly. */
function writeAllVector(fd: number, parts: readonly Uint8Array[]): void {
  for (let from = 0; from < parts.length; from += 1024) {
    const some = parts.slice(from, from + 1024);
    const total = some.reduce((sum, part) => sum + part.length, 0);
    const wrote = writevSync(fd, some);
    if (wrote < total) writeAll(fd, Buffer.concat(some).subarray(wrote));
  }
}
