import { expect, test } from 'vitest';
import { NOTHING_WANTED, patternOf } from './wanted.ts';

function found(line: string, wanted: Partial<typeof NOTHING_WANTED>): readonly string[] | null {
  const pattern = patternOf({ ...NOTHING_WANTED, ...wanted });
  return pattern === null ? null : [...line.matchAll(pattern)].map(([hit]) => hit);
}

test('text is found as it stands, or as a regular expression, with or without case', () => {
  const line = 'SELECT a.b FROM A.B -- a_b';
  expect([
    found(line, { text: 'a.b' }),
    found(line, { text: 'a.b', caseMatters: true }),
    found(line, { text: 'a.b', regex: true }),
    found(line, { text: '(', regex: true }),
    found(line, { text: '' }),
  ]).toEqual([['a.b', 'A.B'], ['a.b'], ['a.b', 'A.B', 'a_b'], null, null]);
});
