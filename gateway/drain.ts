/** How a worker comes to its end: no new sessions, idle ones at once, busy ones in their time. */
import type { Listener } from './listener.ts';
import { isBusy, type LiveSessions } from './postgres/live-sessions.ts';
import type { PostgresError } from './postgres/wire/errors.ts';

/** How long sessions that were told to end may take to do so. */
const ENDING_MS = 2_000;

/** How often it is looked for sessions that have become idle, ms. */
const STEP_MS = 50;

const SHUTTING_DOWN: PostgresError = {
  severity: 'FATAL',
  sqlstate: '57P01',
  message: 'the gateway is shutting down',
};

export class Drain {
  readonly #live: LiveSessions;
  readonly #hurried = Promise.withResolvers<void>();
  /** What agents that come now are told; null while sessions are taken. */
  closed: PostgresError | null = null;

  constructor(live: LiveSessions) {
    this.#live = live;
  }

  /**
   * Takes no sessions any more, and ends each as soon as it is idle: no statement in flight, no open transaction. The door
   * stays open, for CancelRequests too. Resolves when no session is left, after so many ms, or when hurried.
   */
  async begin(milliseconds: number): Promise<void> {
    this.closed = { ...SHUTTING_DOWN, sqlstate: '57P03' };
    const end = performance.now() + milliseconds;
    let hurried = false;
    void this.#hurried.promise.then(() => (hurried = true));
    for (;;) {
      this.#live.end(SHUTTING_DOWN, (session) => !isBusy(session));
      if (this.#live.size === 0 || hurried || performance.now() >= end) return;
      await Promise.race([this.#hurried.promise, pause(STEP_MS)]);
    }
  }

  /** Ends the wait of {@link begin}. */
  hurry(): void {
    this.#hurried.resolve();
  }

  /** Closes the door and ends every session that is left, on the record. */
  async finish(listener: Listener): Promise<void> {
    this.hurry();
    listener.close();
    this.#live.end(SHUTTING_DOWN);
    await Promise.race([listener.served(), pause(ENDING_MS)]);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
