/** An open session: every view follows the one cursor. */
import { useMemo, type ReactNode } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { useOperatingCommands } from '../Operating.tsx';
import { SessionStrips } from '../SessionStrips.tsx';
import { useAnnotations } from '../casework.ts';
import { markersOf } from '../casework/threads.ts';
import { useMarks } from '../casework/use-marks.ts';
import { goTo, writePlace, type InspectorTab, type Place } from '../router.ts';
import { lacks } from '../ui/NotRecorded.tsx';
import { Pane } from '../ui/Pane.tsx';
import { PLAYING } from '../words/playing.ts';
import { PANES } from '../words/replay.ts';
import { cellActs } from './cell-acts.ts';
import { Inspector } from './Inspector.tsx';
import type { OpenSession } from '../player/open-session.ts';
import { useReplayCommands } from './replay-commands.ts';
import { IdleNote } from './IdleNote.tsx';
import { positionOf, saysOf } from './position.ts';
import { ReplayBar } from './ReplayBar.tsx';
import { ReplayHead } from './ReplayHead.tsx';
import { Panes } from './Panes.tsx';
import { ResultView } from './ResultView.tsx';
import { StatementList } from './StatementList.tsx';
import { statementAt } from './statement-at.ts';
import { TerminalView } from './TerminalView.tsx';
import { TimeLine } from './TimeLine.tsx';
import { useLabel, usePlayer } from '../player/use-player.ts';
import { useCurrent } from './use-current.ts';
import { useAddress } from './use-address.ts';
import { useLoop } from './use-loop.ts';
import { useStatements } from './use-statements.ts';
import { useViews } from './use-views.ts';
import type { View } from './views.ts';

type SessionPlace = Extract<Place, { name: 'session' }>;

interface ReplayProps {
  readonly session: SessionRow;
  readonly place: SessionPlace;
  readonly open: OpenSession;
}

export function Replay({ session, place, open }: ReplayProps) {
  const player = usePlayer(open);
  const { state, list, step } = player;
  const current = statementAt(list, state.index);
  const statements = useStatements(session, current);
  const live = session.outcome === 'live';
  const follows = live && state.following;
  const position = positionOf(session, current, statements.place);
  const label = useLabel(player, step);
  const says = saysOf(player, position, label);
  const setTab = (tab: InspectorTab): void =>
    goTo({ ...place, tab, step: follows ? null : (step?.sequence ?? place.step) }, { replace: true });
  useAddress(place, follows ? null : (step?.sequence ?? place.step), player);
  useReplayCommands(player, session, setTab);
  useOperatingCommands(session, step?.sequence ?? null);
  const marks = useMarks({
    session: session.id,
    sequence: step?.sequence ?? null,
    statement: statements.current,
  });
  const notes = useAnnotations(session.id).data;
  const markers = useMemo(() => markersOf(notes ?? []), [notes]);
  const views = useViews();
  const loop = useLoop(player);
  const taken = useCurrent(player, current);
  const lacking = lacks(session, 'rows');
  const acts =
    current === null
      ? []
      : cellActs({ session: session.id, shape: taken.shape, current, row: statements.current });
  const view = (name: View): ReactNode => {
    const onClose = (): void => views.toggle(name);
    switch (name) {
      case 'terminal':
        return (
          <TerminalView
            session={session}
            player={player}
            onClose={onClose}
            findFirst={!views.open.includes('transcript')}
          />
        );
      case 'transcript':
        return null;
      case 'result':
        return (
          <Pane name={PANES.names.result} closeName={PANES.close(PANES.names.result)} onClose={onClose}>
            <ResultView segments={player.segments} current={taken} lacking={lacking} acts={acts} />
          </Pane>
        );
      case 'statements':
        return (
          <StatementList
            session={session}
            statements={statements}
            current={current}
            onSeek={player.seekSequence}
            onClose={onClose}
          />
        );
      case 'inspector':
        return (
          <Inspector
            player={player}
            statement={current}
            current={taken}
            marks={marks}
            session={session}
            acts={acts}
            row={statements.current}
            policy={session.policy}
            live={live}
            lacking={lacking}
            tab={place.tab}
            onTab={setTab}
            onClose={onClose}
          />
        );
    }
  };

  return (
    <div className="replay">
      <ReplayHead session={session} />
      <SessionStrips session={session} />
      <ReplayBar
        session={session}
        player={player}
        position={position}
        loop={loop}
        views={views}
        link={() => window.location.origin + writePlace({ ...place, step: step?.sequence ?? place.step })}
      />
      <TimeLine
        list={list}
        labels={player.labels}
        timeNow={player.timeNow}
        playing={state.playing}
        time={player.timeNow()}
        fold={state.skipIdle}
        governed={session.policy !== null}
        says={says}
        onSeek={player.seekTime}
        markers={markers}
        onSeekEvent={player.seekSequence}
      />
      <div className="replay-body">
        <Panes open={views.open} render={view} />
        <IdleNote player={player} />
      </div>
      <Announcer says={state.playing ? PLAYING.saysPlaying : follows ? PLAYING.saysFollowing : says} />
    </div>
  );
}

/** Speaks the step to screen readers; while it moves by itself only that it does. */
function Announcer({ says }: { readonly says: string }) {
  return (
    <p className="hidden-text" role="status" aria-live="polite" data-testid="step">
      {says}
    </p>
  );
}
