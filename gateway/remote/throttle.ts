/** Holds back what would go out faster than so many bytes a second; a second's worth may go at once. */
export class Throttle {
  readonly #rate: number;
  readonly #now: () => number;
  readonly #pause: (ms: number) => Promise<void>;
  /** When all that was let go so far is paid for, ms. */
  #paid = 0;

  /** `now` in ms. */
  constructor(
    rate: number,
    { now, pause }: { readonly now: () => number; readonly pause: (ms: number) => Promise<void> },
  ) {
    this.#rate = rate;
    this.#now = now;
    this.#pause = pause;
  }

  /** Resolves when so many bytes may go. */
  async take(bytes: number): Promise<void> {
    const now = this.#now();
    const due = Math.max(this.#paid, now - 1000);
    this.#paid = due + (bytes / this.#rate) * 1000;
    if (due > now) await this.#pause(due - now);
  }
}
