/** What the views of an open session show: told to all of them at once, and each draws what of it is its own. */
import { createContext, use } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import type { MarkActions } from '../casework/use-marks.ts';
import type { OpenSession } from '../player/open-session.ts';
import type { Player } from '../player/use-player.ts';
import type { InspectorTab } from '../router.ts';
import type { CellAct } from '../ui/cell-grid-column.ts';
import type { CurrentStatement } from './statement-at.ts';
import type { Current } from './use-current.ts';
import type { Statements } from './use-statements.ts';
import type { OpenViews } from './use-views.ts';

export interface ShownSession {
  readonly session: SessionRow;
  readonly open: OpenSession;
  /** A moment behind the cursor: see Replay.tsx. */
  readonly player: Player;
  readonly statement: CurrentStatement | null;
  readonly current: Current;
  readonly statements: Statements;
  /** What may be marked of what is shown. */
  readonly marks: MarkActions;
  /** What may be done with a cell of the result. */
  readonly acts: readonly CellAct[];
  readonly views: OpenViews;
  /** Whether the terminal's first frame is there, behind which all else comes. */
  readonly begun: boolean;
  readonly tab: InspectorTab;
  readonly onTab: (tab: InspectorTab) => void;
}

export const ShownContext = createContext<ShownSession | null>(null);

/** Within an open session. */
export function useShown(): ShownSession {
  const shown = use(ShownContext);
  if (shown === null) throw new Error('no session is open around this view');
  return shown;
}
