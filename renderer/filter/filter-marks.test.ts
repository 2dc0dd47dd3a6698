import { expect, test } from 'vitest';
import { faultOf, markFilter, shownFault, type Piece } from './filter-marks.ts';

const looksOf = ({ text, look }: Piece) => ({ text, look });

test('fields, values and words are told apart, and nothing is lost', () => {
  const text = 'table:orders  rows>100 "drop table"';
  const pieces = markFilter(text, null);
  expect(pieces.map(({ at }) => at)).toEqual([0, 6, 12, 14, 19, 22, 23]);
  expect(pieces.map(looksOf)).toEqual([
    { text: 'table:', look: 'field' },
    { text: 'orders', look: 'value' },
    { text: '  ', look: 'plain' },
    { text: 'rows>', look: 'field' },
    { text: '100', look: 'value' },
    { text: ' ', look: 'plain' },
    { text: '"drop table"', look: 'value' },
  ]);
});

test('what joins terms stands out', () => {
  expect(markFilter('-(a or table:b)', null).map(looksOf)).toEqual([
    { text: '-(', look: 'sign' },
    { text: 'a', look: 'value' },
    { text: ' ', look: 'plain' },
    { text: 'or', look: 'sign' },
    { text: ' ', look: 'plain' },
    { text: 'table:', look: 'field' },
    { text: 'b', look: 'value' },
    { text: ')', look: 'sign' },
  ]);
});

test('a fault is marked where it stands', () => {
  const text = 'tabel:orders verb:delete';
  const fault = faultOf(text);
  expect(markFilter(text, fault)[0]).toEqual({ at: 0, text: 'tabel', look: 'fault' });
});

test('a fault at the end is marked on the last character', () => {
  expect(markFilter('rows>', { message: 'a number is missing', range: [5, 5] }).map(looksOf)).toEqual([
    { text: 'rows', look: 'field' },
    { text: '>', look: 'fault' },
  ]);
});

test('who is still typing is not told what they are about to mend', () => {
  const shown = (text: string, caret = text.length) =>
    shownFault(faultOf(text), text, caret)?.message ?? null;
  expect([
    shown('tabel'),
    shown('tabel:'),
    shown('tabel:orders verb:d'),
    shown('a or '),
    shown('(a or b'),
    shown('(a or b', 2),
    shown('a) b'),
    shown('verb:drop "x y'),
  ]).toEqual([
    null,
    'there is no field "tabel"; did you mean "table"?',
    'there is no field "tabel"; did you mean "table"?',
    null,
    null,
    'this parenthesis is never closed',
    'no parenthesis is open here; put quotes around the text to search for it',
    null,
  ]);
});
