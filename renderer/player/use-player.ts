/** The open session as React sees it. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { SessionRow, Step } from '../../shared/api/session.ts';
import type { CursorSnapshot } from '../../shared/replay/cursor.ts';
import { queries } from '../api.ts';
import { useNews } from '../live.ts';
import { OpenSession, type Actions } from './open-session.ts';
import type { Segments } from './segments.ts';
import type { StepList } from './step-pages.ts';

/** What all views of a session show and ask for. */
export interface Player extends Actions {
  readonly state: CursorSnapshot;
  readonly list: StepList;
  /** The step shown; undefined before the first is there. */
  readonly step: Step | undefined;
  readonly segments: Segments;
}

/** Opens a session at the event `start`, or at its beginning, for as long as the component is there. */
export function useOpenSession(session: SessionRow, start: number | null): OpenSession {
  const [open] = useState(() => new OpenSession(session));
  const [first] = useState(start);
  useEffect(() => {
    open.open(first);
    return () => open.close();
  }, [open, first]);

  useEffect(() => {
    if (session.outcome !== 'live') open.over();
  }, [open, session.outcome]);

  useNews((sessions) => {
    if (!sessions.has(session.id)) return;
    void queries.invalidateQueries({ queryKey: ['session', session.id] });
    void open.refresh();
  });
  return open;
}

export function usePlayer({ pages, cursor, segments, actions }: OpenSession): Player {
  const list = useSyncExternalStore(pages.subscribe, pages.list);
  const state = useSyncExternalStore(cursor.subscribe, cursor.snapshot);
  return { ...actions, state, list, step: list.steps[state.index], segments };
}
