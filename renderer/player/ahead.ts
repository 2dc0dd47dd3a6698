/**
 * The step that is shown while the outline is not loaded up to where one wants to be: a link into the middle of a session of
 * a million steps shows its frame at once, and can be gone on from a moment later.
 */
import type { Step } from '../../shared/api/session.ts';

/** Fetches the first step of the events from a sequence on; undefined where there is none. */
export type FetchStep = (from: number) => Promise<Step | undefined>;

export class Ahead {
  readonly #fetch: FetchStep;
  readonly #listeners = new Set<() => void>();
  #wish = 0;
  #step: Step | null = null;

  constructor(fetch: FetchStep) {
    this.#fetch = fetch;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** The step to be shown in the place of the cursor's; null: the cursor's own. */
  readonly step = (): Step | null => this.#step;

  /** Shows the step at a sequence as soon as it is here, until {@link clear}. */
  async look(sequence: number): Promise<void> {
    const wish = ++this.#wish;
    // The outline comes anyway, and tells what is wrong.
    const found = await this.#fetch(sequence).catch(() => undefined);
    if (wish === this.#wish && found !== undefined) this.#set(found);
  }

  /** The cursor is where it is wanted. */
  clear(): void {
    this.#wish++;
    if (this.#step !== null) this.#set(null);
  }

  #set(step: Step | null): void {
    this.#step = step;
    for (const listener of this.#listeners) listener();
  }
}
