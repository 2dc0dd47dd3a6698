/** Geometry of the histogram: bars from counts, times from positions. */

/** Sessions by start time in equal buckets; times in µs. */
export interface Histogram {
  readonly from: number;
  readonly bucket: number;
  readonly counts: readonly number[];
}

export interface Bar {
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
}

/** A bucket that holds anything shows at least this much, in px. */
const LEAST_HEIGHT = 2;

/** The bars in a drawing of `width` × `height` px; empty buckets have no height. */
export function bars({ counts }: Histogram, width: number, height: number): Bar[] {
  const most = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length);
  return counts.map((count, index) => {
    const tall = count === 0 ? 0 : Math.max(LEAST_HEIGHT, Math.round((count / most) * height));
    return { x: index * step, width: Math.max(1, step - 1), y: height - tall, height: tall };
  });
}

/** Which bucket is at `x`. */
export function bucketAt({ counts }: Histogram, width: number, x: number): number {
  return Math.min(counts.length - 1, Math.max(0, Math.floor((x / width) * counts.length)));
}

/** The range of time that two buckets and all between them span; the order does not matter. */
export function spanOf({ from, bucket }: Histogram, a: number, b: number): { after: number; before: number } {
  return { after: from + Math.min(a, b) * bucket, before: from + (Math.max(a, b) + 1) * bucket };
}

export interface Tick {
  readonly x: number;
  readonly label: string;
}

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps that people count time in, µs. */
const STEPS = [
  ...[1, 5, 15, 30].map((n) => n * SECOND),
  ...[1, 5, 15, 30].map((n) => n * MINUTE),
  ...[1, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((n) => n * DAY),
];

/** px that a label takes with what keeps it from its neighbours: 09:14 or 11-21, and 09:14:02. */
const LABEL = 38;
const LONG_LABEL = 56;

/** Round times along the drawing, as many as there is room for; days where they are days, else times of day. */
export function ticks({ from, bucket, counts }: Histogram, width: number): Tick[] {
  const span = bucket * counts.length;
  if (span <= 0 || width < LABEL) return [];
  const step = STEPS.find((one) => (one / span) * width >= (one < MINUTE ? LONG_LABEL : LABEL)) ?? span;
  // Weeks and months have no round beginning: they are counted from the first midnight.
  const round = Math.min(step, DAY);
  const first = Math.ceil(from / round) * round;
  const many = Math.max(0, Math.floor((from + span - first) / step) + 1);
  const half = (step < MINUTE ? LONG_LABEL : LABEL) / 2;
  return Array.from({ length: many }, (_, i) => first + i * step)
    .map((time) => ({ x: ((time - from) / span) * width, label: labelOf(time, step) }))
    .filter(({ x }) => x >= half && x <= width - half);
}

function labelOf(time: number, step: number): string {
  const iso = new Date(time / 1000).toISOString();
  if (step >= 365 * DAY) return iso.slice(0, 4);
  if (step >= DAY) return iso.slice(5, 10);
  return step >= MINUTE ? iso.slice(11, 16) : iso.slice(11, 19);
}

/** A span of time and as much again on both sides halved: twice as long, around the same middle. */
export function widened({ from, bucket, counts }: Histogram): { after: number; before: number } {
  const span = bucket * counts.length;
  return { after: from - span / 2, before: from + span * 1.5 };
}
