/** An open session: every view follows the one cursor. */
import { useEffect, useRef, type ReactNode } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { useMarks } from '../casework/use-marks.ts';
import { goTo, type InspectorTab, type Place } from '../router.ts';
import { Tip } from '../ui/Button.tsx';
import { PolicyName } from '../ui/decision-marks.tsx';
import { formatClock } from '../ui/format.ts';
import { lacks } from '../ui/NotRecorded.tsx';
import { Pane } from '../ui/Pane.tsx';
import { PANES } from '../words/replay.ts';
import { cellActs } from './cell-acts.ts';
import { Controls } from './Controls.tsx';
import { Inspector } from './Inspector.tsx';
import type { OpenSession } from '../player/open-session.ts';
import { useReplayCommands } from './replay-commands.ts';
import { ReplayHead } from './ReplayHead.tsx';
import { Protection } from './Protection.tsx';
import { Panes } from './Panes.tsx';
import { ResultView } from './ResultView.tsx';
import { StatementList } from './StatementList.tsx';
import { statementAt, type CurrentStatement } from './statement-at.ts';
import { TerminalView } from './TerminalView.tsx';
import { TimeLine } from './TimeLine.tsx';
import { useLabel, usePlayer, type Player } from '../player/use-player.ts';
import { useCurrent } from './use-current.ts';
import { numberOf, useStatements } from './use-statements.ts';
import { useViews } from './use-views.ts';
import type { View } from './views.ts';
import { ViewsMenu } from './ViewsMenu.tsx';

type SessionPlace = Extract<Place, { name: 'session' }>;

/** Pause before the address follows the cursor, in ms: browsers limit how often it may change. */
const ADDRESS_MS = 250;

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
  const marks = useMarks({
    session: session.id,
    sequence: step?.sequence ?? null,
    statement: statements.current,
  });
  const views = useViews();
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
        return <TerminalView session={session} player={player} onClose={onClose} />;
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
      <div className="controls-bar">
        <Controls player={player} decisions={session.denied + session.held > 0} />
        <p className="position" data-testid="position">
          {position}
          <span className="position-time mono">{step === undefined ? '' : formatClock(step.time)}</span>
          {state.loading ? <span className="cell-quiet">seeking…</span> : null}
        </p>
        <span className="fill" />
        <Loaded player={player} session={session} />
        {session.policy === null ? null : (
          <p className="replay-policy">
            <span className="cell-quiet">policy</span>
            <PolicyName {...session.policy} />
            <Protection player={player} />
          </p>
        )}
        <ViewsMenu {...views} />
      </div>
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
      />
      <div className="replay-body">
        <Panes open={views.open} render={view} />
      </div>
      <Announcer says={state.playing ? 'playing' : follows ? 'following the live session' : says} />
    </div>
  );
}

/** `statement 3/12`, and what the record calls it where that is another number: a Query may hold several statements. */
function positionOf(
  { statements }: SessionRow,
  current: CurrentStatement | null,
  place: number | null,
): string {
  if (current === null) return statements === 0 ? 'no statements' : 'before the first statement';
  const number = numberOf({ statement: current.number, ordinal: current.ordinal });
  if (place === null) return `statement #${number}`;
  return `statement ${place}/${statements}${number === String(place) ? '' : ` · #${number}`}`;
}

function saysOf({ step, state, list }: Player, position: string, label: string | null): string {
  if (step === undefined) return 'loading';
  const total = list.complete ? ` of ${list.length}` : '';
  return `step ${state.index + 1}${total}, ${position}, ${formatClock(step.time)}: ${label ?? '…'}`;
}

/** What is loaded, when that is not all: a view of a part says so. */
function Loaded({ player, session }: { readonly player: Player; readonly session: SessionRow }) {
  const { list } = player;
  const error = list.error ?? (player.state.error instanceof Error ? player.state.error : null);
  if (error !== null) {
    return (
      <p className="loaded tone-error" role="alert">
        Only {list.length} steps are here: {error.message}{' '}
        <button type="button" className="value-button" onClick={player.retry}>
          Try again
        </button>
      </p>
    );
  }
  if (session.outcome === 'live') {
    return (
      <p className="loaded tone-live">
        {player.state.following ? (
          '● live: following'
        ) : (
          <Tip text="Go to the newest step, and follow" shortcut="End">
            <button type="button" className="value-button" onClick={player.toEnd}>
              ● live: follow
            </button>
          </Tip>
        )}
      </p>
    );
  }
  if (list.complete) return null;
  return <p className="loaded">loading steps: {list.length}</p>;
}

/** Speaks the step to screen readers; while it moves by itself only that it does. */
function Announcer({ says }: { readonly says: string }) {
  return (
    <p className="hidden-text" role="status" aria-live="polite" data-testid="step">
      {says}
    </p>
  );
}

/**
 * Keeps the address at the cursor's step, and the cursor at the address when that changes by itself. Null is no step: what
 * follows a live session has an address that follows it too.
 */
function useAddress(place: SessionPlace, sequence: number | null, { seekSequence }: Player): void {
  const written = useRef<number | null>(place.step);
  const latest = useRef(place);
  useEffect(() => {
    latest.current = place;
  });
  useEffect(() => {
    if (sequence === latest.current.step) return;
    const timer = setTimeout(() => {
      written.current = sequence;
      goTo({ ...latest.current, step: sequence }, { replace: true });
    }, ADDRESS_MS);
    return () => clearTimeout(timer);
  }, [sequence]);
  useEffect(() => {
    if (place.step === null || place.step === written.current) return;
    written.current = place.step;
    seekSequence(place.step);
  }, [place.step, seekSequence]);
}
