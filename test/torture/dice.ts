/** Chance that can be repeated, and how much of it: few rounds in CI, many behind `npm run test:torture`. */

/** Random numbers of a seed (mulberry32: 32 bits of state are plenty for choosing cuts). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  roll(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `below`. */
  below(below: number): number {
    return Math.floor(this.roll() * below);
  }
}

/** The seed of this run: `SEED` of the environment repeats one, else a new one. Whoever uses it prints it. */
export function seedOf(env: NodeJS.ProcessEnv = process.env): number {
  const given = Number(env['SEED']);
  return Number.isInteger(given) && given > 0 ? given : 1 + Math.floor(Math.random() * 0xfffffffe);
}

/** How many rounds: `ci`, or `torture` where TORTURE is set. */
export function rounds(ci: number, torture: number): number {
  return (process.env['TORTURE'] ?? '') === '' ? ci : torture;
}
