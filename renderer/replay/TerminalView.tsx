/** The terminal, following the cursor. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { Fault } from '../ui/Note.tsx';
import { TerminalPane, type TerminalToPaint } from './TerminalPane.tsx';
import { TerminalScreen } from './terminal-screen.ts';
import type { Player } from './use-player.ts';

interface TerminalViewProps {
  readonly session: SessionRow;
  readonly player: Player;
}

export function TerminalView({ session, player }: TerminalViewProps) {
  const screen = useRef<TerminalScreen>(null);
  const [error, setError] = useState<Error | null>(null);
  const { segments, step, state, list } = player;
  const { connection } = session;
  // What follows the last step without being one, such as the prompt, is shown with it.
  const atEnd = state.atEnd && list.complete && session.outcome !== 'live';
  const sequence = step === undefined ? null : atEnd ? Number.MAX_SAFE_INTEGER : step.sequence;
  const wanted = useRef(sequence);

  const show = useCallback((): void => {
    if (screen.current === null || wanted.current === null) return;
    screen.current.show(wanted.current).then(
      () => setError(null),
      (cause: unknown) =>
        setError(cause instanceof Error ? cause : new Error('unreadable segment', { cause })),
    );
  }, []);

  const onReady = useCallback(
    ({ write, columns }: TerminalToPaint) => {
      screen.current = new TerminalScreen(segments, connection, write, columns);
      show();
      return () => {
        screen.current = null;
      };
    },
    [segments, connection, show],
  );

  useEffect(() => {
    wanted.current = sequence;
    show();
  }, [sequence, show]);

  return (
    <section className="panel terminal-panel" aria-label="Replay">
      <TerminalPane onReady={onReady} onResize={show} />
      {error === null ? null : (
        <div className="terminal-fault">
          <Fault title="This part of the session could not be read" error={error} onRetry={show} />
        </div>
      )}
    </section>
  );
}
