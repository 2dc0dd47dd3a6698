/** The terminal, following the cursor. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { Fault } from '../ui/Note.tsx';
import { Pane } from '../ui/Pane.tsx';
import { PANES } from '../words/replay.ts';
import { TerminalPane, type TerminalToPaint } from '../player/TerminalPane.tsx';
import { screenOf, type Screen } from '../player/screen-of.ts';
import type { Player } from '../player/use-player.ts';
import { useTerminalFind } from './use-terminal-find.tsx';

interface TerminalViewProps {
  readonly session: SessionRow;
  readonly player: Player;
  readonly onClose: () => void;
  /** Whether the keys that look for text are the terminal's. */
  readonly findFirst: boolean;
}

export function TerminalView({ session, player, onClose, findFirst }: TerminalViewProps) {
  const screen = useRef<Screen>(null);
  const finding = useTerminalFind(findFirst);
  const [error, setError] = useState<Error | null>(null);
  const { segments, step, first, state, list } = player;
  const { connection } = session;
  // What follows the last step without being one, such as the prompt, is shown with it.
  const atEnd = state.atEnd && list.complete && session.outcome !== 'live';
  const sequence = step === undefined ? first : atEnd ? Number.MAX_SAFE_INTEGER : step.sequence;
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
    (terminal: TerminalToPaint) => {
      screen.current = screenOf(segments, connection, terminal);
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
    <Pane
      name={PANES.names.terminal}
      closeName={PANES.close(PANES.names.terminal)}
      onClose={onClose}
      tools={finding.tools}
    >
      {finding.bar}
      <div className="panel terminal-panel">
        <TerminalPane onReady={onReady} onResize={show} onFind={finding.onFind} onHits={finding.onHits} />
        {error === null ? null : (
          <div className="terminal-fault">
            <Fault title="This part of the session could not be read" error={error} onRetry={show} />
          </div>
        )}
      </div>
    </Pane>
  );
}
