import { expect, test } from 'vitest';
import type { PageAsk } from '../ui/list/row-window.ts';
import { oldestFirst } from './oldest-first.ts';

/** Ten rows, the newest, 9, first. */
const host =
  (total: number | null) =>
  ({ at = 0, limit }: PageAsk) =>
    Promise.resolve({
      items: [9, 8, 7, 6, 5, 4, 3, 2, 1, 0].slice(at, at + limit),
      next: null,
      total,
      offset: at,
    });

test('pages come from the end, turned around, at their places', async () => {
  const fetch = oldestFirst(host(10));
  expect([
    await fetch({ limit: 3 }),
    await fetch({ at: 8, limit: 3 }),
    await fetch({ at: 20, limit: 3 }),
  ]).toEqual([
    { items: [0, 1, 2], next: null, total: 10, offset: 0 },
    { items: [8, 9], next: null, total: 10, offset: 8 },
    { items: [], next: null, total: 10, offset: 10 },
  ]);
});

test('a list that is not counted says that it cannot be turned', async () => {
  await expect(oldestFirst(host(null))({ limit: 3 })).rejects.toThrow(/newest first/);
});
