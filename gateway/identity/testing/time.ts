/** Time that passes when a test says so. */
import { NOW } from './tokens.ts';

interface Due {
  readonly at: number;
  readonly run: () => void;
}

export class TestTime {
  /** ms since 1970. */
  readonly now = (): number => this.#now;
  #now = NOW * 1000;
  #due = new Set<Due>();

  /** Timers that wait. */
  get waiting(): number {
    return this.#due.size;
  }

  readonly after = (ms: number, run: () => void): (() => void) => {
    const due = { at: this.#now + ms, run };
    this.#due.add(due);
    return () => this.#due.delete(due);
  };

  /** Lets time pass; what became due runs in its order, and so does what follows from it at once. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#due].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#due.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settled();
    }
    this.#now = end;
    await settled();
  }
}

/** Waits for what was begun and needs no socket. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}
