import { expect, test } from 'vitest';
import { fit } from './rank.ts';

const NAMES = [
  'Go to the approvals',
  'Go to the sessions',
  'Go to the statements',
  'Next error',
  'Next statement',
  'Previous error',
  'Show the keys',
];

/** The names that fit, best first. */
function found(typed: string): string[] {
  return NAMES.flatMap((name) => {
    const one = fit(typed, name);
    return one === null ? [] : [{ name, score: one.score }];
  })
    .toSorted((a, b) => b.score - a.score)
    .map(({ name }) => name);
}

test('the start of a name goes before that of a word, that before letters within', () => {
  expect([found('next'), found('s')]).toEqual([
    ['Next error', 'Next statement'],
    [
      'Show the keys',
      'Next statement',
      'Go to the sessions',
      'Go to the statements',
      'Previous error',
      'Go to the approvals',
    ],
  ]);
});

test('first letters of words find a name, as do its words in any order', () => {
  expect([found('ns'), found('gts'), found('error prev'), found('statement go')]).toEqual([
    ['Next statement', 'Go to the sessions'],
    ['Go to the sessions', 'Go to the statements'],
    ['Previous error'],
    ['Go to the statements'],
  ]);
});

test('what is far from a name does not fit', () => {
  expect([found('xyz'), found('error xyz'), found('nxq'), found('gs kz')]).toEqual([[], [], [], []]);
});

test('everything fits nothing typed', () => {
  expect([fit('', 'Play'), fit('  ', 'Play')]).toEqual([
    { score: 0, at: [] },
    { score: 0, at: [] },
  ]);
});

test('the letters that were typed are told', () => {
  expect([
    fit('ns', 'Next statement')?.at,
    fit('state', 'Next statement')?.at,
    fit('nxs', 'Next statement')?.at,
  ]).toEqual([
    [0, 5],
    [5, 6, 7, 8, 9],
    [0, 2, 5],
  ]);
});
