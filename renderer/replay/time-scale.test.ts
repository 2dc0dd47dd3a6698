import { expect, test } from 'vitest';
import { GapFinder, type Gaps } from './gaps.ts';
import {
  fitScale,
  gapsInView,
  pannedRange,
  rangeOf,
  rangeScale,
  timeAt,
  xOf,
  zoomedRange,
} from './time-scale.ts';

const S = 1_000_000;

function gapsOf(times: readonly number[]): Gaps {
  const finder = new GapFinder();
  for (const time of times) finder.add(time);
  return finder.gaps();
}

const TIMES = gapsOf([0, 1 * S, 2 * S, 12 * S, 13 * S, 14 * S]);

test('unfolded, the line is linear in real time', () => {
  const scale = fitScale(gapsOf([0, 1 * S, 4 * S]), 100, false);
  expect([-1, 0, 1 * S, 2 * S, 4 * S, 9 * S].map((time) => xOf(scale, time))).toEqual([
    0, 0, 25, 50, 100, 100,
  ]);
});

test('folded, a gap has a fixed width and what happened shares the rest', () => {
  const scale = fitScale(TIMES, 100, true);
  expect([0, 2 * S, 7 * S, 12 * S, 14 * S].map((time) => xOf(scale, time))).toEqual([0, 36, 50, 64, 100]);
});

test('a position and the time there belong to each other, in gaps and in parts too', () => {
  const times = [0, 0.5 * S, 2 * S, 7 * S, 12.25 * S, 14 * S];
  for (const fold of [true, false])
    for (const range of [null, { from: 1.5 * S, to: 12.5 * S }]) {
      const scale = rangeScale(TIMES, 100, fold, range);
      expect(times.map((time) => Math.round(timeAt(scale, xOf(scale, time))))).toEqual(times);
    }
});

test('many gaps never take the whole line', () => {
  const times = Array.from({ length: 101 }, (_, index) => index * 10 * S + (index % 2));
  const scale = fitScale(gapsOf(times), 100, true);
  expect(Math.round(scale.gapWidth * scale.gaps.count)).toBe(40);
});

test('a session of one moment stands at the start of its line', () => {
  const one = fitScale(gapsOf([5, 5, 5]), 100, true);
  const none = fitScale(gapsOf([]), 100, true);
  expect([xOf(one, 5), timeAt(one, 50), xOf(none, 5), timeAt(none, 5)]).toEqual([0, 5, 0, 0]);
});

test('a range fills the line, whatever gaps lie in it', () => {
  const ranges = [
    { from: 0.5 * S, to: 1.5 * S },
    { from: 1 * S, to: 13 * S },
    { from: 12.5 * S, to: 12.6 * S },
  ];
  expect(ranges.map((range) => rangeOf(rangeScale(TIMES, 400, true, range)))).toEqual(ranges);
});

test('what is zoomed at stays where it is, and zooming out ends with all of it', () => {
  const scale = fitScale(TIMES, 400, true);
  const before = timeAt(scale, 130);
  const near = rangeScale(TIMES, 400, true, zoomedRange(scale, 130, 8));
  expect([
    Math.abs(timeAt(near, 130) - before) < 10,
    zoomedRange(near, 10, 1 / 8),
    zoomedRange(near, 10, 0.01),
  ]).toEqual([true, null, null]);
});

test('a part moves along the line and stops at its ends', () => {
  const part = rangeScale(TIMES, 100, false, { from: 2 * S, to: 4 * S });
  expect([pannedRange(part, 50), pannedRange(part, -1e9), pannedRange(part, 1e9)]).toEqual([
    { from: 3 * S, to: 5 * S },
    { from: 0, to: 2 * S },
    { from: 12 * S, to: 14 * S },
  ]);
  expect(pannedRange(fitScale(TIMES, 100, false), 50)).toBeNull();
});

test('gaps are told by what is seen of them, and clocks that go back make none', () => {
  const gaps = gapsOf([10 * S, 5 * S, 9 * S, 20 * S, 21 * S, 40 * S]);
  expect([gaps.from, gaps.to, gaps.idleBefore]).toEqual([
    [10 * S, 21 * S],
    [20 * S, 40 * S],
    [0, 10 * S, 29 * S],
  ]);
  expect([
    gapsInView(fitScale(gaps, 100, true)),
    gapsInView(rangeScale(gaps, 100, false, { from: 20.5 * S, to: 30 * S })),
  ]).toEqual([
    [0, 2],
    [1, 2],
  ]);
});
