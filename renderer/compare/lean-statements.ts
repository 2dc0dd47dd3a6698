/** The statements of a session as a comparison needs them: all of them, and of each no more than is compared. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Compared } from '../../shared/compare/compare.ts';
import type { SessionId, StatementRow } from '../../shared/api/session.ts';
import { MAX_LIMIT } from '../../shared/api/page.ts';
import { api } from '../api.ts';
import { allPages } from './all-pages.ts';

export interface AllStatements {
  /** null until all are here. */
  readonly rows: readonly Compared[] | null;
  /** How many are here. */
  readonly count: number;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** Kept so long after nobody looks: two lists of 100,000 are large. */
const KEPT_MS = 30_000;

/** Requests of each of two sessions under way: browsers have six to one host, of which the live stream holds one. */
const AT_ONCE = 2;

export function useAllStatements(session: SessionId): AllStatements {
  const [count, setCount] = useState(0);
  const query = useQuery({
    queryKey: ['compared', session],
    queryFn: ({ signal }) =>
      allPages({
        fetch: (ask) => api.statements({ session, filter: '', limit: MAX_LIMIT, ...ask }, { signal }),
        keep: leanOf,
        atOnce: AT_ONCE,
        onCount: setCount,
      }),
    gcTime: KEPT_MS,
    structuralSharing: false,
  });
  const { data, error, refetch } = query;
  return { rows: data ?? null, count: data?.length ?? count, error, retry: () => void refetch() };
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
