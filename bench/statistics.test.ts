import { expect, test } from 'vitest';
import { median, paired, percentile } from './statistics.ts';

test('the median of an even number of values lies between the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, Number.NaN]);
});

test('a percentile is the nearest rank, whatever order the values came in', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile([7], 0.01)]).toEqual([50, 99, 7]);
});

test('values are paired round by round, as far as both series go', () => {
  expect(paired([1, 30, 5], [10, 10], (one, other) => one / other)).toEqual([0.1, 3]);
});
