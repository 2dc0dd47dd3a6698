/**
 * Sums over runs of steps, made once as the steps come in: a time line over a million of them then adds up sixteen thousand
 * runs, and looks at single steps only where a run lies across the edge of a pixel.
 */
import type { Decided } from '../../shared/policy/recorded-decision.ts';
import type { StepList } from '../../shared/replay/step-list.ts';
import { MARKS } from '../../shared/replay/step-source.ts';
import { GapFinder, type Gaps } from './gaps.ts';

/** Steps of one run. */
export const RUN = 64;

/** What a step, or a run of them, puts into a lane. */
export interface LaneCounts {
  statements: number;
  rows: number;
  errors: number;
  masked: number;
  /** The latest that was other than to let pass. */
  decision: Decided | null;
}

export interface StepRun extends Readonly<LaneCounts> {
  /** Earliest and latest time, µs. */
  readonly from: number;
  readonly to: number;
  /** Rows before it that an outcome to come counts again. */
  readonly ahead: number;
}

export class LaneIndex {
  readonly #runs: StepRun[] = [];
  readonly #gaps = new GapFinder();
  #counter = new LaneCounter();
  #seen = 0;

  /** Takes in what the list has more than the last one: steps that are there stay as they are. */
  grow(list: StepList): void {
    while (this.#seen < list.length) {
      const end = this.#seen + RUN;
      // A run that is not whole is counted step by step, until it is.
      if (end <= list.length) this.#runs.push(this.#run(list, this.#seen, end));
      const known = Math.min(end, list.length);
      for (let at = Math.max(this.#timed, this.#seen); at < known; at++) this.#gaps.add(list.time(at));
      this.#timed = known;
      if (end > list.length) break;
      this.#seen = end;
    }
  }

  /** Steps whose times are known to the gaps: those of the run that is not whole yet among them. */
  #timed = 0;

  get runs(): readonly StepRun[] {
    return this.#runs;
  }

  /** Rows before the steps behind the last whole run. */
  get ahead(): number {
    return this.#counter.ahead;
  }

  gaps(): Gaps {
    return this.#gaps.gaps();
  }

  #run(list: StepList, first: number, end: number): StepRun {
    const { ahead } = this.#counter;
    const counts = noCounts();
    let from = Infinity;
    let to = -Infinity;
    for (let at = first; at < end; at++) {
      const time = list.time(at);
      from = Math.min(from, time);
      to = Math.max(to, time);
      this.#counter.count(list, at, counts);
    }
    return { ...counts, from, to, ahead };
  }
}

/** Counts steps one after the other. */
export class LaneCounter {
  /** Rows that came before the outcome that counts them again. */
  ahead: number;

  constructor(ahead = 0) {
    this.ahead = ahead;
  }

  /** Adds the step to the counts. */
  count(list: StepList, at: number, counts: LaneCounts): void {
    const kind = list.kind(at);
    if (kind === 'rows' || kind === 'copyOut') {
      counts.rows += list.rows(at);
      this.ahead += list.rows(at);
    } else if (kind === 'outcome') {
      counts.rows += Math.max(0, list.rows(at) - this.ahead);
      this.ahead = 0;
    }
    const marks = list.marks(at);
    if (marks === 0) return;
    if ((marks & MARKS.statement) !== 0) counts.statements++;
    if ((marks & MARKS.error) !== 0) counts.errors++;
    if ((marks & MARKS.decision) !== 0) counts.decision = list.decision(at);
    if ((marks & MARKS.masking) !== 0) counts.masked++;
  }
}

/** Nothing counted. */
export function noCounts(): LaneCounts {
  return { statements: 0, rows: 0, errors: 0, masked: 0, decision: null };
}
