import { expect, test } from 'vitest';
import { ageOf } from './age.ts';

test('an age is written in the largest unit that says something', () => {
  const minutes = [-5, 0, 0.9, 59, 60, 47 * 60, 48 * 60, 400 * 24 * 60];
  expect(minutes.map((age) => ageOf(0, age * 60_000_000))).toEqual([
    '0 min',
    '0 min',
    '0 min',
    '59 min',
    '1 h',
    '47 h',
    '2 d',
    '400 d',
  ]);
});
