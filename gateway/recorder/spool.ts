/**
 * The recorder's write-ahead journal: append-only files of CRC-guarded records, written with one synchronous write() a
 * batch (cheaper than a thread-pool hop) and made durable by one fdatasync for all who wait (group commit).
 */
import { crc32 } from 'node:zlib';
import { PAYLOAD_HEAD_BYTES, RECORD_HEAD_BYTES } from '../../shared/recording/record.ts';
import { SALT_BYTES } from '../../shared/recording/commitment.ts';
import { ballastBytes, makeBallast } from './ballast.ts';
import { NODE_DISK, type SpoolDisk } from './disk.ts';
import { Journal } from './journal.ts';
import { copyBytes, putUint32 } from './copy-bytes.ts';
import { DEADLINE_MS, stalled } from './pressure.ts';
import { recoverSpool, type SpoolState } from './recovery.ts';
import { SpoolError } from './spool-file.ts';

/** Small records gather here until the next write. */
const ARENA_BYTES = 1 << 20;

/** From this length on a value is written from where it lies instead of being copied. */
const BY_REFERENCE_BYTES = 8192;

/** An event up to this length may be written where it is to lie; longer ones are rare and are copied there. */
export const EVENT_ROOM_BYTES = 16 * 1024;

/** What an event's values take of the arena at most: it has at most two, each below BY_REFERENCE_BYTES when it is copied. */
const MOST_VALUES_BYTES = 2 * (PAYLOAD_HEAD_BYTES + BY_REFERENCE_BYTES);

/** What a record takes of the arena when its event was written into it. */
const MOST_ARENA_BYTES = RECORD_HEAD_BYTES + 4 + EVENT_ROOM_BYTES + MOST_VALUES_BYTES;

/** Values to be kept beside an event, in order: the salt of the nth lies at `saltAt[n]` of `salts`. */
export interface SaltedValues {
  /** How many there are: the lists may be longer. */
  readonly count: number;
  readonly values: readonly Uint8Array[];
  readonly salts: Buffer;
  readonly saltAt: readonly number[];
}

export interface SpoolOptions {
  readonly dir: string;
  /** Bytes all files together may have; beyond, {@link SpoolError} SPOOL_FULL. */
  readonly limit: number;
  /** Whether anybody waits for the disk: all modes of durability but `process`. */
  readonly syncs: boolean;
  /** For a spool that has no files yet: a fresh log id, 16 random bytes. */
  readonly newLog: () => Uint8Array;
  /** How long the disk may take to say that it has a file, ms; then {@link SpoolError} SPOOL_STALLED. */
  readonly deadline?: number;
  readonly disk?: SpoolDisk;
}

/** Opens the spool in `dir`: cuts a torn tail, makes the ballast, begins a new file. Rejects with {@link SpoolError}. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { dir, limit, syncs, deadline, disk = NODE_DISK } = options;
  const state = await recoverSpool(dir, disk);
  await answered(makeBallast(dir, ballastBytes(limit), disk), deadline);
  const log = state.log ?? options.newLog();
  const journal = new Journal({ dir, log, limit, syncs, disk }, state);
  // From here on the file itself is sure to be there after a power cut.
  const begun = new Promise<void>((resolve, reject) =>
    journal.whenDurable((error) => (error === null ? resolve() : reject(error))),
  );
  await answered(begun, deadline);
  return new Spool(options, journal, state);
}

/** Rejects when the disk takes longer than the deadline: a gateway that never starts and says nothing is no help. */
async function answered(work: Promise<void>, deadline = DEADLINE_MS): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(stalled(deadline)), deadline);
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

export class Spool {
  readonly state: SpoolState;
  readonly log: Uint8Array;
  /** Its files: what is written, what is on disk. */
  readonly journal: Journal;
  readonly dir: string;
  readonly limit: number;
  #arenaUsed = 0;
  #arenaFlushed = 0;
  #batch: Uint8Array[] = [];
  #batchBytes = 0;
  #appended: number;
  #appendedIndex: number;
  /** Bytes kept for the events that close sessions and the log; whoever appends one of those sets it to 0 before. */
  spare: number;
  readonly #closingBytes: number;

  /** See {@link openSpool}. */
  constructor({ dir, limit }: SpoolOptions, journal: Journal, state: SpoolState) {
    this.state = state;
    this.log = journal.log;
    this.journal = journal;
    this.dir = dir;
    this.limit = limit;
    this.#appended = journal.written;
    this.#appendedIndex = state.nextIndex;
    this.spare = this.#closingBytes = ballastBytes(limit) / 2;
  }

  /** Bytes written so far, as a position. */
  get written(): number {
    return this.journal.written;
  }

  /** Bytes known to be on disk, as a position. */
  get durable(): number {
    return this.journal.durable;
  }

  /** Bytes of its files: what counts against its limit. */
  get held(): number {
    return this.journal.written - this.journal.oldest;
  }

  /** Set once the spool has failed; nothing is taken from then on. */
  get failure(): SpoolError | null {
    return this.journal.failure;
  }

  /** Where {@link append} takes an event of at most {@link EVENT_ROOM_BYTES} without copying it: from {@link eventAt} on. */
  readonly arena = Buffer.allocUnsafeSlow(ARENA_BYTES);

