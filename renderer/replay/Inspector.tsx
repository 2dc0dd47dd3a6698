/** The current step, taken apart: its statement, result, parameters, what policy said, error, bytes. */
import { Tabs } from 'radix-ui';
import { memo } from 'react';
import type { SessionRow, StatementRow } from '../../shared/api/session.ts';
import { useAnnotations } from '../casework.ts';
import { runOf } from '../casework/threads.ts';
import type { MarkActions } from '../casework/use-marks.ts';
import { INSPECTOR_TABS, type InspectorTab } from '../router.ts';
import type { CellAct } from '../ui/cell-grid-column.ts';
import { formatCompact } from '../ui/format.ts';
import { lacks } from '../ui/NotRecorded.tsx';
import { Fault } from '../ui/Note.tsx';
import { PaneClose } from '../ui/Pane.tsx';
import { DecisionTab } from './DecisionTab.tsx';
import { ErrorTab } from './ErrorTab.tsx';
import { NotesTab } from './NotesTab.tsx';
import { ParametersTab } from './ParametersTab.tsx';
import { RawTab } from './RawTab.tsx';
import { ResultView } from './ResultView.tsx';
import type { CurrentStatement } from './statement-at.ts';
import { StatementTab } from './StatementTab.tsx';
import { INSPECTOR } from '../words/inspector.ts';
import type { Player } from '../player/use-player.ts';
import { PANES } from '../words/replay.ts';
import type { Current } from './use-current.ts';

const NO_PARAMETERS: ReadonlySet<number> = new Set();

interface InspectorProps {
  readonly player: Player;
  readonly statement: CurrentStatement | null;
  readonly current: Current;
  /** What the archive's index says of the statement; null while it is on its way. */
  readonly row: StatementRow | null;
  /** What may be marked of what is shown. */
  readonly marks: MarkActions;
  readonly session: SessionRow;
  /** What may be done with a cell of the result. */
  readonly acts: readonly CellAct[];
  readonly tab: InspectorTab;
  readonly onTab: (tab: InspectorTab) => void;
  readonly onClose: () => void;
}

export const Inspector = memo(function Inspector(props: InspectorProps) {
  const { session, marks, player, statement, current, row, acts } = props;
  const { tab, onTab, onClose } = props;
  const { list, segments, step } = player;
  const { shape, outcome, detail, told } = current;

  const runAt =
    row !== null ? runOf(row) : step === undefined ? null : { first: step.sequence, last: step.sequence };
  const noteCount = useAnnotations(session.id).data?.filter(({ removed }) => !removed).length ?? 0;

  const counts: Partial<Record<InspectorTab, string>> = {
    result: shape.rows > 0 ? formatCompact(shape.rows) : '',
    parameters: detail.data?.parameters?.length ? String(detail.data.parameters.length) : '',
    error: outcome?.status === 'failed' ? '✕' : '',
    notes: noteCount === 0 ? '' : String(noteCount),
    decision: row?.decision === null || row?.decision === undefined ? '' : '●',
  };
  return (
    <section className="panel inspector" aria-label={INSPECTOR.name}>
      <span className="inspector-close">
        <PaneClose name={PANES.close(PANES.names.inspector)} onClose={onClose} />
      </span>
      <Tabs.Root className="tabs" value={tab} onValueChange={(value) => onTab(value as InspectorTab)}>
        <Tabs.List className="tab-list" aria-label={INSPECTOR.name}>
          {INSPECTOR_TABS.map((name) => (
            <Tabs.Trigger key={name} value={name} className={`tab tab-${name}`}>
              {INSPECTOR.tabs[name]}
              {counts[name] ? (
                <span
                  className={
                    name === 'error' ? 'tone-error' : name === 'decision' ? 'tone-held' : 'tab-count'
                  }
                >
                  {counts[name]}
                </span>
              ) : null}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value={tab} className="tab-content" data-testid={`inspector-${tab}`}>
          {detail.error !== null && tab !== 'raw' && tab !== 'notes' ? (
            <Fault title={INSPECTOR.failed} error={detail.error} onRetry={detail.retry} />
          ) : tab === 'statement' ? (
            <StatementTab
              session={session.id}
              segments={segments}
              labels={player.labels}
              step={step}
              row={row}
              detail={detail.data ?? null}
              outcome={outcome}
              told={told.data}
              live={session.outcome === 'live'}
            />
          ) : tab === 'result' ? (
            <ResultView segments={segments} current={current} lacking={lacks(session, 'rows')} acts={acts} />
          ) : tab === 'parameters' ? (
            <ParametersTab detail={detail.data ?? null} masked={told.data?.parameters ?? NO_PARAMETERS} />
          ) : tab === 'decision' ? (
            <DecisionTab
              statement={statement?.number ?? null}
              told={told}
              row={row}
              policy={session.policy}
            />
          ) : tab === 'error' ? (
            <ErrorTab
              segments={segments}
              labels={player.labels}
              step={step}
              outcome={outcome}
              detail={detail.data ?? null}
            />
          ) : tab === 'notes' ? (
            <NotesTab session={session.id} run={runAt} actions={marks} onSeek={player.seekSequence} />
          ) : (
            <RawTab
              segments={segments}
              step={step}
              next={list.at(player.state.index + 1)?.sequence ?? null}
            />
          )}
        </Tabs.Content>
      </Tabs.Root>
    </section>
  );
});
