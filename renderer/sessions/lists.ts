/** What the lists ask the host for, kept up to date by the live stream. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { ApiError } from '../../shared/api/error.ts';
import type { Page } from '../../shared/api/page.ts';
import type { SessionSort } from '../../shared/api/routes.ts';
import type { SessionRow, StatementRow } from '../../shared/api/session.ts';
import { api, queries } from '../api.ts';
import { useLiveState, useNews } from '../live.ts';
import type { Place } from '../router.ts';
import { RowWindow, type PageAsk } from '../ui/list/row-window.ts';
import { oldestFirst } from './oldest-first.ts';
import { useResting } from './use-resting.ts';

/** The archive's totals; the live stream keeps them fresh. */
export function useArchive() {
  return useQuery({ queryKey: ['archive'], queryFn: ({ signal }) => api.archive({}, { signal }) });
}

/** Counts by field and over time; the last ones stay while new ones are on their way. `hasRows`: rows come first, and they are here. */
export function useFacets(filter: string, hasRows: boolean) {
  const isDue = useResting(filter, hasRows);
  const query = useQuery({
    queryKey: ['facets', filter],
    queryFn: ({ signal }) => api.facets({ filter }, { signal }),
    placeholderData: keepPreviousData,
    enabled: isDue,
  });
  useNews(() => void countAnew(filter));
  return query;
}

/** What is being counted is not called off: news may come faster than counts. What they told is counted right after. */
async function countAnew(filter: string): Promise<void> {
  const queryKey = ['facets', filter];
  const ask = () => queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
  const isUnderWay = queries.isFetching({ queryKey }) > 0;
  await ask();
  if (isUnderWay) await ask();
}

/** Lets the session view begin with what the list knows already. */
export function seedSession(row: SessionRow): void {
  queries.setQueryData(['session', row.id], row);
}

export const idOfSession = (row: SessionRow): string => row.id;
export const idOfStatement = (row: StatementRow): string => `${row.session}-${row.statement}-${row.ordinal}`;

/** A list as it is shown. While the first page of another filter is on its way, the list before stays. */
export interface ShownList<T> {
  readonly rows: RowWindow<T>;
  /** How many there are; null while that is not known of what the filter says. */
  readonly total: number | null;
  /** What is shown is what the filter says. */
  readonly isCurrent: boolean;
}

export function useSessions(filter: string, sort: SessionSort): ShownList<SessionRow> {
  return useRows(sessionList(filter, sort));
}

export function useStatements(filter: string, sort: 'time' | '-time'): ShownList<StatementRow> {
  return useRows(statementList(filter, sort));
}

/** Asks for the first rows of a place that is gone to. */
export function askAhead(place: Place): void {
  if (place.name === 'sessions') askFirst(sessionList(place.filter, place.sort));
  if (place.name === 'statements') askFirst(statementList(place.filter, place.sort ?? '-time'));
}

interface List<T> {
  /** Tells it from every other. */
  readonly key: string;
  readonly fetch: (ask: PageAsk) => Promise<Page<T>>;
  readonly idOf: (row: T) => string;
  readonly grows: 'first' | 'last' | 'anywhere';
  readonly sessionOf: (row: T) => string;
}

function sessionList(filter: string, sort: SessionSort): List<SessionRow> {
  return {
    key: `sessions ${sort} ${filter}`,
    fetch: (ask) => api.sessions({ filter, sort, ...ask }),
    idOf: idOfSession,
    grows: sort === '-started' ? 'first' : sort === 'started' ? 'last' : 'anywhere',
    sessionOf: idOfSession,
  };
}

function statementList(filter: string, sort: 'time' | '-time'): List<StatementRow> {
  const newestFirst = (ask: PageAsk) => api.statements({ filter, ...ask });
  return {
    key: `statements ${sort} ${filter}`,
    fetch: sort === 'time' ? oldestFirst(newestFirst) : newestFirst,
    idOf: idOfStatement,
    grows: sort === 'time' ? 'last' : 'first',
    sessionOf: ({ session }) => session,
  };
}

/** Tries again only what may have gone by, as other requests of the window do. */
const TRIES = 2;

/** Lists that are kept to come back to, the latest last: Back shows one at once, where it was left. */
const kept = new Map<string, RowWindow<unknown>>();
const MOST_KEPT = 6;

function windowOf<T>({ key, fetch, idOf, grows }: List<T>): RowWindow<T> {
  const known = kept.get(key) as RowWindow<T> | undefined;
  const rows =
    known ??
    new RowWindow<T>({
      idOf,
      grows,
      fetch: (ask) =>
        queries.fetchQuery({
          queryKey: ['rows', key, ask],
          queryFn: () => fetch(ask),
          staleTime: 0,
          gcTime: 0,
          retry: (failures, error) =>
            failures < TRIES && error instanceof ApiError && error.code === 'UNREACHABLE',
        }),
    });
  kept.delete(key);
  kept.set(key, rows as RowWindow<unknown>);
  for (const old of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(old);
  return rows;
}

function askFirst<T>(list: List<T>): void {
  const rows = windowOf(list);
  if (!rows.loaded) rows.want(0, 0);
}

function useRows<T>(list: List<T>): ShownList<T> {
  const { key, sessionOf } = list;
  const [own, setOwn] = useState(() => ({
    key,
    rows: windowOf(list),
    before: null as RowWindow<T> | null,
  }));
  if (own.key !== key) {
    const before = own.rows.loaded ? own.rows : own.before;
    setOwn({ key, rows: windowOf(list), before });
  }
  const { rows } = own;
  useSyncExternalStore(rows.subscribe, rows.version);

  useEffect(() => {
    // One that was kept may be old; a new one asks for its first page.
    if (rows.loaded) rows.refresh({ take: rows.top === 0, view: true });
    else rows.want(0, 0);
  }, [rows]);

  useNews((grown) => {
    rows.refresh({ take: rows.top === 0, view: rows.someInView((row) => grown.has(sessionOf(row))) });
  });

  const live = useLiveState();
  useEffect(() => {
    if (live === 'live' && rows.error !== null) rows.goOn();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a fault is tried again when the host is back, not when it comes
  }, [live, rows]);

  const isCurrent = rows.loaded || rows.error !== null || own.before === null;
  return {
    rows: isCurrent ? rows : (own.before ?? rows),
    total: rows.loaded ? rows.total : null,
    isCurrent,
  };
}