  /** See {@link arena}; makes room first. */
  eventAt(): number {
    if (this.#arenaUsed + MOST_ARENA_BYTES > ARENA_BYTES) this.write();
    return this.#arenaUsed + RECORD_HEAD_BYTES + 4;
  }

  /**
   * Adds one record to the batch; {@link write} puts it into the file. `event` is null when its bytes lie at
   * {@link eventAt} already. The values must not change before the batch is written.
   */
  append(event: Uint8Array | null, eventBytes: number, salted: SaltedValues): void {
    if (this.journal.failure !== null) throw this.journal.failure;
    const { values, count } = salted;
    let bodyBytes = 4 + eventBytes;
    for (let i = 0; i < count; i++) bodyBytes += PAYLOAD_HEAD_BYTES + (values[i] as Uint8Array).length;
    const { spare } = this;
    this.spare = this.#closingBytes;
    if (this.#appended + bodyBytes > this.journal.oldest + this.limit - spare) throw this.#full();
    if (event !== null) this.#reserve(RECORD_HEAD_BYTES + 4 + eventBytes);
    const { arena } = this;
    const head = this.#arenaUsed;
    putUint32(arena, head, bodyBytes);
    putUint32(arena, head + RECORD_HEAD_BYTES, eventBytes);
    if (event !== null) arena.set(event, head + RECORD_HEAD_BYTES + 4);
    this.#arenaUsed = head + RECORD_HEAD_BYTES + 4 + eventBytes;
    const crc = this.#appendValues(salted, head + RECORD_HEAD_BYTES);
    putUint32(arena, head + 4, crc);
    this.#appended += RECORD_HEAD_BYTES + bodyBytes;
    this.#batchBytes += RECORD_HEAD_BYTES + bodyBytes;
    this.#appendedIndex += 1;
  }

  /** Writes the batch, if there is one: what was appended now survives a crash of this process. */
  write(): boolean {
    if (this.journal.failure !== null) throw this.journal.failure;
    if (this.#batchBytes === 0) return false;
    const { arena, journal } = this;
    const index = this.#appendedIndex;
    if (this.#batch.length === 0) journal.write(arena.subarray(0, this.#arenaUsed), index);
    else {
      if (this.#arenaUsed > this.#arenaFlushed)
        this.#batch.push(arena.subarray(this.#arenaFlushed, this.#arenaUsed));
      journal.writev(this.#batch, this.#batchBytes, index);
      this.#batch = [];
    }
    this.#arenaUsed = this.#arenaFlushed = 0;
    this.#batchBytes = 0;
    this.#appended = journal.written; // a new file begins with a header
    return true;
  }

  /** Calls back once everything written so far is on disk, in the order of the calls; with the error when it will not be. */
  whenDurable(done: (error: SpoolError | null) => void): void {
    this.journal.whenDurable(done);
  }

  /** Frees the files that end at or before `position`: every store has what they hold. The current file stays. */
  release(position: number): Promise<void> {
    return this.journal.release(position);
  }

  /**
   * Begins a new file, because only whole files are freed: agents who wait for room would wait for the one they wrote to.
   * A spool that fails over it says so to {@link Journal.onFailure}.
   */
  makeFreeable(): void {
    if (this.#batchBytes > 0 || this.failure !== null) return;
    try {
      this.journal.roll();
    } catch (error) {
      if (!(error instanceof SpoolError)) throw error;
    }
    this.#appended = this.journal.written;
  }

  /** Writes and syncs what is left and closes the files. */
  async close(): Promise<void> {
    if (this.failure === null) this.write();
    await this.journal.close();
  }

  /** Copies or references the values behind the event that starts the body at `bodyStart`; returns the body's CRC. */
  #appendValues({ count, values, salts, saltAt }: SaltedValues, bodyStart: number): number {
    const { arena } = this;
    let crcStart = bodyStart;
    let crc = 0;
    for (let i = 0; i < count; i++) {
      const value = values[i] as Uint8Array;
      const from = saltAt[i] as number;
      // The record's head lies in the arena and is filled in last, so the arena may not wrap within a record.
      const at = this.#arenaUsed;
      putUint32(arena, at, value.length);
      copyBytes(salts, from, SALT_BYTES, arena, at + 4);
      this.#arenaUsed = at + PAYLOAD_HEAD_BYTES;
      if (value.length < BY_REFERENCE_BYTES) {
        copyBytes(value, 0, value.length, arena, this.#arenaUsed);
        this.#arenaUsed += value.length;
        continue;
      }
      crc = crc32(value, crc32(arena.subarray(crcStart, this.#arenaUsed), crc));
      this.#batch.push(arena.subarray(this.#arenaFlushed, this.#arenaUsed), value);
      crcStart = this.#arenaFlushed = this.#arenaUsed;
    }
    return crcStart === this.#arenaUsed ? crc : crc32(arena.subarray(crcStart, this.#arenaUsed), crc);
  }

  /** Makes room in the arena for an event that was not written into it. */
  #reserve(eventBytes: number): void {
    const need = eventBytes + MOST_VALUES_BYTES;
    if (this.#arenaUsed + need <= ARENA_BYTES) return;
    this.write();
    if (need > ARENA_BYTES)
      throw new SpoolError('SPOOL_WRITE', `an event of ${eventBytes} bytes is too large for the spool`);
  }

  #full(): SpoolError {
    return new SpoolError(
      'SPOOL_FULL',
      `the spool in ${this.dir} has reached its limit of ${this.limit} bytes: the archive, or the remote store, takes events too slowly or not at all`,
    );
  }
}
