/** The log of the case, page by page; grown at its beginning when somebody does something. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../api.ts';

/** Entries one request fetches. */
const PAGE = 200;

/** Rows to keep a place for while more are on their way. */
const PENDING_ROWS = 12;

export function useCaseLog() {
  const query = useInfiniteQuery({
    queryKey: ['case', 'log'],
    queryFn: ({ pageParam, signal }) =>
      api.caseLog({ limit: PAGE, ...(pageParam === null ? {} : { after: pageParam }) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const { data, error, isPending, isFetching, hasNextPage, fetchNextPage, refetch } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return {
    rows,
    error,
    loaded: data !== undefined,
    pending: isPending || hasNextPage ? PENDING_ROWS : 0,
    loadMore: () => {
      if (!isFetching) void fetchNextPage();
    },
    reload: () => void refetch(),
  };
}
