/** What detectors found in the answer to one statement, counted for its `detected` event. */
import type { SessionRecorder } from '../../recorder/recorder.ts';

/** Where something was found. */
export type Where = 'rows' | 'copy' | 'error' | 'notice' | 'notification' | 'parameter status';

interface Count {
  readonly where: Where;
  readonly detector: string;
  readonly rule: string;
  count: number;
}

export class Tally {
  #counts: Count[] = [];

  /** Something was found. */
  add(where: Where, detector: string, rule: string): void {
    for (const known of this.#counts) {
      if (known.detector !== detector || known.rule !== rule || known.where !== where) continue;
      known.count++;
      return;
    }
    this.#counts.push({ where, detector, rule, count: 1 });
  }

  /** Records what was counted, an event for each place, and begins anew. */
  record(recorder: SessionRecorder, statement: number, ordinal: number): void {
    if (this.#counts.length === 0) return;
    for (const [where, counts] of Map.groupBy(this.#counts, (count) => count.where))
      recorder.record('detected', {
        statement,
        ordinal,
        where,
        detectors: counts.map(({ detector }) => detector),
        rules: counts.map(({ rule }) => rule),
        counts: counts.map(({ count }) => count),
      });
    this.#counts = [];
  }
}
