import { expect, test } from 'vitest';
import type { FilterField } from './filter.ts';
import { FIELD_EXAMPLES, FIELD_WORDS } from './vocabulary.ts';
import { meaningOf } from './word-meanings.ts';

/** Words that speak for themselves. */
const PLAIN = [
  'class:other',
  'severity:info',
  'severity:low',
  'severity:medium',
  'severity:high',
  'severity:critical',
];

test('every word that is offered is explained, or speaks for itself', () => {
  const offered = Object.entries({ ...FIELD_EXAMPLES, ...FIELD_WORDS }).flatMap(([field, words]) =>
    words.map((word) => ({ field: field as FilterField, word })),
  );
  const unexplained = offered.filter(({ field, word }) => meaningOf(field, word) === '');
  expect(unexplained.map(({ field, word }) => `${field}:${word}`)).toEqual(PLAIN);
});

test('names of things have no meaning of their own, whatever they are called', () => {
  expect([
    meaningOf('table', 'orders'),
    meaningOf('policy', 'constructor'),
    meaningOf('error', '42P01'),
  ]).toEqual(['', '', '']);
});

test('a class of errors tells its SQLSTATEs', () => {
  expect(meaningOf('error', 'integrity_constraint_violation')).toBe('SQLSTATE 23*');
});
