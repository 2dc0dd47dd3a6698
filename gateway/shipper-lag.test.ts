import { expect, test } from 'vitest';
import { ShipperLag } from './shipper-lag.ts';

test('lag is how long the oldest position that was not shipped has been waiting', () => {
  const lag = new ShipperLag();
  const seen: number[] = [];
  const at = (now: number, written: number, shipped: number) => {
    lag.written(written, now);
    lag.shipped(shipped);
    seen.push(lag.seconds(now));
  };
  at(0, 100, 0);
  at(1_000, 100, 0);
  at(2_000, 200, 99);
  at(3_000, 300, 100); // what came at 2,000 waits since then
  at(4_000, 300, 300);
  at(5_000, 400, 300);
  at(5_100, 500, 300); // too soon to be noted apart
  at(6_000, 500, 400);
  expect(seen).toEqual([0, 1, 2, 1, 0, 0, 0.1, 0]);
});

test('an archive that is away for hours costs no memory and is not forgotten', () => {
  const lag = new ShipperLag();
  for (let second = 0; second <= 36_000; second++) lag.written(second + 1, second * 1_000);
  expect(lag.seconds(36_000_000)).toBe(36_000);
  lag.shipped(18_000);
  // What was noted is thinned out: the answer is right to within a few minutes of ten hours.
  expect(lag.seconds(36_000_000)).toBeGreaterThan(17_000);
  expect(lag.seconds(36_000_000)).toBeLessThanOrEqual(18_000);
});
