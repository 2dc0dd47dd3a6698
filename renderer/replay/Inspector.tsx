/** The current step, taken apart: its statement, result, parameters, error, bytes. */
import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'radix-ui';
import { useMemo } from 'react';
import type { StatementRow } from '../../shared/api/session.ts';
import { INSPECTOR_TABS, type InspectorTab } from '../router.ts';
import { formatCompact } from '../ui/format.ts';
import { Fault } from '../ui/Note.tsx';
import { ErrorTab } from './ErrorTab.tsx';
import { ParametersTab } from './ParametersTab.tsx';
import { RawTab } from './RawTab.tsx';
import { resultShape } from './result.ts';
import { ResultTab } from './ResultTab.tsx';
import { answersTo, type CurrentStatement } from './statement-at.ts';
import { loadStatement } from './statement-detail.ts';
import { StatementTab } from './StatementTab.tsx';
import type { Player } from './use-player.ts';

const NAMES: Readonly<Record<InspectorTab, string>> = {
  statement: 'Statement',
  result: 'Result',
  parameters: 'Parameters',
  error: 'Error',
  raw: 'Raw',
};

interface InspectorProps {
  readonly player: Player;
  readonly current: CurrentStatement | null;
  /** What the archive's index says of the statement; null while it is on its way. */
  readonly row: StatementRow | null;
  /** Whether the session is. */
  readonly live: boolean;
  readonly tab: InspectorTab;
  readonly onTab: (tab: InspectorTab) => void;
}

export function Inspector({ player, current, row, live, tab, onTab }: InspectorProps) {
  const { list, segments, step } = player;
  const intent = current === null ? undefined : list.steps[current.intent];
  const number = current?.number;
  const ordinal = current?.ordinal;
  const answers = useMemo(
    () => (current === null ? [] : answersTo(list.steps, current)),
    // The object is new with every step; the statement is not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [list, number, ordinal],
  );
  const shape = useMemo(() => resultShape(answers), [answers]);
  const outcome = answers.at(-1)?.kind === 'outcome' ? answers.at(-1) : undefined;
  const detail = useQuery({
    queryKey: ['statement', segments.id, intent?.sequence],
    queryFn: () => loadStatement(segments, intent?.sequence ?? -1),
    enabled: intent !== undefined,
    gcTime: 30_000,
  });

  const counts: Partial<Record<InspectorTab, string>> = {
    result: shape.rows > 0 ? formatCompact(shape.rows) : '',
    parameters: detail.data?.parameters?.length ? String(detail.data.parameters.length) : '',
    error: outcome?.status === 'failed' ? '✕' : '',
  };
  return (
    <section className="panel inspector" aria-label="Inspector">
      <Tabs.Root className="tabs" value={tab} onValueChange={(value) => onTab(value as InspectorTab)}>
        <Tabs.List className="tab-list" aria-label="Inspector">
          {INSPECTOR_TABS.map((name) => (
            <Tabs.Trigger key={name} value={name} className={`tab tab-${name}`}>
              {NAMES[name]}
              {counts[name] ? (
                <span className={name === 'error' ? 'tone-error' : 'tab-count'}>{counts[name]}</span>
              ) : null}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value={tab} className="tab-content" data-testid={`inspector-${tab}`}>
          {detail.isError && tab !== 'raw' ? (
            <Fault
              title="The statement could not be read"
              error={detail.error}
              onRetry={() => void detail.refetch()}
            />
          ) : tab === 'statement' ? (
            <StatementTab step={step} row={row} detail={detail.data ?? null} outcome={outcome} live={live} />
          ) : tab === 'result' ? (
            <ResultTab
              segments={segments}
              shape={shape}
              outcome={outcome}
              byCopy={answers.some(({ kind }) => kind === 'copyIn' || kind === 'copyOut')}
              resultFormats={detail.data?.resultFormats ?? []}
              ready={intent === undefined || !detail.isPending}
            />
          ) : tab === 'parameters' ? (
            <ParametersTab detail={detail.data ?? null} />
          ) : tab === 'error' ? (
            <ErrorTab segments={segments} step={step} outcome={outcome} detail={detail.data ?? null} />
          ) : (
            <RawTab segments={segments} step={step} />
          )}
        </Tabs.Content>
      </Tabs.Root>
    </section>
  );
}
