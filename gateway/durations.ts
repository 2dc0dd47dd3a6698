/** How long something takes: a histogram since the start, and quantiles of late. */
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Upper bounds of the histogram's buckets in seconds: from a good NVMe disk's fdatasync to a stalled one's. */
export const DURATION_BOUNDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30,
] as const;

/** Quantiles are of the last one to two of these, ms: what was slow an hour ago is no news. */
const WINDOW_MS = 60_000;

/** In seconds; `buckets` counts what was at most its bound and more than the one before, with one more for the rest. */
export interface DurationSummary {
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly number[];
  /** Null when there was nothing of late. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export class Durations {
  readonly #buckets: number[] = Array.from({ length: DURATION_BOUNDS.length + 1 }, () => 0);
  #count = 0;
  #sum = 0;
  #recent = createHistogram();
  #before = createHistogram();
  #turned = performance.now();

  /** Takes milliseconds, as `performance.now` counts them. */
  add(milliseconds: number): void {
    const seconds = milliseconds / 1000;
    const bucket = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
    const at = bucket < 0 ? DURATION_BOUNDS.length : bucket;
    this.#buckets[at] = (this.#buckets[at] ?? 0) + 1;
    this.#count++;
    this.#sum += seconds;
    this.#turn();
    this.#recent.record(Math.max(1, Math.round(milliseconds * 1e6)));
  }

  summary(): DurationSummary {
    this.#turn();
    const recent = createHistogram();
    recent.add(this.#before);
    recent.add(this.#recent);
    return {
      count: this.#count,
      sum: this.#sum,
      buckets: [...this.#buckets],
      p50: quantile(recent, 50),
      p99: quantile(recent, 99),
    };
  }

  #turn(): void {
    const windows = (performance.now() - this.#turned) / WINDOW_MS;
    if (windows < 1) return;
    this.#before = windows < 2 ? this.#recent : createHistogram();
    this.#recent = createHistogram();
    this.#turned = performance.now();
  }
}

function quantile(histogram: RecordableHistogram, percent: number): number | null {
  return histogram.count === 0 ? null : histogram.percentile(percent) / 1e9;
}
