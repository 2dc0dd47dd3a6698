/**
 * When checkpoints are left with an anchor: the newest one, at most every so often, one at a time; tried again ever later while
 * the anchor is away. Nothing waits for it.
 */
import type { Anchor, SignedCheckpoint } from './anchor.ts';

export interface ScheduleOptions {
  readonly anchor: Anchor;
  /** ms. */
  readonly every: number;
  /** So many events since the last one are not left waiting for the time. */
  readonly events: number;
  readonly clock: {
    /** ms; need not be the wall's. */
    readonly now: () => number;
    /** Runs something after so many ms, keeping no process alive; returns how to call it off. */
    readonly after: (ms: number, run: () => void) => () => void;
  };
  /** Told how every try went. */
  readonly told: (outcome: Outcome) => void;
}

/** How leaving a checkpoint went. */
export type Outcome =
  | { readonly checkpoint: SignedCheckpoint; readonly error: null; readonly cosigned: string | null }
  | { readonly checkpoint: SignedCheckpoint; readonly error: Error };

/** Between two tries, ms: each in a row twice as late as the one before, up to the last. */
const BACK_OFF = { first: 1_000, last: 10 * 60_000 };

/** How long the last try may take once the gateway ends, ms. */
const CLOSING_MS = 3_000;

export class Schedule {
  readonly #options: ScheduleOptions;
  #newest: SignedCheckpoint | null = null;
  /** Events of the last one that was left. */
  #left = -1;
  #leftAt = -Infinity;
  #wait = BACK_OFF.first;
  #retryAt = -Infinity;
  #callOff: (() => void) | null = null;
  #leaving: Promise<void> | null = null;
  #closing = false;

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  /** A newer checkpoint of the log. */
  offer(checkpoint: SignedCheckpoint): void {
    this.#newest = checkpoint;
    this.#plan();
  }

  /** Leaves the newest one, unless the anchor takes too long, and stops. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#callOff?.();
    const enough = Promise.withResolvers<void>();
    const callOff = this.#options.clock.after(CLOSING_MS, enough.resolve);
    await Promise.race([this.#last(), enough.promise]);
    callOff();
  }

  async #last(): Promise<void> {
    await this.#leaving;
    if (this.#isNew()) await this.#leave();
  }

  #isNew(): boolean {
    return this.#newest !== null && this.#newest.size > this.#left;
  }

  /** Leaves the newest checkpoint when it is time, or sees to it that it is left then. */
  #plan(): void {
    if (this.#closing || this.#leaving !== null || !this.#isNew()) return;
    const { every, events, clock } = this.#options;
    const many = (this.#newest?.size ?? 0) - this.#left >= events;
    const due = Math.max(many ? -Infinity : this.#leftAt + every, this.#retryAt);
    const wait = due - clock.now();
    this.#callOff?.();
    this.#callOff = null;
    if (wait > 0) this.#callOff = clock.after(wait, () => this.#plan());
    else void this.#leave();
  }

  async #leave(): Promise<void> {
    const { anchor, clock, told } = this.#options;
    const checkpoint = this.#newest;
    if (checkpoint === null) return;
    const done = Promise.withResolvers<void>();
    this.#leaving = done.promise;
    try {
      const cosigned = await anchor.leave(checkpoint);
      this.#left = checkpoint.size;
      this.#leftAt = clock.now();
      this.#wait = BACK_OFF.first;
      told({ checkpoint, error: null, cosigned });
    } catch (thrown) {
      this.#retryAt = clock.now() + this.#wait;
      this.#wait = Math.min(this.#wait * 2, BACK_OFF.last);
      told({ checkpoint, error: thrown instanceof Error ? thrown : new Error(String(thrown)) });
    } finally {
      this.#leaving = null;
      done.resolve();
    }
    this.#plan();
  }
}
