/** Plays a piece of evidence where it stands: the terminal, from the beginning of its statement to its last event, over and over. */
import { ChevronLeft, ChevronRight, Pause, Play } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import type { Anchor } from '../../shared/findings/anchor.ts';
import { screenOf, type Screen } from '../player/screen-of.ts';
import { TerminalPane, type TerminalToPaint } from '../player/TerminalPane.tsx';
import { useLabel, useOpenSession, usePlayer } from '../player/use-player.ts';
import { IconButton } from '../ui/Button.tsx';
import { formatClock } from '../ui/format.ts';
import { Fault } from '../ui/Note.tsx';
import { FINDING } from '../words/finding.ts';
import { PLAYING } from '../words/playing.ts';
import { rangeOf } from './played-range.ts';

const ICON = 16;

interface PlayHereProps {
  readonly anchor: Anchor;
  readonly session: SessionRow;
}

export function PlayHere({ anchor, session }: PlayHereProps) {
  const first = anchor.sequence ?? 0;
  const last = anchor.last ?? first;
  const player = usePlayer(useOpenSession(session, first));
  const { state, step, list, segments, setLoop, toggle, seekSequence } = player;
  const label = useLabel(player, step);
  const range = rangeOf(list, first, last);
  const from = range?.first ?? null;
  const to = range?.last ?? null;

  // Begins to play as soon as all of the range is there.
  const start = from === null ? null : list.sequence(from);
  useEffect(() => {
    if (from === null || to === null || start === null) return;
    setLoop(from === to ? null : { first: from, last: to });
    seekSequence(start);
    if (from !== to) toggle();
  }, [from, to, start, setLoop, seekSequence, toggle]);

  const screen = useRef<Screen>(null);
  const [error, setError] = useState<Error | null>(null);
  const sequence = step?.sequence ?? null;
  const wanted = useRef(sequence);
  const show = useCallback((): void => {
    if (screen.current === null || wanted.current === null) return;
    screen.current.show(wanted.current).then(
      () => setError(null),
      (cause: unknown) => setError(cause instanceof Error ? cause : new Error(String(cause))),
    );
  }, []);
  const onReady = useCallback(
    (terminal: TerminalToPaint) => {
      screen.current = screenOf(segments, session.connection, terminal);
      show();
      return () => {
        screen.current = null;
      };
    },
    [segments, session.connection, show],
  );
  useEffect(() => {
    wanted.current = sequence;
    show();
  }, [sequence, show]);

  return (
    <div className="play-here" data-testid="play-here">
      <div className="play-here-terminal">
        <TerminalPane onReady={onReady} onResize={show} />
        {error === null ? null : <Fault title={FINDING.frameFailed} error={error} onRetry={show} />}
      </div>
      <div className="play-here-bar" role="toolbar" aria-label={PLAYING.toolbar}>
        <IconButton
          name={state.playing ? PLAYING.pause : PLAYING.play}
          icon={state.playing ? <Pause size={ICON} aria-hidden /> : <Play size={ICON} aria-hidden />}
          className="button button-primary button-icon"
          onClick={toggle}
        />
        <IconButton
          name={PLAYING.previousFrame}
          icon={<ChevronLeft size={ICON} aria-hidden />}
          onClick={player.previousFrame}
        />
        <IconButton
          name={PLAYING.nextFrame}
          icon={<ChevronRight size={ICON} aria-hidden />}
          onClick={player.nextFrame}
        />
        <span className="play-here-at ellipsis" role="status">
          {step === undefined ? '' : `${formatClock(step.time)} · ${PLAYING.event(step.sequence)}`}
          {label === null ? null : (
            <>
              {' · '}
              <code>{label}</code>
            </>
          )}
        </span>
      </div>
    </div>
  );
}
