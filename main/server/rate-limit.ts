/** How often somebody may do something: at once as often as `burst`, then once every `every` ms. */

export interface Rate {
  readonly burst: number;
  /** ms. */
  readonly every: number;
}

/** Of whom nothing is owed is forgotten once there are so many: strangers must not fill the memory. */
const MOST_KNOWN = 20_000;

export class RateLimit {
  readonly #rate: Rate;
  readonly #now: () => number;
  /** When each would be back at nothing owed, ms. */
  readonly #until = new Map<string, number>();

  /** `now` is in ms. */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
  }

  /** 0: it may be done, and counts; else the ms until it may. */
  take(who: string): number {
    const { burst, every } = this.#rate;
    const now = this.#now();
    const until = Math.max(this.#until.get(who) ?? 0, now) + every;
    const wait = until - now - burst * every;
    if (wait > 0) return wait;
    if (this.#until.size >= MOST_KNOWN) this.#forget(now);
    this.#until.set(who, until);
    return 0;
  }

  #forget(now: number): void {
    for (const [who, until] of this.#until) if (until <= now) this.#until.delete(who);
    // All of them owe: the ones known longest go, which lets them in sooner, and nobody else.
    for (const who of this.#until.keys()) {
      if (this.#until.size < MOST_KNOWN) return;
      this.#until.delete(who);
    }
  }
}
