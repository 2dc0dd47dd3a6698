import { expect, test } from 'vitest';
import { decisionsRecording } from './fixtures/decisions.ts';
import { dataRow, SessionRecording } from './fixtures/recording.ts';
import { readOutline, writeOutline } from './outline.ts';
import { StepColumns } from './step-columns.ts';
import { marksOf, MARKS } from './step-source.ts';
import { newTimelineState, pointOf, stepOf, type Point } from './timeline.ts';
import { nothingTold } from './told.ts';

const FAILING = new SessionRecording()
  .simple(1, 'SELECT 1')
  .outcome(1, { tag: 'SELECT 1', rows: 3, answer: dataRow('1') })
  .simple(2, 'SELEC')
  .outcome(2, { status: 'failed', sqlstate: '42601' })
  .simple(3, 'SELEC')
  .outcome(3, { status: 'failed', sqlstate: '42P01' });

const RECORDINGS = [FAILING.events, decisionsRecording().events];

/** The points of a recording as they come out of blocks of so many steps. */
function outlined(points: readonly Point[], blockSteps: number): (Point | undefined)[] {
  const columns = new StepColumns();
  for (let at = 0; at < points.length; at += blockSteps) {
    const part = points.slice(at, at + blockSteps);
    columns.append(readOutline(writeOutline({ from: at, next: at + blockSteps, last: false, points: part })));
  }
  return Array.from({ length: columns.length }, (_, index) => columns.at(index));
}

test('points are the steps of the time line without their words', () => {
  for (const events of RECORDINGS) {
    const state = newTimelineState();
    const told = nothingTold();
    const steps = events.flatMap((stored) => stepOf(stored, state) ?? []);
    const points = events.flatMap(({ event }) => pointOf(event, told) ?? []);
    const labelled = points.map((point, at) => Object.assign({}, point, { label: steps[at]?.label }));
    expect(labelled).toEqual(steps);
  }
});

test('blocks of any length give back what was put in', () => {
  for (const events of RECORDINGS) {
    const told = nothingTold();
    const points = events.flatMap(({ event }) => pointOf(event, told) ?? []);
    for (const steps of [1, 2, 3, 1_000]) expect(outlined(points, steps)).toEqual(points);
  }
});

test('columns go on over their chunks, in 40 bytes a step', () => {
  const points = Array.from({ length: 70_000 }, (_, at): Point => ({
    sequence: at,
    time: at * 7,
    kind: at % 3 === 0 ? 'outcome' : 'statement',
    statement: at % 5 === 0 ? null : at,
    ordinal: at % 7 === 0 ? at : null,
    status: at % 3 === 0 ? 'failed' : null,
    rows: at % 11,
    sqlstate: at % 3 === 0 ? `${at % 2_000}` : null,
    decision: at % 13 === 0 ? 'held' : null,
  }));
  const found = outlined(points, 30_000);
  const samples = [0, 29_999, 30_000, 32_767, 32_768, 65_535, 65_536, 69_999];
  expect([found.length, samples.map((at) => found[at])]).toEqual([70_000, samples.map((at) => points[at])]);
  expect(writeOutline({ from: 0, next: 0, last: true, points: points.slice(0, 60_000) }).length).toBeLessThan(
    40 * 60_000,
  );
});

test('marks tell what a search looks for', () => {
  const told = nothingTold();
  const marked = FAILING.events.flatMap(({ event }) => pointOf(event, told) ?? []).map(marksOf);
  expect(marked).toEqual([MARKS.statement, 0, MARKS.statement, MARKS.error, MARKS.statement, MARKS.error]);
});

test('a block says where it begins, where the next one does, and whether there is one', () => {
  const block = { from: 2 ** 40, next: 2 ** 40 + 9, last: true, points: [] };
  const { from, next, last, length } = readOutline(writeOutline(block));
  expect({ from, next, last, length }).toEqual({ from: 2 ** 40, next: 2 ** 40 + 9, last: true, length: 0 });
});

test('bytes that are no block, of another version or cut short are refused', () => {
  const block = writeOutline({ from: 0, next: 1, last: true, points: [] });
  const newer = Uint8Array.from(block);
  newer[0] = 99;
  for (const bytes of [new Uint8Array(3), block.subarray(0, -1), newer])
    expect(() => readOutline(bytes)).toThrow(RangeError);
});
