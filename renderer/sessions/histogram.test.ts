import { expect, test } from 'vitest';
import { bars, bucketAt, spanOf, type Histogram } from './histogram.ts';

const histogram: Histogram = { from: 1_000, bucket: 10, counts: [0, 100, 1, 50] };

test('bars stand on the ground; one session is seen beside a hundred', () => {
  expect(bars(histogram, 40, 30)).toEqual([
    { x: 0, width: 9, y: 30, height: 0 },
    { x: 10, width: 9, y: 0, height: 30 },
    { x: 20, width: 9, y: 28, height: 2 },
    { x: 30, width: 9, y: 15, height: 15 },
  ]);
});

test('a position outside the drawing is its first or last bucket', () => {
  expect([-5, 0, 9.9, 10, 39, 41].map((x) => bucketAt(histogram, 40, x))).toEqual([0, 0, 0, 1, 3, 3]);
});

test('a brush spans whole buckets, whichever way it was drawn', () => {
  expect([spanOf(histogram, 1, 2), spanOf(histogram, 2, 1), spanOf(histogram, 3, 3)]).toEqual([
    { after: 1_010, before: 1_030 },
    { after: 1_010, before: 1_030 },
    { after: 1_030, before: 1_040 },
  ]);
});
