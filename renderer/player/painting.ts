/** Whether the terminal is on its way to another frame: whatever can wait does so until it is there. */

/** Runs something with the next frame; gives back how to call that off. */
type WithFrame = (run: () => void) => () => void;

export class Painting {
  readonly #withFrame: WithFrame;
  readonly #waiting = new Set<() => void>();
  readonly #listeners = new Set<(isPainting: boolean) => void>();
  #under = 0;
  #begun = false;

  /** What waited is run `withFrame`: the terminal draws there what it was told. */
  constructor(withFrame: WithFrame) {
    this.#withFrame = withFrame;
  }

  /** The terminal is on its way until `work` is settled; gives it back. */
  during<T>(work: Promise<T>): Promise<T> {
    this.#begun = true;
    if (++this.#under === 1) this.#tell(true);
    const over = (): void => {
      this.#under--;
      if (this.#under > 0) return;
      this.#tell(false);
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const run of waiting) run();
    };
    work.then(over, over);
    return work;
  }

  /** Told when it begins to be on its way, and when it has arrived. */
  onChange(listener: (isPainting: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs it once the terminal shows what it was told, at once where it does; the answer takes that back. */
  after(run: () => void): () => void {
    if (this.#under > 0) return this.#wait(run);
    run();
    return () => undefined;
  }

  /** The same, and where nothing was painted yet, once something is. */
  afterFirst(run: () => void): () => void {
    return this.#begun ? this.after(run) : this.#wait(run);
  }

  #tell(isPainting: boolean): void {
    for (const listener of this.#listeners) listener(isPainting);
  }

  #wait(run: () => void): () => void {
    let callOff = (): void => undefined;
    const wait = (): void => {
      callOff = this.#withFrame(run);
    };
    this.#waiting.add(wait);
    return () => {
      this.#waiting.delete(wait);
      callOff();
    };
  }
}
