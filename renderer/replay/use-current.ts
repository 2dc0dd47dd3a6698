/** All that is known of the statement at the cursor, for the views that take it apart. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Point } from '../../shared/replay/timeline.ts';
import { useSteady } from '../ui/use-steady.ts';
import { resultShape, type ResultShape } from '../player/result.ts';
import { loadStatement, type StatementDetail } from '../player/statement-detail.ts';
import type { Player } from '../player/use-player.ts';
import { loadDecision, stepsOfPolicy, type DecisionDetail } from './decision-detail.ts';
import { answersTo, statementAt, type CurrentStatement } from './statement-at.ts';

/** What is loaded of it; the same object for as long as nothing in it changed. */
export interface Told<T> {
  readonly data: T | undefined;
  /** Why it could not be. */
  readonly error: Error | null;
  readonly retry: () => void;
}

export interface Current {
  /** The steps that answer it. */
  readonly answers: readonly Point[];
  readonly outcome: Point | undefined;
  readonly shape: ResultShape;
  readonly detail: Told<StatementDetail | null>;
  /** Whether a detail is to be waited for. */
  readonly pending: boolean;
  /** Policy's word on it. */
  readonly told: Told<DecisionDetail>;
}

/** The statement at the cursor; the same object for as long as it is the same statement. */
export function useStatementAt({ list, state }: Pick<Player, 'list' | 'state'>): CurrentStatement | null {
  const found = statementAt(list, state.index);
  const { number = -1, ordinal = -1, intent = -1 } = found ?? {};
  return useMemo(() => (number < 0 ? null : { number, ordinal, intent }), [number, ordinal, intent]);
}

export function useCurrent({ list, segments }: Player, current: CurrentStatement | null): Current {
  const sequence = current === null ? undefined : list.at(current.intent)?.sequence;
  const answers = useMemo(() => (current === null ? [] : answersTo(list, current)), [list, current]);
  const shape = useMemo(() => resultShape(answers), [answers]);
  const detail = useTold({
    queryKey: ['statement', segments.id, sequence],
    queryFn: () => loadStatement(segments, sequence ?? -1),
    enabled: sequence !== undefined,
    gcTime: 30_000,
  });
  const told = useTold({
    queryKey: ['decision', segments.id, stepsOfPolicy(answers).map((step) => step.sequence)],
    queryFn: () => loadDecision(answers, (at) => segments.event(at)),
    gcTime: 30_000,
  });
  return useMemo(() => {
    const last = answers.at(-1);
    const outcome = last?.kind === 'outcome' ? last : undefined;
    const pending = sequence !== undefined && detail.data === undefined && detail.error === null;
    return { answers, outcome, shape, detail, pending, told };
  }, [answers, shape, sequence, detail, told]);
}

interface Asked<T> {
  readonly queryKey: readonly unknown[];
  readonly queryFn: () => Promise<T>;
  readonly enabled?: boolean;
  readonly gcTime: number;
}

function useTold<T>(asked: Asked<T>): Told<T> {
  const { data, error, refetch } = useQuery(asked);
  const retry = useSteady(() => void refetch());
  return useMemo(() => ({ data, error, retry }), [data, error, retry]);
}
