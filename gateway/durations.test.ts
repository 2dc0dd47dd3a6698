import { expect, test } from 'vitest';
import { DURATION_BOUNDS, Durations } from './durations.ts';

test('a duration counts in the bucket whose bound it does not exceed', () => {
  const durations = new Durations();
  for (const milliseconds of [0.05, 0.1, 0.2, 1, 1, 40, 60_000]) durations.add(milliseconds);
  const { count, sum, buckets } = durations.summary();
  const counted = buckets.flatMap((amount, at) =>
    amount === 0 ? [] : [[DURATION_BOUNDS[at] ?? 'more', amount]],
  );
  expect([count, Number(sum.toFixed(9)), counted]).toEqual([
    7,
    60.04235,
    [
      [0.0001, 2],
      [0.00025, 1],
      [0.001, 2],
      [0.05, 1],
      ['more', 1],
    ],
  ]);
});

test('quantiles are of what was, and absent when nothing was', () => {
  const durations = new Durations();
  expect([durations.summary().p50, durations.summary().p99]).toEqual([null, null]);
  for (let at = 1; at <= 100; at++) durations.add(at);
  const { p50, p99 } = durations.summary();
  // The histogram keeps three digits.
  expect([p50?.toFixed(3), p99?.toFixed(3)]).toEqual(['0.050', '0.099']);
});
