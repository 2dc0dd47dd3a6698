import { expect, test } from 'vitest';
import { listOf } from '../../shared/replay/fixtures/step-list.ts';
import type { StepList } from '../../shared/replay/step-list.ts';
import type { Point } from '../../shared/replay/timeline.ts';
import { LaneIndex } from './lane-index.ts';
import { binLanes, laneHeight, type Lanes } from './lanes.ts';
import { fitScale, rangeScale, type Range } from './time-scale.ts';

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

function binned(list: StepList, width: number, range: Range | null = null): Lanes {
  const index = new LaneIndex();
  index.grow(list);
  return binLanes(list, index, rangeScale(index.gaps(), width, false, range));
}

test('steps fall into columns; rows that ran ahead of their outcome are counted once', () => {
  const steps = [
    step(0, 'statement'),
    step(1, 'rows', { rows: 256 }),
    step(2, 'outcome', { rows: 300, status: 'completed' }),
    step(3, 'statement'),
    step(4, 'outcome', { status: 'failed', sqlstate: '42601' }),
  ];
  const { statements, rows, errors, mostRows } = binned(listOf(steps), 4);
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
  const { decisions, masked } = binned(listOf(steps), 5);
  expect([decisions, [...masked]]).toEqual([
    ['denied', 'held', null, 'approved', null],
    [0, 0, 1, 0, 0],
  ]);
});

/** Statements of three rows events and an outcome, one µs after the other. */
function busy(count: number): Point[] {
  return Array.from({ length: count }, (_, at) => {
    if (at % 5 === 0) return step(at, 'statement');
    if (at % 5 < 4) return step(at, 'rows', { rows: at % 7 });
    const failed = at % 35 === 4;
    return step(at, 'outcome', failed ? { status: 'failed' } : { status: 'completed', rows: 30 });
  });
}

/** Every step by itself, as the runs must add up. */
function plainly(steps: readonly Point[], width: number, { from, to }: Range): Lanes['rows'][] {
  const [statements, rows, errors] = [0, 1, 2].map(() => new Float64Array(width));
  let ahead = 0;
  for (const point of steps) {
    const fresh = point.kind === 'outcome' ? Math.max(0, point.rows - ahead) : point.rows;
    ahead = point.kind === 'outcome' ? 0 : ahead + point.rows;
    if (point.time < from || point.time > to) continue;
    const at = Math.min(width - 1, Math.floor(((point.time - from) / (to - from)) * width));
    if (statements && point.kind === 'statement') statements[at] = (statements[at] ?? 0) + 1;
    if (rows) rows[at] = (rows[at] ?? 0) + fresh;
    if (errors && point.status === 'failed') errors[at] = (errors[at] ?? 0) + 1;
  }
  return [statements, rows, errors].map((lane) => lane ?? new Float64Array());
}

/** No step stands at the edge of a column: where it falls would be a matter of rounding. */
const WIDTH = 13;

test('runs add up to what single steps come to, in all of a session and in parts of it', () => {
  const steps = busy(8_192 + 1);
  const list = listOf(steps);
  for (const range of [
    { from: 0, to: 8_192 },
    { from: 1_024, to: 3_072 },
    { from: 100, to: 228 },
  ]) {
    const { statements, rows, errors } = binned(list, WIDTH, range);
    expect([[...statements], [...rows], [...errors]]).toEqual(
      plainly(steps, WIDTH, range).map((lane) => Array.from(lane)),
    );
  }
});

test('an index that grew is one made at once', () => {
  const steps = busy(300);
  const grown = new LaneIndex();
  for (const length of [0, 10, 64, 65, 200, 300]) grown.grow(listOf(steps.slice(0, length)));
  const list = listOf(steps);
  const scale = fitScale(grown.gaps(), 20, true);
  expect([grown.gaps().last, binLanes(list, grown, scale)]).toEqual([299, binned(list, 20)]);
});

test('one row is seen beside a million, and nothing is nothing', () => {
  expect([0, 1, 1_000, 1_000_000].map((count) => laneHeight(count, 1_000_000, 20))).toEqual([0, 2, 10, 20]);
});
