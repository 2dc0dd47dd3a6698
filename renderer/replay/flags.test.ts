import { expect, test } from 'vitest';
import { listOf } from '../../shared/replay/fixtures/step-list.ts';
import { flagAt, flagsOf } from './flags.ts';
import { GapFinder } from './gaps.ts';
import { fitScale } from './time-scale.ts';

const list = listOf(
  [0, 1, 2, 3].map((at) => ({
    sequence: at * 10,
    time: at * 100,
    kind: 'statement',
    statement: at,
    ordinal: null,
    status: null,
    rows: 0,
    sqlstate: null,
    decision: null,
  })),
);

const NOTES = [
  { time: 200, sequence: 20, last: null, colour: 'red', label: 'why?' },
  { time: 0, sequence: 0, last: 10, colour: 'blue', label: 'log-in' },
] as const;

test('flags stand by time, ranges with their ends', () => {
  expect(flagsOf('session', NOTES, [], list)).toEqual([
    { time: 0, until: 100, sequence: 0, colour: 'blue', label: 'log-in' },
    { time: 200, until: null, sequence: 20, colour: 'red', label: 'why?' },
  ]);
});

test('a flag is pointed at near its pole, and nowhere else', () => {
  const finder = new GapFinder();
  for (let at = 0; at < 4; at++) finder.add(list.time(at));
  const scale = fitScale(finder.gaps(), 300, false);
  const flags = flagsOf('session', NOTES, [], list);
  expect([3, 100, 197, 206, 207].map((x) => flagAt(flags, scale, x)?.label)).toEqual([
    'log-in',
    undefined,
    'why?',
    'why?',
    undefined,
  ]);
});
