import { expect, test } from 'vitest';
import {
  alternativesOf,
  exclusionsOf,
  hasCondition,
  oppositeOf,
  withAlternatives,
  withCondition,
  withoutCondition,
  withoutConditionsOn,
} from './edit-conditions.ts';

test('a condition is found however it is written, and added once', () => {
  expect([
    hasCondition('verb:drop not error:*', '-error:*'),
    hasCondition('verb:drop (token:a or token:b)', 'token:a or token:b'),
    hasCondition('verb:drop or error:*', 'error:*'),
    withCondition('not error:*', '-error:*'),
    withCondition('a or b', '-error:*'),
  ]).toEqual([true, true, false, 'not error:*', '(a or b) -error:*']);
});

test('a condition is taken out, and all that are about one field', () => {
  expect([
    withoutCondition('verb:drop -error:* rows>1', 'not error:*'),
    withoutConditionsOn('token:a verb:drop -token:b (token:c or token:d) (token:e or verb:x)', 'token'),
    withoutConditionsOn('rows>x', 'rows'),
  ]).toEqual(['verb:drop rows>1', 'verb:drop (token:e or verb:x)', 'rows>x']);
});

test('the opposite of the opposite is the condition', () => {
  const conditions = ['token:a', '-error:*', 'token:a or token:b', 'rows>=3'];
  expect(conditions.map(oppositeOf)).toEqual(['-token:a', 'error:*', '-(token:a or token:b)', '-rows>=3']);
  expect(conditions.map((condition) => oppositeOf(oppositeOf(condition)))).toEqual(
    conditions.map((condition) => condition),
  );
});

test('values of a field join by or, and leave it one by one', () => {
  expect([
    alternativesOf('verb:drop (token:a or token:b)', 'token'),
    alternativesOf('token:a', 'token'),
    alternativesOf('token:a or verb:b', 'token'),
    exclusionsOf('token:a -token:b not (token:c or token:d) -(token:e or verb:f)', 'token'),
    withAlternatives('token:a verb:drop', 'token', ['a', 'b c']),
    withAlternatives('verb:drop (token:a or token:b)', 'token', ['b']),
    withAlternatives('verb:drop (token:a or token:b)', 'token', []),
  ]).toEqual([
    ['a', 'b'],
    ['a'],
    [],
    ['b', 'c', 'd'],
    'verb:drop (token:a or token:"b c")',
    'verb:drop token:b',
    'verb:drop',
  ]);
});
