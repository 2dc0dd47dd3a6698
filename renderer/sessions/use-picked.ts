/** Which sessions are picked: on the screen at once, in the address when that rests. */
import { useMemo, useState } from 'react';
import { MAX_LIMIT } from '../../shared/api/page.ts';
import type { SessionSort } from '../../shared/api/routes.ts';
import type { SessionId, SessionRow } from '../../shared/api/session.ts';
import { api, queries } from '../api.ts';
import type { Picks } from '../ui/list/picking.ts';
import type { RowWindow } from '../ui/list/row-window.ts';
import { MOST_PICKED, readPicked, writePicked } from './picked.ts';
import { useSelection } from './use-selection.ts';

interface PickedOptions {
  /** As the address says. */
  readonly written: string;
  readonly write: (picked: string) => void;
  readonly filter: string;
  readonly sort: SessionSort;
  readonly rows: RowWindow<SessionRow>;
}

export interface PickedSessions {
  readonly ids: readonly SessionId[];
  /** Why those that were to be picked could not be; null: they were. */
  readonly problem: string | null;
  readonly picks: Picks;
}

export function usePicked({ written, write, filter, sort, rows }: PickedOptions): PickedSessions {
  const [text, keep] = useSelection(written, write);
  const [problem, setProblem] = useState<string | null>(null);
  const ids = useMemo(() => readPicked(text ?? ''), [text]);
  const onPicked = (next: readonly string[]): void => {
    setProblem(null);
    keep(writePicked(next as readonly SessionId[]));
  };
  const fetchIds = async (at: number, count: number): Promise<readonly string[] | null> => {
    const page = { filter, sort, limit: Math.min(MAX_LIMIT, count), ...(at === 0 ? {} : { at }) };
    try {
      const { items } = await queries.fetchQuery({
        queryKey: ['picked', page],
        queryFn: ({ signal }) => api.sessions(page, { signal }),
        staleTime: 0,
        gcTime: 0,
      });
      return items.map(({ id }) => id);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  const pickAll = async (): Promise<void> => {
    const all = await fetchIds(0, MOST_PICKED);
    if (all !== null) onPicked([...new Set([...ids, ...all])]);
  };
  const picks: Picks = {
    picked: useMemo(() => new Set<string>(ids), [ids]),
    onPicked,
    idsBetween: (from, to) => fetchIds(from + rows.news, to - from + 1),
    onAll: () => void pickAll(),
  };
  return { ids, problem, picks };
}
