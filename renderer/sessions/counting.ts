/** Asks for counts one after the other: each may take the host a while, and rows are not to wait behind several. */
import type { Facets } from '../../shared/api/session.ts';
import { api } from '../api.ts';

let last: Promise<unknown> = Promise.resolve();

/** The facets of what a filter lets pass, once those that were asked for before are here; who gives up is passed over. */
export function countFacets(filter: string, signal: AbortSignal): Promise<Facets> {
  const counted = last.then(() => {
    signal.throwIfAborted();
    return api.facets({ filter }, { signal });
  });
  last = counted.catch(() => undefined);
  return counted;
}
