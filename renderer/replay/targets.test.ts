import { expect, test } from 'vitest';
import { parseTime } from '../../shared/filter/value.ts';
import { targetsOf } from './targets.ts';

const started = parseTime('2026-11-21T23:50:02.5Z')?.from ?? 0;
const session = { started, ended: null, statements: 128 };

/** What each text points to. */
function targets(...typed: readonly string[]): string[] {
  return typed.map((text) =>
    targetsOf(text, session)
      .map((target) => `${target.kind} ${target.text}`)
      .join(', '),
  );
}

test('a number is a statement of the session, if it has so many', () => {
  expect(targets('57', ' #128 ', '129', '0')).toEqual(['statement 57', 'statement 128', '', '']);
});

test('a clock time is of the session’s day, or of the next where that is before its start', () => {
  expect(targets('23:50', '23:50:02.75', '23:59', '0:14', '09:14:21', '25:00', '9')).toEqual([
    'time 2026-11-21 23:50:00',
    'time 2026-11-21 23:50:02.75',
    'time 2026-11-21 23:59:00',
    'time 2026-11-22 00:14:00',
    'time 2026-11-22 09:14:21',
    '',
    'statement 9',
  ]);
});

test('a time may be whole, or counted from the start', () => {
  expect(
    targets('2026-11-22 01:02', '2026-11-22T01:02:03Z', '+1:30', '+90', '+1:00:00.25', '+', 'error'),
  ).toEqual([
    'time 2026-11-22 01:02:00',
    'time 2026-11-22 01:02:03',
    'time 2026-11-21 23:51:32.5',
    'time 2026-11-21 23:51:32.5',
    'time 2026-11-22 00:50:02.75',
    '',
    '',
  ]);
});
