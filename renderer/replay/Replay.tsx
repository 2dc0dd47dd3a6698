/**
 * An open session: every view follows the one cursor. The terminal and the play head move with it at once; what takes a
 * step apart is drawn right behind them, and given up where the cursor has gone on meanwhile. Parts that do not move
 * with it are not drawn again.
 */
import { memo, startTransition, useEffect, useMemo, useState } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { useOperatingCommands } from '../Operating.tsx';
import { SessionStrips } from '../SessionStrips.tsx';
import { useMarks } from '../casework/use-marks.ts';
import type { OpenSession } from '../player/open-session.ts';
import { useLabel, usePlayer } from '../player/use-player.ts';
import { goTo, writePlace, type InspectorTab } from '../router.ts';
import { useSteady } from '../ui/use-steady.ts';
import { PLAYING } from '../words/playing.ts';
import { cellActs } from './cell-acts.ts';
import { IdleNote } from './IdleNote.tsx';
import { Panes } from './Panes.tsx';
import { positionOf, saysOf } from './position.ts';
import { ReplayBar } from './ReplayBar.tsx';
import { ReplayHead } from './ReplayHead.tsx';
import { useReplayCommands } from './replay-commands.ts';
import { ShownContext, type ShownSession } from './shown-session.ts';
import { TimeLine } from './TimeLine.tsx';
import { placeOf, useAddress, type SessionPlace } from './use-address.ts';
import { useCurrent, useStatementAt } from './use-current.ts';
import { useLineMarks } from './use-line-marks.ts';
import { useLoop } from './use-loop.ts';
import { useRange } from './use-range.ts';
import { useRests } from './use-rests.ts';
import { useSeen } from './use-seen.ts';
import { useStatements } from './use-statements.ts';
import { useTouches } from './use-touches.ts';
import { useViews } from './use-views.ts';
import { ViewOf } from './ViewOf.tsx';
import type { View } from './views.ts';

interface ReplayProps {
  readonly session: SessionRow;
  readonly place: SessionPlace;
  readonly open: OpenSession;
}

export function Replay({ session, place, open }: ReplayProps) {
  const player = usePlayer(open);
  const seen = useSeen(open, player);
  const { state, step } = player;
  const rests = useRests(seen === player ? (step?.sequence ?? null) : null);
  const statement = useStatementAt(seen);
  const statements = useStatements(session, statement, rests, open);
  const current = useCurrent(seen, statement);
  const position = positionOf(session, statement, statements.place);
  const label = useLabel(seen, seen.step, rests);
  const says = saysOf(seen, position, label);
  const follows = session.outcome === 'live' && state.following;
  const shown = useRange(place.range ?? null);
  const address = follows ? null : (step?.sequence ?? place.step);
  const onTab = useSteady((tab: InspectorTab): void =>
    goTo({ ...placeOf(place, address, shown.range), tab }, { replace: true }),
  );
  const link = useSteady(
    () => window.location.origin + writePlace(placeOf(place, step?.sequence ?? place.step, shown.range)),
  );
  useAddress(place, address, shown.range, player);
  useReplayCommands(player, open, session, onTab);
  useOperatingCommands(session, step?.sequence ?? null);
  const marks = useMarks({
    session: session.id,
    sequence: step?.sequence ?? null,
    // That of a step which the cursor has left is not marked in its place.
    statement: seen === player ? statements.current : null,
  });
  const views = useViews();
  const begun = useBegun(open);
  const loop = useLoop(player);
  const touches = useTouches(session);
  const { markers, flags, touched } = useLineMarks(session, seen.list, touches);
  const row = statements.current;
  const acts = useMemo(
    () =>
      statement === null
        ? []
        : cellActs({
            session: session.id,
            shape: current.shape,
            current: statement,
            row,
          }),
    [session.id, statement, current.shape, row],
  );
  const { tab } = place;
  const told = useMemo<ShownSession>(
    () => ({
      session,
      open,
      player: seen,
      statement,
      current,
      statements,
      marks,
      acts,
      views,
      begun,
      tab,
      onTab,
    }),
    [session, open, seen, statement, current, statements, marks, acts, views, begun, tab, onTab],
  );

  return (
    <div className="replay">
      <Head session={session} />
      <ReplayBar
        session={session}
        open={open}
        player={player}
        seen={seen}
        position={position}
        loop={loop}
        touches={touches}
        views={views}
        link={link}
      />
      <TimeLine
        player={player}
        shown={shown}
        loop={loop}
        markers={markers}
        flags={flags}
        touches={touched}
        governed={session.policy !== null}
        says={says}
      />
      <div className="replay-body">
        <ShownContext value={told}>
          <Panes open={views.open} render={viewOf} />
        </ShownContext>
        <IdleNote player={player} />
      </div>
      <Announcer says={state.playing ? PLAYING.saysPlaying : follows ? PLAYING.saysFollowing : says} />
    </div>
  );
}

/** Whether the terminal has shown its first frame. */
function useBegun(open: OpenSession): boolean {
  const [begun, setBegun] = useState(false);
  useEffect(() => open.behindFirstFrame(() => startTransition(() => setBegun(true))), [open]);
  return begun;
}

function viewOf(view: View) {
  return <ViewOf view={view} />;
}

const Head = memo(function Head({ session }: { readonly session: SessionRow }) {
  return (
    <>
      <ReplayHead session={session} />
      <SessionStrips session={session} />
    </>
  );
});

/** Speaks the step to screen readers; while it moves by itself only that it does. */
function Announcer({ says }: { readonly says: string }) {
  return (
    <p className="hidden-text" role="status" aria-live="polite" data-testid="step">
      {says}
    </p>
  );
}
