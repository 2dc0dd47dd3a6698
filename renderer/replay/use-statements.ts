/** The statements of one session, oldest first, fetched as far as the cursor or the eye went. */
import { useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import type { Page } from '../../shared/api/page.ts';
import type { SessionRow, StatementRow } from '../../shared/api/session.ts';
import { api, queries } from '../api.ts';
import { useNews } from '../live.ts';
import type { CurrentStatement } from './statement-at.ts';

/** Statements one request fetches. */
const PAGE_ROWS = 500;

interface Pages {
  readonly pages: Page<StatementRow>[];
}

export interface Statements {
  readonly rows: readonly StatementRow[];
  /** The row of the statement at the cursor; null while it is not here. */
  readonly current: StatementRow | null;
  /** Its place among the session's statements from 1, each part of a Query counted; null while it is not here. */
  readonly place: number | null;
  readonly list: UseInfiniteQueryResult<Pages>;
  readonly more: () => void;
}

/** 12, and 12.2 for the second SQL statement of one Query. */
export function numberOf({ statement, ordinal }: Pick<StatementRow, 'statement' | 'ordinal'>): string {
  return ordinal === 0 ? String(statement) : `${statement}.${ordinal + 1}`;
}

/** What tells the statements of one session apart. */
export function idOfStatement({ statement, ordinal }: Pick<StatementRow, 'statement' | 'ordinal'>): string {
  return `${statement}.${ordinal}`;
}

export function useStatements({ id }: SessionRow, current: CurrentStatement | null): Statements {
  const key = ['statements-of', id];
  const list = useInfiniteQuery<Page<StatementRow>, Error, Pages, string[], string | undefined>({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      api.statements(
        {
          session: id,
          filter: '',
          limit: PAGE_ROWS,
          ...(pageParam === undefined ? {} : { after: pageParam }),
        },
        { signal },
      ),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  useNews((sessions) => {
    if (sessions.has(id)) void queries.invalidateQueries({ queryKey: key });
  });

  const { data, fetchNextPage, hasNextPage, isFetching } = list;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);

  // The cursor may be ahead of what is here.
  const behind = current !== null && (rows.at(-1)?.statement ?? 0) < current.number;
  useEffect(() => {
    if (behind) more();
  }, [behind, more]);

  const wanted =
    current === null ? null : idOfStatement({ statement: current.number, ordinal: current.ordinal });
  const at = rows.findIndex((row) => idOfStatement(row) === wanted);
  return { rows, current: rows[at] ?? null, place: at < 0 ? null : at + 1, list, more };
}
