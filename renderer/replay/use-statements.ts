/** The statements of one session, oldest first, and the one at the cursor, wherever among them it is. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { SessionId, SessionRow, StatementRow } from '../../shared/api/session.ts';
import { api } from '../api.ts';
import { useNews } from '../live.ts';
import type { OpenSession } from '../player/open-session.ts';
import { SessionRows, type PlacedRow } from './session-rows.ts';
import { idOfStatement } from './statement-number.ts';
import type { CurrentStatement } from './statement-at.ts';

export interface Statements {
  readonly rows: SessionRows;
  /** The row of the statement at the cursor; null while it is not here. */
  readonly current: StatementRow | null;
  /** Its place among the session's statements from 1, each part of a Query counted; null while it is not here. */
  readonly place: number | null;
}

/** `rests`: whether one stays at it, and its row is worth a request. */
export function useStatements(
  { id }: SessionRow,
  current: CurrentStatement | null,
  rests: boolean,
  open: OpenSession,
): Statements {
  const [rows] = useState(
    () => new SessionRows((ask) => api.statements({ session: id, filter: '', ...ask })),
  );
  const version = useSyncExternalStore(rows.subscribe, rows.version);
  useEffect(() => open.behindFirstFrame(() => rows.want(0, 0)), [rows, open]);
  useNews((sessions) => {
    if (sessions.has(id)) rows.window.refresh({ take: true, view: true });
  });

  const listed = current === null ? null : listedRow(rows, current);
  const asked = useQuery({
    queryKey: ['statement-row', id, current?.number, current?.ordinal],
    queryFn: ({ signal }) => rowOf(id, current, signal),
    enabled: rests && current !== null && listed === null,
    gcTime: 30_000,
    // The row of a statement that runs has no outcome yet.
    staleTime: 1_000,
  });
  const found = listed ?? (current === null ? null : (asked.data ?? null));
  if (found !== null) rows.place(found);
  const row = found?.row ?? null;
  const place = found === null ? null : found.place + 1;
  // Another object whenever rows came: who lists them asks whether there are any.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => ({ rows, current: row, place }), [rows, version, row, place]);
}

function listedRow(rows: SessionRows, { number, ordinal }: CurrentStatement): PlacedRow | null {
  const place = rows.window.placeOf(idOfStatement({ statement: number, ordinal }));
  const row = place < 0 ? undefined : rows.rowAt(place);
  return row === undefined ? null : { row, place };
}

async function rowOf(
  session: SessionId,
  current: CurrentStatement | null,
  signal: AbortSignal,
): Promise<PlacedRow | null> {
  const { number = 0, ordinal = 0 } = current ?? {};
  const { items, offset } = await api.statements(
    { session, filter: '', statement: number, ordinal, limit: 1 },
    { signal },
  );
  const [row] = items;
  const isIt = row?.statement === number && row.ordinal === ordinal;
  return row !== undefined && isIt && offset !== undefined ? { row, place: offset } : null;
}
