import { expect, test } from 'vitest';
import { lineChanges } from './line-changes.ts';

test('only lines that differ are told, in order', () => {
  expect(lineChanges('a\nb\nc\nd', 'a\nc\nx\nd\ne')).toEqual([
    { sign: '-', line: 'b', number: 2 },
    { sign: '+', line: 'x', number: 3 },
    { sign: '+', line: 'e', number: 5 },
  ]);
});

test('equal texts have no changes, and an empty one is added to', () => {
  expect([lineChanges('a\nb', 'a\nb'), lineChanges('', 'a')]).toEqual([
    [],
    [
      { sign: '-', line: '', number: 1 },
      { sign: '+', line: 'a', number: 1 },
    ],
  ]);
});
