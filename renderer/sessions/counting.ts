/** Asks for counts one after the other: each may take the host a while, and rows are not to wait behind several. */
import type { Facets } from '../../shared/api/session.ts';
import { api } from '../api.ts';

let last: Promise<unknown> = Promise.resolve();

/**
 * The facets of what a filter lets pass, once those that were asked for before are here; who gives up before is passed over. One
 * that is under way is not called off: the host would go on with it all the same, beside the next.
 */
export function countFacets(filter: string, signal: AbortSignal): Promise<Facets> {
  const counted = last.then(() => {
    signal.throwIfAborted();
    return api.facets({ filter });
  });
  last = counted.catch(() => undefined);
  return counted;
}
