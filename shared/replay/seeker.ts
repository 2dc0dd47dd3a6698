/** Runs searches that may have to load steps; the latest wins. */
import type { Search, StepSource } from './step-source.ts';

export class Seeker {
  readonly #source: StepSource;
  #running: AbortController | null = null;

  constructor(source: StepSource) {
    this.#source = source;
  }

  /** Whether a search waits for steps to load. */
  get busy(): boolean {
    return this.#running !== null;
  }

  /** Gives up the search under way: it is never heard of again. */
  cancel(): void {
    this.#running?.abort();
    this.#running = null;
  }

  /** Answers at once when nothing has to be loaded, later otherwise; a later search takes the place of this one. */
  seek(search: Search, found: (index: number | null) => void, failed: (error: unknown) => void): void {
    this.cancel();
    const first = search(this.#source, this.#source.ended);
    if (first === null || typeof first === 'number') return found(first);
    const running = new AbortController();
    this.#running = running;
    void this.#load(search, first.missing, running.signal).then(
      (index) => this.#finish(running, () => found(index)),
      (error: unknown) => this.#finish(running, () => failed(error)),
    );
  }

  async #load(search: Search, first: number, signal: AbortSignal): Promise<number | null> {
    let missing = first;
    while (!signal.aborted) {
      await this.#source.load(missing, signal);
      const nothingCame = this.#source.at(missing) === undefined;
      const found = search(this.#source, this.#source.ended || nothingCame);
      if (found === null || typeof found === 'number') return found;
      if (nothingCame && found.missing === missing) throw new Error(`step ${missing} did not load`);
      missing = found.missing;
    }
    return null;
  }

  #finish(running: AbortController, answer: () => void): void {
    if (this.#running !== running) return;
    this.#running = null;
    answer();
  }
}
