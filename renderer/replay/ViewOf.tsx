/** One of the views of the open session, by its name. */
import { lacks } from '../ui/NotRecorded.tsx';
import { Pane } from '../ui/Pane.tsx';
import { useSteady } from '../ui/use-steady.ts';
import { PANES } from '../words/replay.ts';
import { Inspector } from './Inspector.tsx';
import { ResultView } from './ResultView.tsx';
import { useShown } from './shown-session.ts';
import { StatementList } from './StatementList.tsx';
import { TerminalView } from './TerminalView.tsx';
import { TranscriptView } from './TranscriptView.tsx';
import type { View } from './views.ts';

export function ViewOf({ view }: { readonly view: View }) {
  const { session, open, player, statement, current, statements, marks, acts, views, tab, onTab } =
    useShown();
  const onClose = useSteady(() => views.toggle(view));
  switch (view) {
    case 'terminal':
      return (
        <TerminalView
          connection={session.connection}
          open={open}
          onClose={onClose}
          findFirst={!views.open.includes('transcript')}
        />
      );
    case 'transcript':
      return <TranscriptView session={session} player={player} onClose={onClose} />;
    case 'result':
      return (
        <Pane name={PANES.names.result} closeName={PANES.close(PANES.names.result)} onClose={onClose}>
          <ResultView
            segments={player.segments}
            current={current}
            lacking={lacks(session, 'rows')}
            acts={acts}
          />
        </Pane>
      );
    case 'statements':
      return (
        <StatementList
          session={session}
          statements={statements}
          current={statement}
          onSeek={player.seekSequence}
          onClose={onClose}
        />
      );
    case 'inspector':
      return (
        <Inspector
          player={player}
          statement={statement}
          current={current}
          marks={marks}
          session={session}
          acts={acts}
          row={statements.current}
          tab={tab}
          onTab={onTab}
          onClose={onClose}
        />
      );
  }
}
