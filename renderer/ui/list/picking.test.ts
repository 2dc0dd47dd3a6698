import { expect, test } from 'vitest';
import { extended, toggled, withRange } from './picking.ts';

test('a row is picked, and let go, on its own', () => {
  expect([toggled(new Set(), 'a'), toggled(new Set(['a', 'b']), 'a')]).toEqual([['a'], ['b']]);
});

test('the first click beside the row one stands on picks both, later ones one each', () => {
  expect([
    toggled(new Set(), 'b', 'a'),
    toggled(new Set(), 'a', 'a'),
    toggled(new Set(['b']), 'c', 'a'),
  ]).toEqual([['a', 'b'], ['a'], ['b', 'c']]);
});

test('a range goes on from where it ended, and shrinks as it comes back', () => {
  const begun = extended(null, new Set(['z']), 3, 5);
  const back = extended(begun, new Set(['z', 'd', 'e', 'f']), 5, 4);
  expect([begun, back]).toEqual([
    { before: ['z'], from: 3, to: 5 },
    { before: ['z'], from: 3, to: 4 },
  ]);
});

test('who stands elsewhere, or nowhere, begins a new range', () => {
  const old = { before: [], from: 3, to: 5 };
  expect([extended(old, new Set(['a']), 9, 10), extended(null, new Set(), -1, 2)]).toEqual([
    { before: ['a'], from: 9, to: 10 },
    { before: [], from: 2, to: 2 },
  ]);
});

test('a row in two ranges is picked once', () => {
  expect(withRange({ before: ['a', 'b'], from: 0, to: 1 }, ['b', 'c'])).toEqual(['a', 'b', 'c']);
});
