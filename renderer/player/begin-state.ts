/** The state that painting begins with in the middle of a session. */
import type { StoredEvent } from '../../shared/recording/record.ts';
import { beginBehind, newPainterState, type PainterState } from '../../shared/replay/painter-state.ts';
import type { Segments } from './segments.ts';

/** Before `first`, what stands in front of which is not painted. Rejects when that is needed and cannot be had. */
export async function stateBefore(segments: Segments, first: StoredEvent | undefined): Promise<PainterState> {
  const state = newPainterState();
  if (first !== undefined && first.event.sequence > 0 && holdsRows(first))
    beginBehind(await segments.event(first.event.sequence - 1), state);
  return state;
}

/**
 * `events` without the end of a result that they begin with, where something else follows up to `sequence`: painting begins
 * there, and what stands in front of them need not be fetched.
 */
export function fromBeginning(events: readonly StoredEvent[], sequence: number): readonly StoredEvent[] {
  const first = events.findIndex((stored) => !holdsRows(stored));
  return first > 0 && (events[first]?.event.sequence ?? Infinity) <= sequence ? events.slice(first) : events;
}

/** Whether it may begin with the end of a row. */
function holdsRows({ event, payloads }: StoredEvent): boolean {
  return event.kind === 'rows' || (event.kind === 'outcome' && (payloads['answer']?.length ?? 0) > 0);
}
