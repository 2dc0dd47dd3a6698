import { expect, test } from 'vitest';
import type { ResultRow } from '../player/result.ts';
import { cellText, columnText, rowText, searchResult, type ResultHits } from './result-search.ts';

const PARTS: readonly (readonly ResultRow[])[] = [
  [
    ['1', 'Ada'],
    ['2', null],
  ],
  [['3', 'ada\tL']],
];
const shape = {
  parts: [
    { sequence: 1, firstRow: 0, rows: 2 },
    { sequence: 2, firstRow: 2, rows: 1 },
  ],
  rows: 3,
};
const load = async (index: number) => PARTS[index] ?? [];

test('cells that match are told part by part', async () => {
  const told: ResultHits[] = [];
  await searchResult(shape, load, /ada/giu, (found) => told.push(found), new AbortController().signal);
  expect(told).toEqual([
    { hits: [{ row: 0, column: 1 }], done: 2, over: false },
    {
      hits: [
        { row: 0, column: 1 },
        { row: 2, column: 1 },
      ],
      done: 3,
      over: true,
    },
  ]);
});

test('a result without rows is looked through at once', async () => {
  const told: ResultHits[] = [];
  const none = { parts: [], rows: 0 };
  await searchResult(none, load, /a/gu, (found) => told.push(found), new AbortController().signal);
  expect(told).toEqual([{ hits: [], done: 0, over: true }]);
});

test('NULL and empty text are copied as what they are', async () => {
  expect([
    await columnText(shape, load, 1, 'name'),
    rowText(['a\tb', null, '', 'x']),
    cellText(''),
    cellText(undefined),
  ]).toEqual(['name\nAda\nNULL\nada\tL', 'a b\tNULL\t\tx', '', '']);
});
