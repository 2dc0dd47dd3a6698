/** Steps in words, fetched around those that somebody looks at: an outline has none. */
import type { Step } from '../../shared/api/session.ts';

/** Steps fetched with the one that is wanted: those that come next when playing, and a few before. */
const AHEAD = 48;
const BEHIND = 16;

/** Labels kept. */
const KEPT = 2_000;

/** Fetches up to `limit` steps of the events from a sequence on. */
export type FetchSteps = (from: number, limit: number) => Promise<readonly Step[]>;

export class Labels {
  readonly #fetch: FetchSteps;
  /** By sequence, oldest first. */
  readonly #kept = new Map<number, string>();
  readonly #listeners = new Set<() => void>();
  #running = false;
  #wanted: number | null = null;

  constructor(fetch: FetchSteps) {
    this.#fetch = fetch;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** The words of the step at a sequence; null while they are not here: see {@link want}. */
  of(sequence: number): string | null {
    return this.#kept.get(sequence) ?? null;
  }

  /** Fetches the words of a step, if they are not here. Of several that are wanted meanwhile, the latest is fetched next. */
  want(sequence: number): void {
    if (sequence < 0 || this.#kept.has(sequence)) return;
    this.#wanted = sequence;
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#wanted !== null) {
      const wanted = this.#wanted;
      this.#wanted = null;
      if (this.#kept.has(wanted)) continue;
      // Without words a step still has its time, its kind and its place: whoever asks again is answered again.
      const steps = await this.#fetch(Math.max(0, wanted - BEHIND), AHEAD + BEHIND).catch(() => []);
      this.#keep(steps);
      if (!this.#kept.has(wanted) && steps.length > 0) this.#keep(await this.#only(wanted));
    }
    this.#running = false;
  }

  /** Where more steps than expected stand in front of it. */
  async #only(sequence: number): Promise<readonly Step[]> {
    return this.#fetch(sequence, AHEAD).catch(() => []);
  }

  #keep(steps: readonly Step[]): void {
    for (const { sequence, label } of steps) this.#kept.set(sequence, label);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    for (const listener of this.#listeners) listener();
  }
}
