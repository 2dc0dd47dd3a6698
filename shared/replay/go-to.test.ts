import { expect, test } from 'vitest';
import { readGoTo, type GoTo } from './go-to.ts';

const started = Date.parse('2026-11-21T23:58:10.500Z') * 1000;
const here = { started, now: started + 60_000_000 };

function at(iso: string): GoTo {
  return { to: 'moment', time: Date.parse(iso) * 1000 };
}

test('statements, events and moments are told apart', () => {
  const read = [
    '57',
    ' 57.2 ',
    '#431',
    '23:59',
    '23:58:10',
    '00:01:02.25',
    '2026-11-22 00:00:05',
    '2026-11-22T00:00:05.5Z',
    '2m30s',
    '+12.5s',
    '-500ms',
    '1h',
  ].map((text) => readGoTo(text, here));
  expect(read).toEqual([
    { to: 'statement', statement: 57, ordinal: null },
    { to: 'statement', statement: 57, ordinal: 1 },
    { to: 'event', sequence: 431 },
    at('2026-11-21T23:59:00Z'),
    at('2026-11-21T23:58:10Z'),
    at('2026-11-22T00:01:02.250Z'),
    at('2026-11-22T00:00:05Z'),
    at('2026-11-22T00:00:05.500Z'),
    at('2026-11-22T00:00:40.500Z'),
    at('2026-11-21T23:59:23.000Z'),
    at('2026-11-21T23:59:10.000Z'),
    at('2026-11-22T00:58:10.500Z'),
  ]);
});

test('what means nothing is no place', () => {
  const none = [
    '',
    'x',
    '24:00',
    '9:60',
    '12:30:99',
    '#',
    '#1.5',
    '2026-13-41 10:00',
    '+',
    '-',
    's',
    '1d',
    '5 s',
  ];
  expect(none.map((text) => readGoTo(text, here))).toEqual(none.map(() => null));
});
