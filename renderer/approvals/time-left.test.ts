import { expect, test } from 'vitest';
import { timeLeft } from './time-left.ts';

test('what is left is told to the second when it is short, and never as more than nothing when it is over', () => {
  expect([7_380_000, 3_600_000, 845_000, 60_000, 59_001, 1, 0, -5_000].map(timeLeft)).toEqual([
    '2 h 03 min',
    '1 h 00 min',
    '14:05',
    '1:00',
    '1:00',
    '1 s',
    'over',
    'over',
  ]);
});
