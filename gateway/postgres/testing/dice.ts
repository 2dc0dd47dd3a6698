/** Random choices, and names that are used once. */

/** Chooses a number from 0 to below `count`. */
export type Choose = (count: number) => number;

export class Dice {
  readonly choose: Choose;
  #names = 0;

  constructor(choose: Choose) {
    this.choose = choose;
  }

  chance(oneIn: number): boolean {
    return this.choose(oneIn) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.choose(items.length)] as T;
  }

  name(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }
}
