import { expect, test } from 'vitest';
import { textDifference } from './text-difference.ts';

test.each([
  ['SELECT 1', 'SELECT 1', [['both', 'SELECT 1']]],
  ['', 'x', [['b', 'x']]],
  [
    'id = 7 AND day',
    'id = 9 AND day',
    [
      ['both', 'id = '],
      ['a', '7'],
      ['b', '9'],
      ['both', ' AND day'],
    ],
  ],
])('%j beside %j is %j', (a, b, expected) => {
  expect(textDifference(a, b).map(({ of, text }) => [of, text])).toEqual(expected);
});

test('texts that have too little in common are shown whole, one after the other', () => {
  const words = (prefix: string) =>
    Array.from({ length: 3_000 }, (_, index) => prefix + String(index)).join(' ');
  expect(textDifference(words('a'), words('b')).map(({ of }) => of)).toEqual(['a', 'b']);
});
