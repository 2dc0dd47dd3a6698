import { expect, test } from 'vitest';
import { markedLine } from './marked-line.ts';

test('the word at the position is marked within its line', () => {
  expect(markedLine('SELECT id\n  FORM customers\n WHERE 1', 13)).toEqual({
    number: 2,
    before: '  ',
    marked: 'FORM',
    after: ' customers',
  });
});

test('positions count characters, not UTF-16 units', () => {
  expect(markedLine("SELECT '😀' x, )", 15)?.marked).toBe(')');
});

test('a position outside of the text marks nothing', () => {
  expect([markedLine('SELECT', 0), markedLine('SELECT', 7), markedLine('SELECT', Number.NaN)]).toEqual([
    null,
    null,
    null,
  ]);
});

test('a long line is cut so that the mark is seen', () => {
  const text = `SELECT ${'x, '.repeat(40)}nope FROM t`;
  expect(markedLine(text, 128)).toEqual({
    number: 1,
    before: `…${'x, '.repeat(12)}`,
    marked: 'nope',
    after: ' FROM t',
  });
});
