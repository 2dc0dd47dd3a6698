/** Commands answer from all of a store that may match: what is not here is fetched before, as far as the answer needs it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { StoreDesk } from '../gateway/archive/archive.ts';
import type { StoreStatus } from '../shared/api/store.ts';
import type { Filter } from '../shared/filter/filter.ts';
import { counted } from '../shared/recording/describe.ts';
import { FetchingLine } from './fetching-line.ts';
import { note } from './terminal.ts';

/** Between two looks at how fetching goes, ms. */
const LOOK_MS = 100;

/**
 * Has what may match fetched, from the newest back, until `isEnough` or nothing is missing. What keeps it from coming is said; the answer
 * is then of what is here.
 */
export async function fetchMatching(
  store: StoreDesk,
  filter: Filter,
  isEnough: () => Promise<boolean>,
): Promise<void> {
  const line = new FetchingLine();
  await isEnough(); // whether the index answers is known once it was asked
  let status = await rested(store, filter, line);
  while (status.away === null && status.failed === null && mayBeMore(status) && !(await isEnough())) {
    const before = status.bundles.fetched + status.matching.unread;
    await store.fetch(filter);
    status = await rested(store, filter, line);
    if (status.bundles.fetched + status.matching.unread === before) break;
  }
  line.show(null);
  for (const why of [status.indexAway, status.away, status.failed])
    if (why !== null) note(`${why}; what is here is shown`);
  if (status.unread !== null)
    note(`values of ${counted(status.unread.sessions, 'session')} cannot be read here: ${status.unread.why}`);
  if (!mayBeMore(status)) return;
  const { bundles, unread } = status.matching;
  note(
    `${bundles + unread} ${unread > 0 ? 'or more ' : ''}bundles of the store are not here and may hold more`,
  );
}

function mayBeMore({ matching }: StoreStatus): boolean {
  return matching.bundles + matching.unread > 0;
}

/** How it stands once nothing is being fetched. */
async function rested(store: StoreDesk, filter: Filter, line: FetchingLine): Promise<StoreStatus> {
  for (;;) {
    const status = await store.status(filter);
    if (status.work === null) return status;
    const { fetched, known, unread } = status.bundles;
    line.show({ volume: fetched, of: known + unread, bytes: 0, total: 0 });
    await wait(LOOK_MS);
  }
}
