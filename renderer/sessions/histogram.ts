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
