/** The idle gaps of a session, found while its steps come in: between them something happened. */
import { isIdle } from '../../shared/replay/pacing.ts';

/** Gaps by position, and what lies before each; times are µs. */
export interface Gaps {
  readonly count: number;
  /** Times of the first and the last step; both 0 where there is none. */
  readonly first: number;
  readonly last: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Idle time in all gaps before; one entry more than there are gaps. */
  readonly idleBefore: readonly number[];
}

export class GapFinder {
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #idleBefore: number[] = [0];
  #first = 0;
  /** The latest time so far: wall clocks may go back, and that is no gap. */
  #last = -Infinity;

  add(time: number): void {
    if (this.#last === -Infinity) this.#first = time;
    else if (isIdle(time - this.#last)) {
      this.#from.push(this.#last);
      this.#to.push(time);
      this.#idleBefore.push((this.#idleBefore.at(-1) ?? 0) + time - this.#last);
    }
    this.#last = Math.max(this.#last, time);
  }

  /** Those found so far. */
  gaps(): Gaps {
    return {
      count: this.#from.length,
      first: this.#first,
      last: this.#last === -Infinity ? 0 : this.#last,
      from: this.#from,
      to: this.#to,
      idleBefore: this.#idleBefore,
    };
  }
}

/** How many of the first `count` entries are at most `value`; they ascend. */
export function countUpTo(ascending: readonly number[], count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
