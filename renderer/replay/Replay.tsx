/** An open session: every view follows the one cursor. */
import { useEffect, useRef } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { goBack, goTo, HOME, INSPECTOR_TABS, type InspectorTab, type Place } from '../router.ts';
import { formatClock } from '../ui/format.ts';
import { useKeys } from '../ui/keys.ts';
import { Controls } from './Controls.tsx';
import { Inspector } from './Inspector.tsx';
import type { OpenSession } from './open-session.ts';
import { ReplayHead } from './ReplayHead.tsx';
import { StatementList } from './StatementList.tsx';
import { statementAt, type CurrentStatement } from './statement-at.ts';
import { TerminalView } from './TerminalView.tsx';
import { TimeLine } from './TimeLine.tsx';
import { usePlayer, type Player } from './use-player.ts';
import { useStatements } from './use-statements.ts';

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
  const current = statementAt(list.steps, state.index);
  const statements = useStatements(session, current);
  const says = saysOf(player, session);
  const setTab = (tab: InspectorTab): void =>
    goTo({ ...place, tab, step: step?.sequence ?? place.step }, { replace: true });
  useAddress(place, step?.sequence ?? null, player);
  useReplayKeys(player, setTab);

  return (
    <div className="replay">
      <ReplayHead session={session} />
      <div className="controls-bar">
        <Controls player={player} />
        <p className="position" data-testid="position">
          {positionOf(session, current)}
          <span className="position-time mono">{step === undefined ? '' : formatClock(step.time)}</span>
          {state.loading ? <span className="cell-quiet">seeking…</span> : null}
        </p>
        <span className="fill" />
        <Loaded player={player} session={session} />
      </div>
      <TimeLine
        list={list}
        timeNow={player.timeNow}
        playing={state.playing}
        time={player.timeNow()}
        fold={state.skipIdle}
        says={says}
        onSeek={player.seekTime}
      />
      <div className="replay-body">
        <TerminalView session={session} player={player} />
        <div className="replay-side">
          <StatementList
            session={session}
            statements={statements}
            current={current}
            onSeek={player.seekSequence}
          />
          <Inspector
            player={player}
            current={current}
            row={statements.current}
            tab={place.tab}
            onTab={setTab}
          />
        </div>
      </div>
      <Announcer says={says} playing={state.playing} />
    </div>
  );
}

function positionOf({ statements }: SessionRow, current: CurrentStatement | null): string {
  if (current !== null) return `statement ${current.number}/${statements}`;
  return statements === 0 ? 'no statements' : 'before the first statement';
}

function saysOf({ step, state, list }: Player, session: SessionRow): string {
  if (step === undefined) return 'loading';
  const total = list.complete ? ` of ${list.steps.length}` : '';
  const statement = step.statement === null ? '' : `, statement ${step.statement} of ${session.statements}`;
  return `step ${state.index + 1}${total}${statement}, ${formatClock(step.time)}: ${step.label}`;
}

/** What is loaded, when that is not all: a view of a part says so. */
function Loaded({ player, session }: { readonly player: Player; readonly session: SessionRow }) {
  const { list } = player;
  const error = list.error ?? (player.state.error instanceof Error ? player.state.error : null);
  if (error !== null) {
    return (
      <p className="loaded tone-error" role="alert">
        Only {list.steps.length} steps are here: {error.message}{' '}
        <button type="button" className="value-button" onClick={player.retry}>
          Try again
        </button>
      </p>
    );
  }
  if (session.outcome === 'live') return <p className="loaded tone-live">● live, more may come</p>;
  if (list.complete) return null;
  return <p className="loaded">loading steps: {list.steps.length}</p>;
}

/** Speaks the step to screen readers; while playing only that it plays. */
function Announcer({ says, playing }: { readonly says: string; readonly playing: boolean }) {
  return (
    <p className="hidden-text" role="status" aria-live="polite" data-testid="step">
      {playing ? 'playing' : says}
    </p>
  );
}

/** Keeps the address at the cursor's step, and the cursor at the address when that changes by itself. */
function useAddress(place: SessionPlace, sequence: number | null, { seekSequence }: Player): void {
  const written = useRef<number | null>(place.step);
  const latest = useRef(place);
  useEffect(() => {
    latest.current = place;
  });
  useEffect(() => {
    if (sequence === null) return;
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

function useReplayKeys(player: Player, setTab: (tab: InspectorTab) => void): void {
  const tabs = Object.fromEntries(INSPECTOR_TABS.map((tab, index) => [String(index + 1), () => setTab(tab)]));
  useKeys({
    ...tabs,
    ' ': player.toggle,
    ',': player.previousFrame,
    '.': player.nextFrame,
    '[': player.previousStatement,
    ']': player.nextStatement,
    e: player.nextError,
    E: player.previousError,
    Home: player.toStart,
    End: player.toEnd,
    '-': player.slower,
    '+': player.faster,
    '=': player.faster,
    i: player.toggleSkipIdle,
    Escape: () => goBack(HOME),
  });
}
