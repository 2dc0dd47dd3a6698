import type { SpoolError } from './spool-file.ts';

type Done = (error: SpoolError | null) => void;

/** Who waits for what was written to be on disk, in the order in which they came. */
export class Waiting {
  readonly #queue: { readonly position: number; readonly done: Done }[] = [];

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** `position` never goes back from one call to the next. */
  add(position: number, done: Done): void {
    this.#queue.push({ position, done });
  }

  /** Calls back all who wait for no more than `position`. */
  settle(position: number, error: SpoolError | null): void {
    let ready = 0;
    while (ready < this.#queue.length && (this.#queue[ready]?.position ?? 0) <= position) ready++;
    for (const { done } of this.#queue.splice(0, ready)) done(error);
  }
}
