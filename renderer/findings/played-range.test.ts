import { expect, test } from 'vitest';
import { listOf } from '../../shared/replay/fixtures/step-list.ts';
import type { Point } from '../../shared/replay/timeline.ts';
import { rangeOf } from './played-range.ts';

const step = (sequence: number, kind: Point['kind'], statement: number | null = null): Point => ({
  sequence,
  time: sequence * 1000,
  kind,
  statement,
  ordinal: statement === null ? null : 0,
  status: null,
  rows: 0,
  sqlstate: null,
  decision: null,
});
const LIST = listOf([
  step(0, 'sessionOpened'),
  step(2, 'statement', 1),
  step(3, 'rows', 1),
  step(5, 'outcome', 1),
  step(6, 'statement', 2),
  step(9, 'outcome', 2),
]);

test('a frame is played from the beginning of its statement', () => {
  const ranges = [
    [3, 3],
    [5, 9],
    [2, 5],
    [6, 6],
    [0, 0],
    [4, 7],
  ].map(([first = 0, last = 0]) => rangeOf(LIST, first, last));
  expect(ranges).toEqual([
    { first: 1, last: 2 },
    { first: 1, last: 5 },
    { first: 1, last: 3 },
    { first: 4, last: 4 },
    { first: 0, last: 0 },
    { first: 1, last: 4 },
  ]);
});

test('nothing is played before all of it is there', () => {
  expect(rangeOf({ ...LIST, complete: false, length: 3, sequence: (at) => LIST.sequence(at) }, 2, 5)).toBe(
    null,
  );
  expect(rangeOf(listOf([]), 0, 0)).toBe(null);
});
