/** The moments that stand above the lanes: round times, as close as they can be read. */
import { gapsInView, rangeOf, xOf, type TimeScale } from './time-scale.ts';

export interface Tick {
  readonly x: number;
  readonly time: number;
  readonly label: string;
}

/** Room that a moment needs, in px. */
const ROOM = 84;

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Distances between moments, µs; each divides a day or is a power of ten. */
const STEPS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((millis) => millis * 1000),
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 6, 12].map((hours) => hours * HOUR),
  ...[1, 7, 28].map((days) => days * DAY),
];

/** Ticks that are looked at for one line at most: far above what fits on a screen. */
const MOST_TICKS = 2_000;

/** The ticks of what the scale shows, from left to right. */
export function ticksOf(scale: TimeScale): Tick[] {
  const { from, to } = rangeOf(scale);
  if (scale.perMicro === 0 || to <= from) return [];
  const step = STEPS.find((candidate) => candidate * scale.perMicro >= ROOM) ?? 28 * DAY;
  const ticks: Tick[] = [];
  let free = 0;
  let time = Math.ceil(from / step) * step;
  for (let looked = 0; looked < MOST_TICKS && time <= to; looked++) {
    const x = xOf(scale, time);
    const end = gapEnd(scale, time);
    if (end === null && x >= free && x + ROOM <= scale.width) {
      ticks.push({ x, time, label: labelOf(time, step) });
      free = x + ROOM;
    }
    // What is folded holds no readable moments: on to where it ends.
    time = end === null ? time + step : Math.max(time + step, Math.ceil(end / step) * step);
  }
  return ticks;
}

/** The end of the folded gap that holds the time; null outside of any. */
function gapEnd(scale: TimeScale, time: number): number | null {
  if (!scale.fold) return null;
  const { from, to } = scale.gaps;
  const [first, end] = gapsInView(scale);
  for (let low = first, high = end; low < high;) {
    const middle = (low + high) >>> 1;
    if ((to[middle] ?? 0) <= time) low = middle + 1;
    else if ((from[middle] ?? 0) > time) high = middle;
    else return to[middle] ?? null;
  }
  return null;
}

function labelOf(time: number, step: number): string {
  const iso = new Date(Math.floor(time / 1000)).toISOString();
  if (step >= DAY) return iso.slice(0, 10);
  if (step >= MINUTE) return iso.slice(11, 16);
  if (step >= SECOND) return iso.slice(11, 19);
  if (step >= 1000) return iso.slice(11, 23);
  return iso.slice(14, 23) + String(Math.floor(time % 1000)).padStart(3, '0');
}
