import { expect, test } from 'vitest';
import { layOver, type Pages } from './pages.ts';

interface Row {
  readonly id: string;
  readonly rows: number;
}
const row = (id: string, rows = 0): Row => ({ id, rows });
const idOf = ({ id }: Row): string => id;

test('a fresh first page adds what is new, replaces what changed, and keeps the cursors', () => {
  const before: Pages<Row> = {
    pages: [
      { items: [row('c'), row('b')], next: 'after-b', total: 4 },
      { items: [row('a'), row('z')], next: null, total: 4 },
    ],
    pageParams: [undefined, 'after-b'],
  };
  const fresh = { items: [row('d'), row('c', 7)], next: 'after-c', total: 5 };
  expect(layOver(before, fresh, idOf)).toEqual({
    pages: [
      { items: [row('d'), row('c', 7), row('b')], next: 'after-b', total: 5 },
      { items: [row('a'), row('z')], next: null, total: 5 },
    ],
    pageParams: [undefined, 'after-b'],
  });
});

test('a list of one whole page is what the fresh page says', () => {
  const before: Pages<Row> = {
    pages: [{ items: [row('a')], next: null, total: 1 }],
    pageParams: [undefined],
  };
  const fresh = { items: [row('b')], next: null, total: 1 };
  expect(layOver(before, fresh, idOf).pages).toEqual([fresh]);
});

test('a list that outgrew its one page keeps the rows that were pushed out', () => {
  const before: Pages<Row> = {
    pages: [{ items: [row('b'), row('a')], next: null, total: 2 }],
    pageParams: [undefined],
  };
  const fresh = { items: [row('c'), row('b')], next: 'after-b', total: 3 };
  expect(layOver(before, fresh, idOf).pages).toEqual([
    { items: [row('c'), row('b'), row('a')], next: null, total: 3 },
  ]);
});
