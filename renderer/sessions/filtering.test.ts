import { expect, test } from 'vitest';
import { filteringOf, type Filtering } from './filtering.ts';

function after(filter: string, change: (filtering: Filtering) => void): string {
  let applied = filter;
  change(filteringOf(filter, (next) => (applied = next)));
  return applied;
}

test('a value goes into the filter with the first click and out with the second', () => {
  const once = after('verb:delete', (filtering) => filtering.toggle('table', 'public.orders'));
  expect([once, after(once, (filtering) => filtering.toggle('table', 'public.orders'))]).toEqual([
    'verb:delete table:public.orders',
    'verb:delete',
  ]);
});

test('a bound takes the place of the bound before', () => {
  const first = after('verb:select', (filtering) => filtering.bound('rows', '>=', '50'));
  expect([first, after(first, (filtering) => filtering.bound('rows', '>=', '99'))]).toEqual([
    'verb:select rows>=50',
    'verb:select rows>=99',
  ]);
});

test('a brushed range takes the place of the range before', () => {
  const [a, b] = [Date.UTC(2026, 10, 1) * 1000, Date.UTC(2026, 10, 2) * 1000];
  expect(after('after:2026-01-01 verb:delete', (filtering) => filtering.between(a, b))).toBe(
    'verb:delete after:2026-11-01T00:00:00Z before:2026-11-02T00:00:00Z',
  );
});
