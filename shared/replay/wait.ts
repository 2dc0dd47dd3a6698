/** Time between two steps, for a player: how much of a wait is over, while time runs and while it stands still. */

/** Time as the player sees it: `now` in ms of any epoch, `after` returns what cancels. */
export interface Clock {
  now(): number;
  after(ms: number, run: () => void): () => void;
}

/** A player that was held up longer than this (a hidden tab) goes on from now rather than rush through what it missed. */
const CATCH_UP_MS = 250;

/** One wait after the other. Its length is passed in each time, because speed and the next step may change. */
export class Wait {
  readonly #clock: Clock;
  /** When the wait began, on the clock; null while time stands still. */
  #began: number | null = null;
  /** How much of it is over, 0–1, while time stands still. */
  #over = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new wait, of which a part may be over; time stands still. */
  reset(over = 0): void {
    this.#began = null;
    this.#over = Math.min(1, Math.max(0, over));
  }

  /** Lets time run. */
  run(ms: number): void {
    this.#began ??= this.#clock.now() - this.#over * ms;
  }

  /** Lets time stand still. */
  hold(ms: number): void {
    this.#over = this.over(ms);
    this.#began = null;
  }

  /** How much of the wait is over, 0–1. */
  over(ms: number): number {
    if (this.#began === null) return this.#over;
    return ms === 0 ? 0 : Math.min(1, (this.#clock.now() - this.#began) / ms);
  }

  /** ms until it is over, while time runs; negative when it should have been over by now. */
  left(ms: number): number {
    return (this.#began ?? this.#clock.now()) + ms - this.#clock.now();
  }

  /** The next wait begins when this one was over, so that lateness does not add up. */
  next(ms: number): void {
    const now = this.#clock.now();
    this.#began = Math.max((this.#began ?? now) + ms, now - CATCH_UP_MS);
  }
}
