/** The clocks of the record: passed in, so that tests own time. */
export interface Clock {
  /** Wall clock, whole µs since 1970. */
  wall(): number;
  /** Monotonic clock, whole ns since the process started. */
  monotonic(): number;
}

/** How far the finer clock may drift from the system's before it is set anew, ms: one step of `Date.now` and a bit. */
const DRIFT_MS = 2;

/** The system's clocks: `Date.now` has steps of 1 ms, so the finer `performance.now` is laid over it. */
export function systemClock(): Clock {
  let offset = Date.now() - performance.now();
  return {
    wall() {
      const fine = performance.now();
      const coarse = Date.now();
      if (Math.abs(coarse - fine - offset) > DRIFT_MS) offset = coarse - fine;
      return Math.round((offset + fine) * 1000);
    },
    monotonic: () => Math.round(performance.now() * 1e6),
  };
}
