/**
 * The steps of a session as they arrive, page by page, oldest first: what the cursor walks, what the time line draws. What
 * is not here yet is said; the cursor waits for the step it wants.
 */
import type { Page } from '../../shared/api/page.ts';
import type { Step } from '../../shared/api/session.ts';
import type { StepSource } from '../../shared/replay/step-source.ts';

/** Steps one request fetches: the most that the host gives. */
export const STEP_PAGE = 500;

/** Fetches the page after a cursor of the API. */
export type FetchSteps = (after: string | undefined) => Promise<Page<Step>>;

/** What is known of a session's steps at a moment; a new object whenever it changes, around steps that only grow. */
export interface StepList {
  readonly steps: readonly Step[];
  /** Whether these are all that the archive holds now. */
  readonly complete: boolean;
  readonly error: Error | null;
}

export class StepPages implements StepSource {
  readonly #fetch: FetchSteps;
  /** Grows in place: copying it for every page would cost the square of its length. */
  readonly #steps: Step[] = [];
  #list: StepList = { steps: this.#steps, complete: false, error: null };
  /** Cursor of the page that was fetched last and may have grown since. */
  #lastAfter: string | undefined;
  #lastCount = 0;
  #running = false;
  #again = false;
  #closed = false;
  readonly #listeners = new Set<() => void>();

  /** Whether the session is over: no step will follow those that the archive holds. */
  #over: boolean;

  constructor(fetch: FetchSteps, over: boolean) {
    this.#fetch = fetch;
    this.#over = over;
  }

  get length(): number {
    return this.#steps.length;
  }

  get ended(): boolean {
    return this.#over && this.#list.complete;
  }

  at(index: number): Step | undefined {
    return this.#steps[index];
  }

  /** Waits until the step at `index` came with the pages, or all of them did. */
  load(index: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const { error, complete } = this.#list;
        const here = index < this.#steps.length || complete;
        if (!here && error === null && !signal.aborted) return;
        stop();
        if (here && !signal.aborted) resolve();
        else reject(error ?? new Error('no longer wanted'));
      };
      const stop = this.subscribe(check);
      signal.addEventListener('abort', check, { once: true });
      check();
    });
  }

  /** The session ended since. */
  over(): void {
    this.#over = true;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly list = (): StepList => this.#list;

  /** Fetches all that is not here yet; when called again, what was recorded since. */
  async loadAll(): Promise<void> {
    this.#closed = false;
    this.#again = true;
    if (this.#running) return;
    if (this.#list.error !== null) this.#tell({ ...this.#list, error: null });
    this.#running = true;
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#pages();
      }
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error('the steps could not be loaded', { cause });
      this.#tell({ ...this.#list, error });
    } finally {
      this.#running = false;
    }
  }

  /** Ends what is under way; loading opens it again. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
  }

  async #pages(): Promise<void> {
    for (;;) {
      const page = await this.#fetch(this.#lastAfter);
      if (this.#closed) return;
      this.#steps.length -= this.#lastCount;
      for (const step of page.items) this.#steps.push(step);
      this.#lastCount = page.next === null ? page.items.length : 0;
      this.#lastAfter = page.next ?? this.#lastAfter;
      this.#tell({ steps: this.#steps, complete: page.next === null, error: null });
      if (page.next === null) return;
    }
  }

  #tell(list: StepList): void {
    this.#list = list;
    for (const listener of this.#listeners) listener();
  }
}

/** Position of the last step at or before `sequence`; -1 when there is none. */
export function stepAt(steps: readonly Step[], sequence: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle]?.sequence ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Position of the last step at or before `time`; -1 when there is none. */
export function stepAtTime(steps: readonly Step[], time: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle]?.time ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
