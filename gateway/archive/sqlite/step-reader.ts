/** Pages of a session's time line. */
import type { Step } from '../../../shared/api/session.ts';
import { newTimelineState, stepOf, type TimelineState } from '../../../shared/replay/timeline.ts';
import type { SegmentReader } from './segment-reader.ts';

/** Starts of pages whose state is kept, so that neither the next page nor the last one again is walked to from the start. */
const KEPT_STATES = 64;

export class StepReader {
  readonly #segments: SegmentReader;
  /** What the time line remembers before the event of a sequence, by `session/sequence`. */
  readonly #states = new Map<string, TimelineState>();

  constructor(segments: SegmentReader) {
    this.#segments = segments;
  }

  /** At most `limit` steps from the event of sequence `from` on; `next` is where the page after them starts. */
  page(sessionId: number, from: number, limit: number): { items: Step[]; next: number | null } {
    const kept = this.#states.get(`${sessionId}/${from}`);
    const state = kept === undefined ? newTimelineState() : structuredClone(kept);
    const items: Step[] = [];
    for (const stored of this.#segments.events(sessionId, kept === undefined ? 0 : from)) {
      const { sequence } = stored.event;
      if (items.length === limit) {
        this.#keep(`${sessionId}/${sequence}`, state);
        return { items, next: sequence };
      }
      const step = stepOf(stored, state);
      if (step !== null && sequence >= from) items.push(step);
    }
    return { items, next: null };
  }

  #keep(key: string, state: TimelineState): void {
    this.#states.delete(key);
    this.#states.set(key, state);
    const [oldest] = this.#states.keys();
    if (this.#states.size > KEPT_STATES && oldest !== undefined) this.#states.delete(oldest);
  }
}
