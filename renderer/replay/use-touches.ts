/** Statements of a session that touch one table, as the archive's index knows them. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Page } from '../../shared/api/page.ts';
import type { SessionRow, StatementRow } from '../../shared/api/session.ts';
import { printTerm } from '../../shared/filter/print.ts';
import { api, queries } from '../api.ts';
import { useNews } from '../live.ts';

/** Statements one request fetches, and requests at most: beyond them one goes by the list of statements. */
const PAGE_ROWS = 500;
const MOST_PAGES = 40;

export interface Touches {
  /** Whether the tables are offered. */
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  readonly table: string | null;
  readonly choose: (table: string | null) => void;
  /** Tables that statements of the session name, most frequent first; undefined while that is not known. */
  readonly tables: readonly string[] | undefined;
  /** Sequences of the statements that touch it, in order; undefined while they are not here. */
  readonly sequences: readonly number[] | undefined;
}

export function useTouches({ id }: SessionRow): Touches {
  const [open, setOpen] = useState(false);
  const [table, choose] = useState<string | null>(null);
  const tables = useQuery({
    queryKey: ['tables-of', id],
    queryFn: ({ signal }) => api.facets({ filter: printTerm(of(id)) }, { signal }),
    select: ({ fields }) => (fields.table ?? []).map(({ value }) => value),
    enabled: open || table !== null,
  });
  const touches = useQuery({
    queryKey: ['touches', id, table],
    queryFn: ({ signal }) => sequencesOf(id, table ?? '', signal),
    enabled: table !== null,
  });
  useNews((sessions) => {
    if (!sessions.has(id)) return;
    void queries.invalidateQueries({ queryKey: ['touches', id] });
    void queries.invalidateQueries({ queryKey: ['tables-of', id] });
  });
  const [known, sequences] = [tables.data, touches.data];
  return useMemo(
    () => ({ open, setOpen, table, choose, tables: known, sequences }),
    [open, table, known, sequences],
  );
}

function of(id: string): Parameters<typeof printTerm>[0] {
  return { field: 'session', comparison: ':', value: id };
}

async function sequencesOf(session: SessionRow['id'], table: string, signal: AbortSignal): Promise<number[]> {
  const filter = printTerm({ field: 'table', comparison: ':', value: table });
  const found: number[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page: Page<StatementRow> = await api.statements(
      { session, filter, limit: PAGE_ROWS, ...(after === undefined ? {} : { after }) },
      { signal },
    );
    for (const { sequence } of page.items) if (found.at(-1) !== sequence) found.push(sequence);
    if (page.next === null) break;
    after = page.next;
  }
  return found;
}
