/** What is recorded of policy's word on the current statement, as it is loaded. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Point } from '../../shared/replay/timeline.ts';
import { loadDecision, stepsOfPolicy, type DecisionDetail } from './decision-detail.ts';
import type { Segments } from '../player/segments.ts';

/** `steps` are those of the statement. */
export function useDecision(segments: Segments, steps: readonly Point[]): UseQueryResult<DecisionDetail> {
  const sequences = stepsOfPolicy(steps).map(({ sequence }) => sequence);
  return useQuery({
    queryKey: ['decision', segments.id, sequences],
    queryFn: () => loadDecision(steps, (sequence) => segments.event(sequence)),
    gcTime: 30_000,
  });
}
