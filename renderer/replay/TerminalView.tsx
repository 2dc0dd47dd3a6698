/** The terminal, following the cursor: by itself, so that its frame is on its way before anything else is drawn. */
import { memo, useCallback, useEffect, useRef, useState } from 'react';
import type { Painting } from '../player/painting.ts';
import { Fault } from '../ui/Note.tsx';
import { Pane } from '../ui/Pane.tsx';
import { PANES } from '../words/replay.ts';
import { TerminalPane, type TerminalToPaint } from '../player/TerminalPane.tsx';
import { screenOf, type Screen } from '../player/screen-of.ts';
import type { OpenSession } from '../player/open-session.ts';
import { useTerminalFind } from './use-terminal-find.tsx';

/** What takes longer than this, in ms, is said: the host plays a long recording before a place in it is seen for the first time. */
const LONG_MS = 400;

interface TerminalViewProps {
  readonly connection: string;
  readonly open: OpenSession;
  readonly onClose: () => void;
  /** Whether the keys that look for text are the terminal's. */
  readonly findFirst: boolean;
}

export const TerminalView = memo(function TerminalView({
  connection,
  open,
  onClose,
  findFirst,
}: TerminalViewProps) {
  const screen = useRef<Screen>(null);
  const finding = useTerminalFind(findFirst);
  const [error, setError] = useState<Error | null>(null);
  const { segments, painting } = open;
  const waits = useWaits(painting);
  const wanted = useRef<number | null>(null);

  const show = useCallback((): void => {
    if (screen.current === null || wanted.current === null) return;
    painting.during(screen.current.show(wanted.current)).then(
      () => setError(null),
      (cause: unknown) =>
        setError(cause instanceof Error ? cause : new Error('unreadable segment', { cause })),
    );
  }, [painting]);

  const onReady = useCallback(
    (terminal: TerminalToPaint) => {
      screen.current = screenOf(segments, connection, {
        ...terminal,
        write: (text) => painting.during(terminal.write(text)),
      });
      show();
      return () => {
        screen.current = null;
      };
    },
    [segments, painting, connection, show],
  );

  useEffect(() => {
    const follow = (): void => {
      const at = open.screenAt();
      if (at === wanted.current) return;
      wanted.current = at;
      show();
    };
    follow();
    return open.onMove(follow);
  }, [open, show]);

  return (
    <Pane
      name={PANES.names.terminal}
      closeName={PANES.close(PANES.names.terminal)}
      onClose={onClose}
      tools={finding.tools}
    >
      {finding.bar}
      <div className="panel terminal-panel">
        <TerminalPane
          onReady={onReady}
          onResize={show}
          onFind={finding.onFind}
          onHits={finding.onHits}
          waits={waits && error === null}
        />
        {error === null ? null : (
          <div className="terminal-fault">
            <Fault title={PANES.terminalFailed} error={error} onRetry={show} />
          </div>
        )}
      </div>
    </Pane>
  );
});

/** Whether the terminal has been on its way to another frame for long. */
function useWaits(painting: Painting): boolean {
  const [waits, setWaits] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = painting.onChange((isPainting) => {
      clearTimeout(timer);
      if (isPainting) timer = setTimeout(() => setWaits(true), LONG_MS);
      else setWaits(false);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [painting]);
  return waits;
}
