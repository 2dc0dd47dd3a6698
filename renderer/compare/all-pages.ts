/** Fetches all items of a list, several pages at a time: one after the other would mostly wait. */
import type { Page } from '../../shared/api/page.ts';

/** What of a list is asked for. */
export interface PartAsk {
  readonly at?: number;
  readonly after?: string;
}

interface AllPagesOptions<T, Row> {
  readonly fetch: (ask: PartAsk) => Promise<Page<T>>;
  /** What is kept of an item. */
  readonly keep: (item: T) => Row;
  /** Requests under way at once. */
  readonly atOnce: number;
  /** Told how many are here. */
  readonly onCount: (count: number) => void;
}

/** Resolves to all of them in order; what came to the list since it was counted is not among them. */
export async function allPages<T, Row>(options: AllPagesOptions<T, Row>): Promise<Row[]> {
  const first = await options.fetch({});
  options.onCount(first.items.length);
  if (first.next === null) return first.items.map(options.keep);
  return (await byPlace(options, first)) ?? byCursor(options, first);
}

/** null: places of this list are not what they were counted to be. */
async function byPlace<T, Row>(
  { fetch, keep, atOnce, onCount }: AllPagesOptions<T, Row>,
  first: Page<T>,
): Promise<Row[] | null> {
  const { total } = first;
  const size = first.items.length;
  if (total === null || size === 0) return null;
  const pages: Row[][] = [first.items.map(keep)];
  const places = Array.from({ length: Math.ceil(total / size) - 1 }, (_, index) => (index + 1) * size);
  let [next, count, isAsCounted] = [0, size, true];
  const work = async (): Promise<void> => {
    for (let place = places[next++]; place !== undefined && isAsCounted; place = places[next++]) {
      const { items, offset } = await fetch({ at: place });
      const wanted = Math.min(size, total - place);
      if (offset !== place || items.length < wanted) {
        isAsCounted = false;
        return;
      }
      pages[place / size] = items.slice(0, wanted).map(keep);
      onCount((count += wanted));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return isAsCounted ? pages.flat() : null;
}

async function byCursor<T, Row>(
  { fetch, keep, onCount }: AllPagesOptions<T, Row>,
  first: Page<T>,
): Promise<Row[]> {
  const rows = first.items.map(keep);
  for (let { next } = first; next !== null;) {
    const page = await fetch({ after: next });
    for (const item of page.items) rows.push(keep(item));
    onCount(rows.length);
    ({ next } = page);
  }
  return rows;
}
