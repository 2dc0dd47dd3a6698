import { expect, test } from 'vitest';
import { bars, bucketAt, spanOf, ticks, widened, type Histogram } from './histogram.ts';

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

test('round times stand below the bars, as many as there is room for, each whole', () => {
  const day = 86_400_000_000;
  const ten = {
    from: Date.UTC(2026, 10, 1, 6) * 1000,
    bucket: day / 6,
    counts: Array.from({ length: 60 }, () => 1),
  };
  expect([
    ticks(ten, 200).map(({ label }) => label),
    ticks({ ...ten, bucket: 60_000_000 }, 200).map(({ x, label }) => [Math.round(x), label]),
    ticks({ ...ten, bucket: 100_000 }, 200).map(({ label }) => label),
    ticks({ ...ten, counts: [] }, 200),
  ]).toEqual([
    ['11-04', '11-06', '11-08', '11-10'],
    [
      [50, '06:15'],
      [100, '06:30'],
      [150, '06:45'],
    ],
    ['06:00:05'],
    [],
  ]);
});

test('zooming out doubles the span around its middle', () => {
  expect(widened(histogram)).toEqual({ after: 980, before: 1_060 });
});
