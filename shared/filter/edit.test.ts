import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasTerm, withOnlyTerm, withTerm, withoutField, withoutTerm } from './edit.ts';

test('a term is added at the end, once', () => {
  expect([
    withTerm('', 'table', 'public.orders'),
    withTerm('verb:delete ', 'table', 'public.orders'),
    withTerm('table:public.orders verb:delete', 'table', 'public.orders'),
    withTerm('verb:delete', 'connection', 'my shop'),
  ]).toEqual([
    'table:public.orders',
    'verb:delete table:public.orders',
    'table:public.orders verb:delete',
    'verb:delete connection:"my shop"',
  ]);
});

test('taking a term out leaves the rest as typed', () => {
  expect([
    withoutTerm('a  "b c"   table:t   rows>1', 'table', 't'),
    withoutTerm('table:t', 'table', 't'),
    withoutTerm('table:"t"  verb:drop table:t', 'table', 't'),
    withoutTerm('table:u', 'table', 't'),
    withoutField('table:u verb:drop table:t', 'table'),
    withOnlyTerm('table:u verb:drop', 'table', 't'),
  ]).toEqual(['a  "b c" rows>1', '', 'verb:drop', 'table:u', 'verb:drop', 'verb:drop table:t']);
});

test('a text that does not parse is left alone, and adding to it keeps what was typed', () => {
  expect([withoutTerm('rows>x table:t', 'table', 't'), withTerm('rows>x', 'table', 't')]).toEqual([
    'rows>x table:t',
    'rows>x table:t',
  ]);
});

test('what stands within or, not and parentheses is left alone, and stays one condition', () => {
  expect([
    hasTerm('a or table:t', 'table', 't'),
    withTerm('a or table:t', 'table', 't'),
    withoutTerm('a or table:t', 'table', 't'),
    withoutTerm('(a or b) table:t', 'table', 't'),
    withoutTerm('-table:t', 'table', 't'),
  ]).toEqual([false, '(a or table:t) table:t', 'a or table:t', '(a or b)', '-table:t']);
});

test('what joined a term that goes goes with it', () => {
  expect([
    withoutTerm('a and table:t', 'table', 't'),
    withoutTerm('table:t and  "b  c"', 'table', 't'),
    withoutTerm('(table:t  a) b', 'table', 't'),
    withoutTerm('((table:t))', 'table', 't'),
    withoutField('a time:2026-11-01 b', 'after'),
    withoutField(withoutField('a time:2026-11-01 b', 'after'), 'before'),
    withoutField('rows:1..5 verb:drop', 'rows'),
  ]).toEqual(['a', '"b  c"', '(a) b', '', 'a before:2026-11-02T00:00:00Z b', 'a b', 'verb:drop']);
});

test('adding a term and taking it out again gives the text back', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('', 'verb:drop', 'a "b  c" rows>1'),
      fc.string({ minLength: 1 }),
      (text, value) => {
        const added = withTerm(text, 'connection', value);
        expect([hasTerm(added, 'connection', value), withoutTerm(added, 'connection', value)]).toEqual([
          true,
          text,
        ]);
      },
    ),
  );
});
