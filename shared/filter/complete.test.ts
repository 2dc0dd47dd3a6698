import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { completeFilter } from './complete.ts';
import { parseFilter } from './parse.ts';
import { FIELD_NAMES } from './vocabulary.ts';

const known = { table: ['public.orders', 'orders', 'my table'], verb: ['SELECT', 'DELETE'] };
const labels = (text: string, caret = text.length) =>
  completeFilter(text, caret, known).map(({ label }) => label);

test('fields are offered where a word starts, and those that begin as typed', () => {
  expect([labels(''), labels('verb:drop '), labels('verb:drop ta'), labels('AFT'), labels('"ta')]).toEqual([
    FIELD_NAMES,
    FIELD_NAMES,
    ['table'],
    ['after'],
    [],
  ]);
});

test('they are offered behind whatever may stand before a term, and so is what joins terms', () => {
  expect([
    labels('(ta'),
    labels('a or -ta'),
    labels('not (a or ('),
    labels('(tab)', 3),
    labels('verb:drop o'),
    labels('verb:drop an'),
  ]).toEqual([['table'], ['table'], FIELD_NAMES, ['table'], ['outcome', 'or'], ['and']]);
});

test('a completion within parentheses leaves them', () => {
  expect(completeFilter('(verb:d or -tab) x', 14, known)[0]).toMatchObject({
    insert: 'table:',
    range: [12, 15],
  });
  expect(completeFilter('(verb:d)', 7, known)[0]).toMatchObject({ insert: 'verb:DELETE', range: [1, 7] });
});

test('values are offered after the sign, those that begin as typed before those that hold it', () => {
  expect([labels('table:'), labels('table:ord'), labels('outcome:un'), labels('nofield:x')]).toEqual([
    ['public.orders', 'orders', 'my table'],
    ['orders', 'public.orders'],
    ['unknown'],
    [],
  ]);
});

test('a completion replaces the word at the caret', () => {
  expect(completeFilter('verb:d table:my rows>1', 15, known)).toEqual([
    { kind: 'value', label: 'my table', detail: '', insert: 'table:"my table"', range: [7, 15] },
  ]);
  expect(completeFilter('tab rows>1', 2, known)).toEqual([
    {
      kind: 'field',
      label: 'table',
      detail: 'schema.table, or table in any schema',
      insert: 'table:',
      range: [0, 3],
    },
  ]);
});

test('every offered value gives a filter that parses', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (value) => {
      const [first] = completeFilter('table:', 6, { table: [value] });
      expect(parseFilter(first?.insert ?? '').filter).toMatchObject({
        root: { term: { field: 'table', value } },
      });
    }),
  );
});
