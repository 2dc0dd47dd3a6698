import { expect, test } from 'vitest';
import type { Page } from '../../shared/api/page.ts';
import { allPages, type PartAsk } from './all-pages.ts';

const SIZE = 10;

/** A list of numbers, that answers in another order than it is asked; `counted`: what it says there are. */
function listOf(
  count: number,
  { counted = count, shift = 0 }: { counted?: number | null; shift?: number } = {},
) {
  const state = { asked: [] as PartAsk[], underWay: 0, most: 0, told: [] as number[] };
  const fetch = async (ask: PartAsk): Promise<Page<number>> => {
    state.asked.push(ask);
    state.most = Math.max(state.most, ++state.underWay);
    await new Promise((resolve) => setTimeout(resolve, ((ask.at ?? 0) / SIZE) % 3));
    state.underWay--;
    const from =
      ask.after === undefined ? (ask.at ?? 0) + (ask.at === undefined ? 0 : shift) : Number(ask.after);
    const items = Array.from({ length: Math.max(0, Math.min(SIZE, count - from)) }, (_, i) => from + i);
    const next = from + items.length < count ? String(from + items.length) : null;
    return { items, next, total: counted, ...(ask.at === undefined ? {} : { offset: from }) };
  };
  const onCount = (here: number): void => void state.told.push(here);
  return { state, all: allPages({ fetch, keep: (n) => -n, atOnce: 3, onCount }) };
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => -i);

test('pages come several at a time and stand in order', async () => {
  const { all, state } = listOf(95);
  expect([await all, state.most, state.asked.length, state.told.at(-1)]).toEqual([numbers(95), 3, 10, 95]);
});

test('one page, and none, need one request', async () => {
  const [one, none] = [listOf(10), listOf(0)];
  expect([await one.all, one.state.asked, await none.all, none.state.asked]).toEqual([
    numbers(10),
    [{}],
    [],
    [{}],
  ]);
});

test('a list that nobody counts, or whose places are others than told, is gone through', async () => {
  const [uncounted, shifted] = [listOf(35, { counted: null }), listOf(35, { shift: 1 })];
  expect([await uncounted.all, await shifted.all, uncounted.state.most]).toEqual([
    numbers(35),
    numbers(35),
    1,
  ]);
});

test('what came since it was counted is left out', async () => {
  expect(await listOf(48, { counted: 42 }).all).toEqual(numbers(42));
});

test('a failing page fails all', async () => {
  const fetch = async ({ at }: PartAsk): Promise<Page<number>> => {
    if (at === 20) throw new Error('away');
    return { items: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], next: 'x', total: 50, offset: at ?? 0 };
  };
  await expect(allPages({ fetch, keep: String, atOnce: 2, onCount: () => {} })).rejects.toThrow('away');
});
