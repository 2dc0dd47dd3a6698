/** Which steps a piece of evidence is played over: what led to it belongs to it. Pure. */
import { stepAt, type StepList } from '../../shared/replay/step-list.ts';

/** Positions of steps, both within the range. */
export interface PlayedRange {
  readonly first: number;
  readonly last: number;
}

/**
 * From the beginning of the statement that the first event belongs to, to the last event; null until the steps of both are there.
 */
export function rangeOf(list: StepList, first: number, last: number): PlayedRange | null {
  if (list.length === 0) return null;
  if (!list.complete && list.sequence(list.length - 1) < last) return null;
  const at = Math.max(0, stepAt(list, first));
  const statement = list.statement(at);
  let from = at;
  while (from > 0 && list.kind(from) !== 'statement' && list.statement(from - 1) === statement) from--;
  return { first: statement === null ? at : from, last: Math.max(0, stepAt(list, last)) };
}
