import { expect, test } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatExact,
  formatFilterTime,
  formatNumberOf,
  formatShortTime,
} from './format.ts';

const TIME = Date.UTC(2026, 10, 21, 9, 14, 21, 482) * 1000 + 17;

test('durations keep three digits and change unit before they grow a fourth', () => {
  const durations = [
    0, 340, 999, 1_000, 12_440, 999_499, 999_500, 1_820_000, 59_990_000, 242_000_000, 11_220_000_000,
  ];
  expect(durations.map(formatDuration)).toEqual([
    '0 µs',
    '340 µs',
    '999 µs',
    '1.00 ms',
    '12.4 ms',
    '999 ms',
    '1.00 s',
    '1.82 s',
    '60.0 s',
    '4 min 02 s',
    '3 h 07 min',
  ]);
});

test('a time is written in UTC, to the microsecond where it is evidence', () => {
  expect([formatShortTime(TIME), formatExact(TIME), formatFilterTime(TIME)]).toEqual([
    '11-21 09:14:21',
    '2026-11-21T09:14:21.482017Z',
    '2026-11-21T09:14:21Z',
  ]);
});

test('one is singular, all else plural', () => {
  expect([0, 1, 2048].map((n) => formatNumberOf(n, 'row'))).toEqual(['0 rows', '1 row', '2,048 rows']);
});

test('bytes are written in binary units', () => {
  expect([512, 4300, 1_363_149].map(formatBytes)).toEqual(['512 B', '4.20 KiB', '1.30 MiB']);
});
