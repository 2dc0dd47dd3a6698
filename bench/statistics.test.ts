import { expect, test } from 'vitest';
import { median, pairedRatios, percentile } from './statistics.ts';

test('the median of an even number of values lies between the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, Number.NaN]);
});

test('a percentile is the nearest rank, whatever order the values came in', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile([7], 0.01)]).toEqual([50, 99, 7]);
});

test('ratios are taken round by round and not of the medians', () => {
  expect(pairedRatios([1, 30, 5], [10, 10, 10])).toEqual({ median: 0.5, min: 0.1, max: 3 });
});
