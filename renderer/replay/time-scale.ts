/**
 * Where a time stands on the time line. Idle time can be folded: a gap then takes a fixed width and says its length. Times are
 * µs and stay real; only the drawing is folded, and any part of it can be drawn as wide as the line.
 */
import { countUpTo, type Gaps } from './gaps.ts';

/** A part of the session, µs. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface TimeScale {
  readonly gaps: Gaps;
  readonly fold: boolean;
  readonly perMicro: number;
  /** Of a folded gap, in px. */
  readonly gapWidth: number;
  /** Of the line, in px. */
  readonly width: number;
  /** What is left of the line, in px: 0 where it shows all. */
  readonly start: number;
  /** How many times wider than the line all of it would be. */
  readonly factor: number;
}

/** Width of a folded gap, in px: room for the mark, and for its length beside it. */
const FOLDED = 28;

/** Folded gaps together take at most this share of the line. */
const FOLDED_SHARE = 0.4;

/** The finest scale: a µs is what recorders count, and a few of them side by side are still told apart. */
const MOST_PER_MICRO = 4;

/** Rounds of halving until a range fits the line: the factors in question span 2^50. */
const HALVINGS = 60;

/** All of a session on `width` px. */
export function fitScale(gaps: Gaps, width: number, fold: boolean): TimeScale {
  return scaleBy(gaps, width, fold, 1);
}

/** A part of it on `width` px; what reaches over its ends is drawn as far as there is something. */
export function rangeScale(gaps: Gaps, width: number, fold: boolean, range: Range | null): TimeScale {
  const fit = fitScale(gaps, width, fold);
  if (range === null || range.to <= range.from || fit.perMicro === 0) return fit;
  let low = 0;
  let high = Math.log(Math.max(1, MOST_PER_MICRO / fit.perMicro));
  for (let round = 0; round < HALVINGS; round++) {
    const middle = (low + high) / 2;
    const scale = scaleBy(gaps, width, fold, Math.exp(middle));
    if (placeOf(scale, range.to) - placeOf(scale, range.from) < width) low = middle;
    else high = middle;
  }
  const scale = scaleBy(gaps, width, fold, Math.exp(low));
  return startingAt(scale, placeOf(scale, range.from));
}

/** The range seen once what stands at `x` px is `by` times as wide; null is all of it. */
export function zoomedRange(scale: TimeScale, x: number, by: number): Range | null {
  const time = timeAt(scale, x);
  const { gaps, width, fold } = scale;
  const fit = fitScale(gaps, width, fold);
  const most = fit.perMicro === 0 ? 1 : Math.max(1, MOST_PER_MICRO / fit.perMicro);
  const factor = Math.min(most, scale.factor * by);
  if (factor <= 1) return null;
  const zoomed = scaleBy(gaps, width, fold, factor);
  return rangeOf(startingAt(zoomed, placeOf(zoomed, time) - x));
}

/** The range seen once the line moved by so many px. */
export function pannedRange(scale: TimeScale, px: number): Range | null {
  return scale.factor <= 1 ? null : rangeOf(startingAt(scale, scale.start + px));
}

/** What the line shows. */
export function rangeOf(scale: TimeScale): Range {
  return { from: Math.round(timeAt(scale, 0)), to: Math.round(timeAt(scale, scale.width)) };
}

/** The position of a time on the line: below 0, or beyond its width, where it is not seen. */
export function xOf(scale: TimeScale, time: number): number {
  return placeOf(scale, time) - scale.start;
}

/** The time at a position. */
export function timeAt(scale: TimeScale, x: number): number {
  const { gaps, fold, perMicro, gapWidth } = scale;
  const place = Math.max(0, x + scale.start);
  if (!fold) return perMicro === 0 ? gaps.first : Math.min(gaps.last, gaps.first + place / perMicro);
  const passed = gapsBefore(scale, place);
  const within = place - gapStart(scale, passed - 1);
  if (passed > 0 && within < gapWidth) {
    const from = gaps.from[passed - 1] ?? 0;
    return from + (within / gapWidth) * ((gaps.to[passed - 1] ?? 0) - from);
  }
  const busy = perMicro === 0 ? 0 : (place - passed * gapWidth) / perMicro;
  return Math.min(gaps.last, gaps.first + busy + (gaps.idleBefore[passed] ?? 0));
}

/** The gaps that are seen, by position: from the first up to, and without, the second. */
export function gapsInView(scale: TimeScale): readonly [number, number] {
  const { from, to, count } = scale.gaps;
  const { from: first, to: last } = rangeOf(scale);
  return [countUpTo(to, count, first), countUpTo(from, count, last)];
}

function scaleBy(gaps: Gaps, width: number, fold: boolean, factor: number): TimeScale {
  const folded = fold ? gaps.count : 0;
  const fitting = folded === 0 ? 0 : Math.min(FOLDED, (width * FOLDED_SHARE) / folded);
  const busy = gaps.last - gaps.first - (fold ? (gaps.idleBefore[gaps.count] ?? 0) : 0);
  const perMicro = busy === 0 ? 0 : (width - folded * fitting) / busy;
  return {
    gaps,
    fold,
    perMicro: perMicro * factor,
    gapWidth: Math.min(FOLDED, fitting * factor),
    width,
    start: 0,
    factor,
  };
}

/** `scale` from `start` px on, or as near to it as there is something to show. */
function startingAt(scale: TimeScale, start: number): TimeScale {
  const all = placeOf(scale, scale.gaps.last);
  return { ...scale, start: Math.max(0, Math.min(start, all - scale.width)) };
}

/** px from the session's beginning. */
function placeOf(scale: TimeScale, time: number): number {
  const { gaps, fold, perMicro, gapWidth } = scale;
  const within = Math.max(gaps.first, Math.min(gaps.last, time));
  if (!fold) return (within - gaps.first) * perMicro;
  const passed = countUpTo(gaps.from, gaps.count, within);
  if (passed === 0) return (within - gaps.first) * perMicro;
  const from = gaps.from[passed - 1] ?? 0;
  const to = gaps.to[passed - 1] ?? 0;
  if (within < to) return gapStart(scale, passed - 1) + ((within - from) / (to - from)) * gapWidth;
  return (within - gaps.first - (gaps.idleBefore[passed] ?? 0)) * perMicro + passed * gapWidth;
}

/** Where a folded gap begins. */
function gapStart({ gaps, perMicro, gapWidth }: TimeScale, index: number): number {
  return ((gaps.from[index] ?? 0) - gaps.first - (gaps.idleBefore[index] ?? 0)) * perMicro + index * gapWidth;
}

/** Folded gaps that begin at or before a place. */
function gapsBefore(scale: TimeScale, place: number): number {
  let low = 0;
  let high = scale.gaps.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (gapStart(scale, middle) <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
