/** The statements of a session as a comparison needs them: all of them, and of each no more than is compared. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Compared } from '../../shared/compare/compare.ts';
import type { SessionId, StatementRow } from '../../shared/api/session.ts';
import { MAX_LIMIT } from '../../shared/api/page.ts';
import { api } from '../api.ts';

export interface AllStatements {
  readonly rows: readonly Compared[];
  /** Whether all are here. */
  readonly complete: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** Kept so long after nobody looks: two lists of 100,000 are large. */
const KEPT_MS = 30_000;

/** Fetches page after page until all are here. */
export function useAllStatements(session: SessionId): AllStatements {
  const query = useInfiniteQuery({
    queryKey: ['compared', session],
    queryFn: async ({ pageParam, signal }) => {
      const after = pageParam === '' ? {} : { after: pageParam };
      const page = await api.statements({ session, filter: '', limit: MAX_LIMIT, ...after }, { signal });
      return { items: page.items.map(leanOf), next: page.next };
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    gcTime: KEPT_MS,
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return {
    rows,
    complete: query.isSuccess && !hasNextPage,
    error: query.error,
    retry: () => void (data === undefined ? query.refetch() : fetchNextPage()),
  };
}

function leanOf(row: StatementRow): Compared {
  const { statement, ordinal, sequence, outcomeSequence, time, duration, text, textTruncated } = row;
  const { verb, fingerprint, tables, rows, status, sqlstate, errorMessage, decision, rules } = row;
  const { maskedColumns, live, imported } = row;
  return {
    statement,
    ordinal,
    sequence,
    outcomeSequence,
    time,
    duration,
    text,
    textTruncated,
    verb,
    fingerprint,
    tables,
    rows,
    status,
    sqlstate,
    errorMessage,
    decision,
    rules,
    maskedColumns,
    live,
    imported,
  };
}
