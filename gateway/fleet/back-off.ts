/** How long a gateway waits before it dials its team server again. */

/** Pauses between tries, ms: a server that is started anew is found soon, one that is away is not hammered. */
const PAUSES = [500, 1_000, 2_000, 4_000, 8_000, 15_000] as const;

/** By a part that chance takes off, a fleet does not come back all at once. */
const JITTER = 0.5;

/** `failures` in a row, from 1; `chance` is from 0 up to 1. */
export function pauseAfter(failures: number, chance: number): number {
  const pause = PAUSES[Math.min(failures, PAUSES.length) - 1] ?? PAUSES[0];
  return Math.round(pause * (1 - JITTER * chance));
}
