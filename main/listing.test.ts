import { expect, test } from 'vitest';
import { listing, type Column } from './listing.ts';

interface Row {
  readonly name: string;
  readonly rows: number;
  readonly text: string;
}
const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'ROWS', value: ({ rows }) => String(rows), right: true },
  { title: 'TEXT', value: ({ text }) => text, wide: true },
];

test('columns stand under their heads, numbers to the right', () => {
  const rows = [
    { name: 'ci', rows: 12, text: 'SELECT 1' },
    { name: 'deployer', rows: 12345, text: '' },
  ];
  expect(listing(COLUMNS, rows, Number.POSITIVE_INFINITY)).toEqual([
    'NAME       ROWS  TEXT',
    'ci           12  SELECT 1',
    'deployer  12345',
  ]);
});

test('the wide column gives way to the width, down to its least', () => {
  const rows = [{ name: 'ci', rows: 1, text: 'SELECT a, b, c FROM orders WHERE id = 1' }];
  expect(listing(COLUMNS, rows, 40)).toEqual([
    'NAME  ROWS  TEXT',
    'ci       1  SELECT a, b, c FROM orders …',
  ]);
  expect(listing(COLUMNS, rows, 10)).toEqual(['NAME  ROWS  TEXT', 'ci       1  SELECT a, b, c …']);
});

test('on a narrow terminal spare columns leave, in their order', () => {
  const columns: readonly Column<Row>[] = [
    { title: 'NAME', value: ({ name }) => name, spare: 2 },
    { title: 'ROWS', value: ({ rows }) => String(rows), right: true, spare: 1 },
    { title: 'TEXT', value: ({ text }) => text, wide: true },
  ];
  const rows = [{ name: 'deployer', rows: 1, text: 'SELECT a, b, c FROM orders' }];
  expect([32, 31, 25].map((width) => listing(columns, rows, width))).toEqual([
    ['NAME      ROWS  TEXT', 'deployer     1  SELECT a, b, c …'],
    ['NAME      TEXT', 'deployer  SELECT a, b, c FROM …'],
    ['TEXT', 'SELECT a, b, c FROM orde…'],
  ]);
});

test('characters of two columns keep the columns straight', () => {
  const rows = [
    { name: '日本', rows: 1, text: '日本日本日本日本日本' },
    { name: 'abcd', rows: 1, text: 'x' },
  ];
  expect(listing(COLUMNS, rows, 20)).toEqual([
    'NAME  ROWS  TEXT',
    '日本     1  日本日本日本日…',
    'abcd     1  x',
  ]);
});

test('what a terminal would act on is written out, on one line', () => {
  const rows = [{ name: '\u001b[31mred', rows: 0, text: 'SELECT\n  1 -- \u202e' }];
  expect(listing(COLUMNS, rows, Number.POSITIVE_INFINITY)).toEqual([
    'NAME      ROWS  TEXT',
    '␛[31mred     0  SELECT 1 -- ⟨U+202E⟩',
  ]);
});

test('a column that is rare is there only where an item has something in it', () => {
  const columns: readonly Column<Row>[] = [
    { title: 'NAME', value: ({ name }) => name },
    { title: 'HELD', value: ({ rows }) => (rows === 0 ? '' : String(rows)), right: true, rare: true },
  ];
  const of = (...counts: number[]) => counts.map((rows) => ({ name: 'ci', rows, text: '' }));
  expect([listing(columns, of(0, 0), 80), listing(columns, of(0, 3), 80)]).toEqual([
    ['NAME', 'ci', 'ci'],
    ['NAME  HELD', 'ci', 'ci       3'],
  ]);
});
