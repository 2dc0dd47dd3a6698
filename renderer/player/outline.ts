/**
 * The steps of a session as they arrive, block by block, oldest first: what the cursor walks, what the time line draws. What
 * is not here yet is said; the cursor waits for the step it wants.
 */
import { readOutline } from '../../shared/replay/outline.ts';
import { StepColumns } from '../../shared/replay/step-columns.ts';
import type { StepList } from '../../shared/replay/step-list.ts';
import type { StepSource } from '../../shared/replay/step-source.ts';
import type { Point } from '../../shared/replay/timeline.ts';

/** Fetches the block of the events from a sequence on (shared/replay/outline.ts). */
export type FetchOutline = (from: number) => Promise<Uint8Array>;

export class Outline implements StepSource {
  readonly #fetch: FetchOutline;
  readonly #columns = new StepColumns();
  #list: StepList = this.#columns.list(false, null);
  /** Sequence of the first event that is not here. */
  #next = 0;
  #running = false;
  #again = false;
  #closed = false;
  readonly #listeners = new Set<() => void>();

  /** Whether the session is over: no step will follow those that the archive holds. */
  #over: boolean;

  constructor(fetch: FetchOutline, over: boolean) {
    this.#fetch = fetch;
    this.#over = over;
  }

  get length(): number {
    return this.#columns.length;
  }

  get ended(): boolean {
    return this.#over && this.#list.complete;
  }

  at(index: number): Point | undefined {
    return this.#columns.at(index);
  }

  marks(index: number): number | undefined {
    return index < this.#columns.length ? this.#columns.marks(index) : undefined;
  }

  /** Waits until the step at `index` came with the blocks, or all of them did. */
  load(index: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const { error, complete } = this.#list;
        const here = index < this.length || complete;
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
    if (this.#list.error !== null) this.#tell(this.#list.complete, null);
    this.#running = true;
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await this.#blocks();
      }
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error('the steps could not be loaded', { cause });
      this.#tell(this.#list.complete, error);
    } finally {
      this.#running = false;
    }
  }

  /** Ends what is under way; loading opens it again. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
  }

  async #blocks(): Promise<void> {
    for (;;) {
      const block = readOutline(await this.#fetch(this.#next));
      if (this.#closed) return;
      this.#columns.append(block);
      this.#next = block.next;
      this.#tell(block.last, null);
      if (block.last) return;
    }
  }

  #tell(complete: boolean, error: Error | null): void {
    this.#list = this.#columns.list(complete, error);
    for (const listener of this.#listeners) listener();
  }
}
