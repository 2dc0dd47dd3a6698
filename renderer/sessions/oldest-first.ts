/** A list that the host tells newest first, turned around: pages are taken from its end. */
import { ApiError } from '../../shared/api/error.ts';
import type { Page } from '../../shared/api/page.ts';
import type { PageAsk } from '../ui/list/row-window.ts';
import { LISTS } from '../words/lists.ts';

/** A request for a page of the list as the host tells it. */
type Fetch<T> = (ask: PageAsk) => Promise<Page<T>>;

/** Asks for places of the list the other way round; only a list that is counted can be turned. */
export function oldestFirst<T>(fetch: Fetch<T>): Fetch<T> {
  return async ({ at = 0, limit }) => {
    const { total } = await fetch({ limit: 1 });
    if (total === null) throw new ApiError('BAD_REQUEST', LISTS.states.notTurned);
    if (at >= total) return { items: [], next: null, total, offset: total };
    const from = Math.max(0, total - at - limit);
    const page = await fetch({ at: from, limit: total - at - from });
    const items = page.items.toReversed();
    // Where a place nearby was told, this one is as far from it.
    return { items, next: null, total, offset: total - (page.offset ?? from) - items.length };
  };
}
