import { expect, test } from 'vitest';
import { timeAt, timeScale, xOf } from './time-scale.ts';

const S = 1_000_000;
const at = (times: readonly number[]) => ({
  length: times.length,
  time: (index: number) => times[index] ?? 0,
});
const TIMES = [0, 1 * S, 2 * S, 12 * S, 13 * S, 14 * S];

test('unfolded, the line is linear in real time', () => {
  const scale = timeScale(at([0, 1 * S, 4 * S]), 100, false);
  expect([-1, 0, 1 * S, 2 * S, 4 * S, 9 * S].map((time) => xOf(scale, time))).toEqual([
    0, 0, 25, 50, 100, 100,
  ]);
});

test('folded, a gap has a fixed width and what happened shares the rest', () => {
  const scale = timeScale(at(TIMES), 100, true);
  expect(scale.stretches.map(({ x, width, idle }) => [x, width, idle])).toEqual([
    [0, 36, false],
    [36, 28, true],
    [64, 36, false],
  ]);
});

test('a position and the time there belong to each other, in gaps too', () => {
  const scale = timeScale(at(TIMES), 100, true);
  const times = [0, 0.5 * S, 2 * S, 7 * S, 12.25 * S, 14 * S];
  expect(times.map((time) => Math.round(timeAt(scale, xOf(scale, time))))).toEqual(times);
});

test('many gaps never take the whole line', () => {
  const times = Array.from({ length: 101 }, (_, index) => index * 10 * S + (index % 2));
  const scale = timeScale(at(times), 100, true);
  const folded = scale.stretches.filter(({ idle }) => idle).reduce((sum, { width }) => sum + width, 0);
  expect(Math.round(folded)).toBe(40);
});

test('a session of one moment stands at the start of its line', () => {
  const scale = timeScale(at([5, 5, 5]), 100, true);
  expect([xOf(scale, 5), timeAt(scale, 50)]).toEqual([0, 5]);
  expect([xOf(timeScale(at([]), 100, true), 5), timeAt(timeScale(at([]), 100, true), 5)]).toEqual([0, 0]);
});
