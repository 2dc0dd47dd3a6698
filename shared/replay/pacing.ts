/** How long the player waits between two steps. */

/** Slowest and fastest play, as multiples of recorded time, with what a control offers in between. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const;
const SLOWEST = SPEEDS[0];
const FASTEST = SPEEDS[6];

/** Silence between two steps from which on it is an idle gap, in µs of recorded time: longer than one waits for an answer. */
const IDLE_MICROS = 2_000_000;

/** How long a skipped gap is shown, in ms whatever the speed: long enough to be seen. */
const SKIPPED_GAP_MS = 400;

/** How steps follow each other. */
export interface Pace {
  readonly speed: number;
  readonly skipIdle: boolean;
}

/** `speed` within what the player does. */
export function withinSpeeds(speed: number): number {
  return Math.min(FASTEST, Math.max(SLOWEST, speed));
}

/** Whether the silence between two steps is an idle gap. */
export function isIdle(micros: number): boolean {
  return micros > IDLE_MICROS;
}

/** ms to wait for a step `micros` of recorded time later. Wall clocks may go back: that is no wait. */
export function waitFor(micros: number, { speed, skipIdle }: Pace): number {
  if (skipIdle && isIdle(micros)) return SKIPPED_GAP_MS;
  return Math.max(0, micros / 1000 / speed);
}
