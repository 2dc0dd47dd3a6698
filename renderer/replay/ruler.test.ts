import { expect, test } from 'vitest';
import { GapFinder } from './gaps.ts';
import { ticksOf } from './ruler.ts';
import { fitScale, rangeScale } from './time-scale.ts';

const S = 1_000_000;
const start = Date.parse('2026-11-21T09:14:02.250Z') * 1000;

function gapsOf(seconds: readonly number[]) {
  const finder = new GapFinder();
  for (const second of seconds) finder.add(start + second * S);
  return finder.gaps();
}

test('moments are round, and as close as they can be read', () => {
  const gaps = gapsOf(Array.from({ length: 61 }, (_, second) => second));
  const all = fitScale(gaps, 600, true);
  const part = rangeScale(gaps, 600, true, { from: start + 1 * S, to: start + 1.012 * S });
  expect(
    [ticksOf(all), ticksOf(part)].map((ticks) => ticks.map(({ x, label }) => [Math.round(x), label])),
  ).toEqual([
    [
      [78, '09:14:10'],
      [178, '09:14:20'],
      [278, '09:14:30'],
      [378, '09:14:40'],
      [478, '09:14:50'],
    ],
    [
      [0, '09:14:03.250'],
      [100, '09:14:03.252'],
      [200, '09:14:03.254'],
      [300, '09:14:03.256'],
      [400, '09:14:03.258'],
      [500, '09:14:03.260'],
    ],
  ]);
});

test('folded silence has no moments, however long it was', () => {
  const gaps = gapsOf([0, 1, 2, 400_000, 400_001, 400_002]);
  expect(ticksOf(fitScale(gaps, 400, true)).map(({ label }) => label)).toEqual([
    '09:14:03',
    '09:14:04',
    '00:20:43',
  ]);
});

test('a session of one moment, or of none, has no ruler', () => {
  expect([ticksOf(fitScale(gapsOf([1]), 400, true)), ticksOf(fitScale(gapsOf([]), 400, true))]).toEqual([
    [],
    [],
  ]);
});
