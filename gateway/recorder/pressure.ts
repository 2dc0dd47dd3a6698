/**
 * Holds agents back while the record cannot keep up: the spool runs full because nobody takes what is in it, or too much
 * waits for a disk that is slow. What is held back is reading, never what was read. When it does not end within the
 * deadline, agents are cut off: for good when the disk does not answer, else until there is room again.
 */
import { NODE_DISK, type SpoolDisk } from './disk.ts';
import { Room } from './room.ts';
import { SpoolError } from './spool-file.ts';
import type { Spool } from './spool.ts';

/** Bytes of all agents together that may wait for the disk: what a stalled disk costs of memory. */
const MOST_HELD_BYTES = 64 << 20;

/** Long enough for a disk that is slow and a shipper that starts anew; agents' own timeouts are rarely shorter. */
export const DEADLINE_MS = 30_000;

/** How often time and room are looked at, ms. */
const WATCH_MS = 250;

export interface PressureOptions {
  readonly spool: Spool;
  /** How long agents are held back, and a sync may take, ms. */
  readonly deadline: number;
  /** Told when agents were held back for too long because the spool is full; again only after it had room. */
  readonly onFull: (error: SpoolError) => void;
  /** Told when less than this share of the limit is left. */
  readonly onLow: (left: number, share: number) => void;
  readonly disk?: SpoolDisk;
}

export class Pressure {
  /** Bytes that wait for their record to be safe: those who hold them count them. */
  held = 0;
  readonly #options: PressureOptions;
  readonly #disk: SpoolDisk;
  readonly #room: Room;
  readonly #watch: NodeJS.Timeout;
  readonly #listeners = new Set<() => void>();
  #pausedSince: number | null = null;
  #cut = false;
  #asking = false;

  constructor(options: PressureOptions) {
    const { spool } = options;
    this.#options = options;
    this.#disk = options.disk ?? NODE_DISK;
    this.#room = new Room(spool.limit);
    this.#room.update(spool.journal.oldest, spool.written, null);
    spool.journal.onProgress = () => this.check();
    this.#watch = setInterval(() => this.#look(), WATCH_MS).unref();
  }

  /** Whether nothing more may be read of agents and servers. */
  get paused(): boolean {
    return this.#pausedSince !== null;
  }

  /** Whether there is room for the events of a new session. */
  get takesSessions(): boolean {
    return !this.paused && this.#room.takesSessions(this.#options.spool.written);
  }

  /** Calls back whenever {@link paused} changes; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks whether agents must be held back, or may go on; for whenever something was written. */
  check(): void {
    const { spool } = this.#options;
    const { written } = spool;
    this.#room.update(spool.journal.oldest, written, null);
    const short = this.#room.isShort(written);
    if (this.#pausedSince === null) {
      if (short || this.held > MOST_HELD_BYTES) this.#pause(performance.now());
    } else if (this.#room.isAmple(written) && this.held <= MOST_HELD_BYTES / 2) this.#proceed();
  }

  stop(): void {
    clearInterval(this.#watch);
    this.#listeners.clear();
  }

  #pause(now: number): void {
    this.#pausedSince = now;
    for (const listener of this.#listeners) listener();
  }

  #proceed(): void {
    this.#pausedSince = null;
    this.#cut = false;
    for (const listener of this.#listeners) listener();
  }

  #look(): void {
    const { spool, deadline, onLow } = this.#options;
    if (spool.failure !== null) return;
    const now = performance.now();
    const { syncingSince } = spool.journal;
    if (syncingSince !== null && now - syncingSince > deadline) {
      spool.journal.fail(stalled(deadline));
      return;
    }
    this.#lookAtDisk();
    const share = this.#room.crossed(spool.written);
    if (share !== null) onLow(this.#room.left(spool.written), share);
    this.check();
    if (this.#pausedSince !== null) this.#whilePaused(now - this.#pausedSince);
  }

  #lookAtDisk(): void {
    const { spool } = this.#options;
    if (this.#asking) return;
    this.#asking = true;
    this.#disk
      .free(spool.dir)
      .then((free) => this.#room.update(spool.journal.oldest, spool.written, free))
      .catch(() => {}) // a disk that does not even say how full it is fails the next write
      .finally(() => (this.#asking = false));
  }

  #whilePaused(since: number): void {
    const { spool, deadline, onFull } = this.#options;
    if (!this.#room.isShort(spool.written)) return;
    spool.makeFreeable();
    if (since <= deadline || this.#cut) return;
    this.#cut = true;
    onFull(full(spool, deadline));
  }
}

/** The disk took longer than `deadline` ms to sync. */
export function stalled(deadline: number): SpoolError {
  return new SpoolError('SPOOL_STALLED', `the spool’s disk did not sync within ${deadline / 1000} s`);
}

function full(spool: Spool, deadline: number): SpoolError {
  return new SpoolError(
    'SPOOL_FULL',
    `the spool in ${spool.dir} has been full for ${deadline / 1000} s: the archive, or the remote store, takes events too slowly or not at all, or the disk is full`,
  );
}
