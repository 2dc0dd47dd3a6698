/** Pages of a session's time line, through all volumes it lies in. */
import type { Step } from '../../../shared/api/session.ts';
import { newTimelineState, stepOf } from '../../../shared/replay/timeline.ts';
import type { Part } from './session-parts.ts';

/**
 * At most `limit` steps from the event of sequence `from` on; `next` is where the page after them starts. Any page costs the
 * same: what a step needs of events before it is looked up, or lies in the segment before.
 */
export function stepsFrom(
  parts: readonly Part[],
  from: number,
  limit: number,
): { readonly items: Step[]; readonly next: number | null } {
  const state = newTimelineState((sequence) => textAt(parts, sequence));
  const items: Step[] = [];
  for (const { volume, id } of parts.slice(firstPart(parts, from))) {
    const next = volume.run(() => {
      // The loop ends the read it is in the middle of, whatever ends the loop.
      for (const stored of volume.segments.events(id, volume.segments.before(id, from))) {
        const { sequence } = stored.event;
        if (items.length === limit) return sequence;
        const step = stepOf(stored, state);
        if (step !== null && sequence >= from) items.push(step);
      }
      return null;
    });
    if (next !== null) return { items, next };
  }
  return { items, next: null };
}

/** The part that holds a sequence, or the one before it where that holds the events right before. */
export function firstPart(parts: readonly Part[], sequence: number): number {
  const holds = parts.findIndex(({ volume, id }) => {
    const last = volume.run(() => volume.segments.list(id).at(-1)?.lastSequence);
    return last !== undefined && last >= sequence;
  });
  return Math.max(0, holds === -1 ? parts.length - 1 : holds - 1);
}

/** The SQL in the payload of an event; null where it is not there. */
function textAt(parts: readonly Part[], sequence: number): Uint8Array | null {
  for (const { volume, id } of parts) {
    const found = volume.run(() => volume.segments.event(id, sequence));
    if (found !== null) return found.payloads['text'] ?? null;
  }
  return null;
}
