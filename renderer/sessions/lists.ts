/** What the lists ask the host for, kept up to date by the live stream. */
import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  type UseInfiniteQueryResult,
} from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Page } from '../../shared/api/page.ts';
import type { SessionSort } from '../../shared/api/routes.ts';
import type { SessionRow, StatementRow } from '../../shared/api/session.ts';
import { api, queries } from '../api.ts';
import { useNews } from '../live.ts';
import { layOver, PAGE_ROWS, type Pages } from './pages.ts';

/** The archive's totals; the live stream keeps them fresh. */
export function useArchive() {
  return useQuery({ queryKey: ['archive'], queryFn: ({ signal }) => api.archive({}, { signal }) });
}

/** Counts by field and over time; the last ones stay while new ones are on their way. */
export function useFacets(filter: string) {
  const query = useQuery({
    queryKey: ['facets', filter],
    queryFn: ({ signal }) => api.facets({ filter }, { signal }),
    placeholderData: keepPreviousData,
  });
  useNews(() => void queries.invalidateQueries({ queryKey: ['facets', filter] }));
  return query;
}

/** Lets the session view begin with what the list knows already. */
export function seedSession(row: SessionRow): void {
  queries.setQueryData(['session', row.id], row);
}

export const idOfSession = (row: SessionRow): string => row.id;
export const idOfStatement = (row: StatementRow): string => `${row.session}-${row.statement}-${row.ordinal}`;

/** A list that grows by pages. */
export interface GrowingList<T> {
  readonly rows: readonly T[];
  /** As counted with the first page; null while another filter's rows still stand, or where nothing was counted. */
  readonly total: number | null;
  /** Rows to keep a place for: they are on their way. */
  readonly pending: number;
  /** Why the rows, or the next ones, did not come. */
  readonly error: Error | null;
  /** Whether the first page is there, empty or not. */
  readonly loaded: boolean;
  readonly reload: () => void;
  /** Asks for the next page, unless it is on its way. */
  readonly loadMore: () => void;
}

/** Rows drawn as skeletons while a page is on its way. */
const PENDING_ROWS = 12;

export function useSessions(filter: string, sort: SessionSort) {
  return usePages(['sessions', filter, sort], idOfSession, (after, signal) =>
    api.sessions({ filter, sort, limit: PAGE_ROWS, ...(after === undefined ? {} : { after }) }, { signal }),
  );
}

export function useStatements(filter: string) {
  return usePages(['statements', filter], idOfStatement, (after, signal) =>
    api.statements({ filter, limit: PAGE_ROWS, ...(after === undefined ? {} : { after }) }, { signal }),
  );
}

function usePages<T>(
  key: readonly string[],
  idOf: (row: T) => string,
  fetchPage: (after: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
): GrowingList<T> {
  const query = useInfiniteQuery<Page<T>, Error, Pages<T>, readonly string[], string | undefined>({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  // Only the first page is asked for again: what is new in a list stands there, and a list of a million stays cheap.
  useNews(() => {
    void fetchPage(undefined, new AbortController().signal).then(
      (fresh) => queries.setQueryData<Pages<T>>(key, (pages) => pages && layOver(pages, fresh, idOf)),
      () => undefined,
    );
  });
  return useGrowing(query);
}

function useGrowing<T>(query: UseInfiniteQueryResult<Pages<T>>): GrowingList<T> {
  const { data, error, isPending, isSuccess, isFetching, isPlaceholderData } = query;
  const { hasNextPage, fetchNextPage, refetch } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const loadMore = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [fetchNextPage, isFetching]);
  const counted = data?.pages[0]?.total ?? (isSuccess && !hasNextPage ? rows.length : null);
  return {
    rows,
    total: isPlaceholderData ? null : counted,
    pending: isPending || hasNextPage ? PENDING_ROWS : 0,
    error,
    loaded: isSuccess,
    reload: () => void refetch(),
    loadMore,
  };
}
