import { expect, test } from 'vitest';
import { listOf } from '../../shared/replay/fixtures/step-list.ts';
import type { Point } from '../../shared/replay/timeline.ts';
import { binLanes, laneHeight } from './lanes.ts';
import { timeScale } from './time-scale.ts';

const step = (time: number, kind: string, more: Partial<Point> = {}): Point => ({
  sequence: 0,
  time,
  kind,
  statement: 1,
  ordinal: 0,
  status: null,
  rows: 0,
  sqlstate: null,
  decision: null,
  ...more,
});

test('steps fall into columns; rows that ran ahead of their outcome are counted once', () => {
  const steps = [
    step(0, 'statement'),
    step(1, 'rows', { rows: 256 }),
    step(2, 'outcome', { rows: 300, status: 'completed' }),
    step(3, 'statement'),
    step(4, 'outcome', { status: 'failed', sqlstate: '42601' }),
  ];
  const list = listOf(steps);
  const { statements, rows, errors, mostRows } = binLanes(list, timeScale(list, 4, false));
  expect([[...statements], [...rows], [...errors], mostRows]).toEqual([
    [1, 0, 0, 1],
    [0, 256, 44, 0],
    [0, 0, 0, 1],
    256,
  ]);
});

test('decisions and masks have lanes of their own, plain passing has none', () => {
  const steps = [
    step(0, 'decision', { decision: 'denied' }),
    step(1, 'decision', { decision: 'held' }),
    step(2, 'columnsMasked'),
    step(3, 'holdEnded', { decision: 'approved' }),
    step(4, 'decision', { decision: 'allowed' }),
  ];
  const list = listOf(steps);
  const { decisions, masked } = binLanes(list, timeScale(list, 5, false));
  expect([decisions, [...masked]]).toEqual([
    ['denied', 'held', null, 'approved', null],
    [0, 0, 1, 0, 0],
  ]);
});

test('one row is seen beside a million, and nothing is nothing', () => {
  expect([0, 1, 1_000, 1_000_000].map((count) => laneHeight(count, 1_000_000, 20))).toEqual([0, 2, 10, 20]);
});
