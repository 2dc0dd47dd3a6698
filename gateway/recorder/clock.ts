/** The clocks of the record: passed in, so that tests own time. */
import { performance } from 'node:perf_hooks'; // not the global, which is looked up anew for every event

/** Both are read at once: an event has one moment. */
export interface Clock {
  /** Reads both clocks; what they said is in {@link wall} and {@link monotonic} until the next reading. */
  read(): void;
  /** Wall clock, whole µs since 1970. */
  readonly wall: number;
  /** Monotonic clock, whole ns since the process started. */
  readonly monotonic: number;
}

/** How far the finer clock may drift from the system's before it is set anew, ms: one step of `Date.now` and a bit. */
const DRIFT_MS = 2;

/** How often the drift is looked at, ms: a clock that was set is followed within a tenth of a second. */
const DRIFT_CHECK_MS = 100;

/** The system's clocks: `Date.now` has steps of 1 ms, so the finer `performance.now` is laid over it. */
export class SystemClock implements Clock {
  wall = 0;
  monotonic = 0;
  #offset = Date.now() - performance.now();
  #checked = 0;

  read(): void {
    const fine = performance.now();
    if (fine - this.#checked > DRIFT_CHECK_MS) this.#check(fine);
    this.wall = Math.round((this.#offset + fine) * 1000);
    this.monotonic = Math.round(fine * 1e6);
  }

  #check(fine: number): void {
    this.#checked = fine;
    const offset = Date.now() - fine;
    if (Math.abs(offset - this.#offset) > DRIFT_MS) this.#offset = offset;
  }
}
