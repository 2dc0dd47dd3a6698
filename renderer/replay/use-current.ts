/** All that is known of the statement at the cursor, for the views that take it apart. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Point } from '../../shared/replay/timeline.ts';
import { resultShape, type ResultShape } from '../player/result.ts';
import { loadStatement, type StatementDetail } from '../player/statement-detail.ts';
import type { Player } from '../player/use-player.ts';
import { answersTo, type CurrentStatement } from './statement-at.ts';
import { useDecision } from './use-decision.ts';

export interface Current {
  /** The steps that answer it. */
  readonly answers: readonly Point[];
  readonly outcome: Point | undefined;
  readonly shape: ResultShape;
  readonly detail: UseQueryResult<StatementDetail | null>;
  /** Whether a detail is to be waited for. */
  readonly pending: boolean;
  readonly told: ReturnType<typeof useDecision>;
}

export function useCurrent({ list, segments }: Player, current: CurrentStatement | null): Current {
  const intent = current === null ? undefined : list.at(current.intent);
  const number = current?.number;
  const ordinal = current?.ordinal;
  const answers = useMemo(
    () => (current === null ? [] : answersTo(list, current)),
    // The object is new with every step; the statement is not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [list, number, ordinal],
  );
  const shape = useMemo(() => resultShape(answers), [answers]);
  const detail = useQuery({
    queryKey: ['statement', segments.id, intent?.sequence],
    queryFn: () => loadStatement(segments, intent?.sequence ?? -1),
    enabled: intent !== undefined,
    gcTime: 30_000,
  });
  return {
    answers,
    outcome: answers.at(-1)?.kind === 'outcome' ? answers.at(-1) : undefined,
    shape,
    detail,
    pending: intent !== undefined && detail.isPending,
    told: useDecision(segments, answers),
  };
}
