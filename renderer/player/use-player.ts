/** The open session as React sees it. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import type { CursorSnapshot } from '../../shared/replay/cursor.ts';
import type { StepList } from '../../shared/replay/step-list.ts';
import type { Point } from '../../shared/replay/timeline.ts';
import { queries } from '../api.ts';
import { useNews } from '../live.ts';
import { OpenSession, type Actions } from './open-session.ts';
import type { Labels } from './labels.ts';
import type { Segments } from './segments.ts';

/** What all views of a session show and ask for. */
export interface Player extends Actions {
  readonly state: CursorSnapshot;
  readonly list: StepList;
  /** The step shown; undefined before the first is there. */
  readonly step: Point | undefined;
  /** The event that is shown before the first step is there; null: none. */
  readonly first: number | null;
  readonly segments: Segments;
  readonly labels: Labels;
}

/** Opens a session at the event `start`, or at its beginning, for as long as the component is there. */
export function useOpenSession(session: SessionRow, start: number | null, segments?: Segments): OpenSession {
  const [open] = useState(() => new OpenSession(session, start, segments));
  useEffect(() => {
    open.open();
    return () => open.close();
  }, [open]);

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

export function usePlayer(open: OpenSession): Player {
  const { outline, cursor, ahead, segments, labels, actions, first } = open;
  const early = useSyncExternalStore(ahead.subscribe, ahead.step);
  const list = useSyncExternalStore(outline.subscribe, outline.list);
  const state = useSyncExternalStore(cursor.subscribe, cursor.snapshot);
  // The same as long as nothing in it changed: views that follow it need not be drawn again.
  return useMemo(
    () => ({ ...actions, state, list, step: early ?? list.at(state.index), first, segments, labels }),
    [actions, state, list, early, first, segments, labels],
  );
}

/**
 * A step in words, which are fetched when they are not here yet; null while they are on their way, and without a step. `rests`:
 * whether one stays at it, for who passes by needs none.
 */
export function useLabel(
  { labels }: Pick<Player, 'labels'>,
  step: Point | undefined,
  rests = true,
): string | null {
  const sequence = step?.sequence ?? -1;
  const label = useSyncExternalStore(labels.subscribe, () => labels.of(sequence));
  useEffect(() => {
    if (rests) labels.want(sequence);
  }, [labels, sequence, rests]);
  return label;
}
