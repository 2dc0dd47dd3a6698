/**
 * Where a time stands on the time line. Idle time can be folded: a gap then takes a fixed width and says its length.
 * Times are µs and stay real; only the drawing is folded.
 */
import { isIdle } from '../../shared/replay/pacing.ts';
import type { StepList } from '../../shared/replay/step-list.ts';

/** A stretch of the line: either something happened in it, or it is an idle gap. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly x: number;
  readonly width: number;
  readonly idle: boolean;
}

export interface TimeScale {
  readonly stretches: readonly Stretch[];
  readonly width: number;
}

/** Width of a folded gap, in px: room for the mark, and for its length beside it. */
const FOLDED = 28;

/** Folded gaps together take at most this share of the line. */
const FOLDED_SHARE = 0.4;

/** The scale over the times of steps, in order, on `width` px. `fold` folds idle gaps. */
export function timeScale(steps: Pick<StepList, 'length' | 'time'>, width: number, fold: boolean): TimeScale {
  const stretches = stretchesOf(steps);
  const gaps = fold ? stretches.filter(({ idle }) => idle).length : 0;
  const gapWidth = gaps === 0 ? 0 : Math.min(FOLDED, (width * FOLDED_SHARE) / gaps);
  const busy = stretches.reduce((sum, { from, to, idle }) => sum + (fold && idle ? 0 : to - from), 0);
  const perMicro = busy === 0 ? 0 : (width - gaps * gapWidth) / busy;
  let x = 0;
  const placed = stretches.map(({ from, to, idle }): Stretch => {
    const stretch = { from, to, idle, x, width: fold && idle ? gapWidth : (to - from) * perMicro };
    x += stretch.width;
    return stretch;
  });
  return { stretches: placed, width };
}

/** The position of a time; outside of the line it is the nearer end. */
export function xOf({ stretches, width }: TimeScale, time: number): number {
  const stretch = stretches[indexBy(stretches, (candidate) => candidate.from <= time)];
  if (stretch === undefined) return 0;
  const span = stretch.to - stretch.from;
  const share = span === 0 ? 0 : Math.min(1, Math.max(0, (time - stretch.from) / span));
  return Math.min(width, stretch.x + share * stretch.width);
}

/** The time at a position. */
export function timeAt({ stretches }: TimeScale, x: number): number {
  const stretch = stretches[indexBy(stretches, (candidate) => candidate.x <= x)];
  if (stretch === undefined) return stretches[0]?.from ?? 0;
  const share = stretch.width === 0 ? 0 : Math.min(1, Math.max(0, (x - stretch.x) / stretch.width));
  return stretch.from + share * (stretch.to - stretch.from);
}

function stretchesOf({ length, time }: Pick<StepList, 'length' | 'time'>): Omit<Stretch, 'x' | 'width'>[] {
  if (length === 0) return [];
  const stretches: Omit<Stretch, 'x' | 'width'>[] = [];
  let begun = time(0);
  let before = begun;
  for (let at = 0; at < length; at++) {
    const now = time(at);
    if (isIdle(now - before)) {
      stretches.push({ from: begun, to: before, idle: false }, { from: before, to: now, idle: true });
      begun = now;
    }
    before = now;
  }
  stretches.push({ from: begun, to: before, idle: false });
  return stretches;
}

/** The last position for which `holds`, given that it holds for a beginning of the list; -1 for none. */
function indexBy<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
