/** Which events of a log are on hand: runs of their indexes, none of which touch. */

/** From the first up to, without, the second. */
export type Run = readonly [from: number, to: number];

export class Coverage {
  readonly #runs: Run[];

  constructor(runs: readonly Run[] = []) {
    this.#runs = [...runs];
  }

  get runs(): readonly Run[] {
    return this.#runs;
  }

  has(from: number, to: number): boolean {
    return this.#runs.some((run) => run[0] <= from && to <= run[1]);
  }

  add(from: number, to: number): void {
    if (from >= to) return;
    const touching = this.#runs.filter((run) => run[0] <= to && from <= run[1]);
    const whole: Run = [
      Math.min(from, ...touching.map((run) => run[0])),
      Math.max(to, ...touching.map((run) => run[1])),
    ];
    const others = this.#runs.filter((run) => !touching.includes(run));
    this.#runs.splice(0, Infinity, ...[...others, whole].toSorted((a, b) => a[0] - b[0]));
  }

  /** Where the run begins that reaches up to `to`; `to` where none does. */
  reaches(to: number): number {
    return this.#runs.find((run) => run[0] < to && to <= run[1])?.[0] ?? to;
  }
}
