/** Blocks of a session's outline, through all volumes it lies in: only events are read, not the payloads beside them. */
import { MOST_STEPS, writeOutline } from '../../../shared/replay/outline.ts';
import { pointOf, type Point } from '../../../shared/replay/timeline.ts';
import { nothingTold } from '../../../shared/replay/told.ts';
import type { Part } from './session-parts.ts';
import { firstPart } from './step-reader.ts';

/** Events read for one step of a block at most, so that a block of a session with few steps ends in time too. */
const EVENTS_A_STEP = 4;

/** The block of at most `steps` steps of the events from the sequence `from` on. */
export function outlineFrom(parts: readonly Part[], from: number, steps: number): Uint8Array {
  const limit = Math.min(steps, MOST_STEPS);
  const told = nothingTold();
  const points: Point[] = [];
  let next = from;
  let read = 0;
  for (const { volume, id } of parts.slice(firstPart(parts, from))) {
    const whole = volume.run(() => {
      // What a refusal is told by stands at most a segment before what carries it out.
      for (const event of volume.segments.heads(id, volume.segments.before(id, from))) {
        if (points.length === limit || read > limit * EVENTS_A_STEP) return false;
        const point = pointOf(event, told);
        if (event.sequence < next) continue;
        if (point !== null) points.push(point);
        next = event.sequence + 1;
        read++;
      }
      return true;
    });
    if (!whole) return writeOutline({ from, next, last: false, points });
  }
  return writeOutline({ from, next, last: true, points });
}
