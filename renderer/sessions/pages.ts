/** Pages of a list as they grow: by scrolling at the end, by the live stream at the start. */
import type { InfiniteData } from '@tanstack/react-query';
import type { Page } from '../../shared/api/page.ts';

/** Rows one request fetches. */
export const PAGE_ROWS = 200;

/** What a keyset list keeps: its pages, and the cursors that led to them. */
export type Pages<T> = InfiniteData<Page<T>, string | undefined>;

/**
 * Pages with a fresh first page laid over them: new rows stand in front, rows that changed are replaced, none is there
 * twice, and the cursors that were walked stay good.
 */
export function layOver<T>(pages: Pages<T>, fresh: Page<T>, idOf: (row: T) => string): Pages<T> {
  const [first, ...rest] = pages.pages;
  if (first === undefined) return pages;
  if (rest.length === 0 && first.next === null && fresh.next === null) return { ...pages, pages: [fresh] };
  const byId = new Map(fresh.items.map((row) => [idOf(row), row]));
  const old = (page: Page<T>): T[] => page.items.filter((row) => !byId.has(idOf(row)));
  return {
    ...pages,
    pages: [
      { items: [...fresh.items, ...old(first)], next: first.next ?? null, total: fresh.total },
      ...rest.map((page) => ({ items: old(page), next: page.next, total: fresh.total })),
    ],
  };
}
