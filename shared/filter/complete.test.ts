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
      expect(parseFilter(first?.insert ?? '').filter?.terms[0]).toMatchObject({ field: 'table', value });
    }),
  );
});
