/** An open session: every view follows the one cursor. */
import type { ReactNode } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { useOperatingCommands } from '../Operating.tsx';
import { SessionStrips } from '../SessionStrips.tsx';
import { useMarks } from '../casework/use-marks.ts';
import { goTo, writePlace, type InspectorTab } from '../router.ts';
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
import { TranscriptView } from './TranscriptView.tsx';
import { useLabel, usePlayer } from '../player/use-player.ts';
import { useCurrent } from './use-current.ts';
import { placeOf, useAddress, type SessionPlace } from './use-address.ts';
import { useLineMarks } from './use-line-marks.ts';
import { useRange } from './use-range.ts';
import { useTouches } from './use-touches.ts';
import { useLoop } from './use-loop.ts';
import { useStatements } from './use-statements.ts';
import { useViews } from './use-views.ts';
import type { View } from './views.ts';

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
  const shown = useRange(place.range ?? null);
  const address = follows ? null : (step?.sequence ?? place.step);
  const setTab = (tab: InspectorTab): void =>
    goTo({ ...placeOf(place, address, shown.range), tab }, { replace: true });
  useAddress(place, address, shown.range, player);
  useReplayCommands(player, session, setTab);
  useOperatingCommands(session, step?.sequence ?? null);
  const marks = useMarks({
    session: session.id,
    sequence: step?.sequence ?? null,
    statement: statements.current,
  });
  const views = useViews();
  const loop = useLoop(player);
  const touches = useTouches(session);
  const { markers, flags, touched } = useLineMarks(session, list, touches);
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
        return <TranscriptView session={session} player={player} onClose={onClose} />;
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
        touches={touches}
        views={views}
        link={() =>
          window.location.origin + writePlace(placeOf(place, step?.sequence ?? place.step, shown.range))
        }
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
