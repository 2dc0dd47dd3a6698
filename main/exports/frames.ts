/** A session as the terminal would show it: what the painter writes for each step, with the time of the step. */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { SessionRow, Step } from '../../shared/api/session.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { newPainterState } from '../../shared/replay/painter-state.ts';
import { paintStep } from '../../shared/replay/paint.ts';
import { isDecision, isError, isStatement } from '../../shared/replay/step-source.ts';
import { newTimelineState, stepOf } from '../../shared/replay/timeline.ts';
import { eventsOf } from '../session-events.ts';

/** What one event adds to the screen; `text` may be empty, and `step` null for what is no point on the time line. */
export interface Frame {
  readonly stored: StoredEvent;
  readonly time: number;
  readonly step: Step | null;
  readonly text: string;
}

/** Why a step is marked on a time line; null: it is not. */
export type Mark = 'statement' | 'error' | 'decision';

/** Every frame of the session in order; lines of the player's own break at `columns`. */
export async function* framesOf(
  archive: Pick<ArchiveReader, 'segments' | 'segment'>,
  { id }: SessionRow,
  columns: number | null,
): AsyncGenerator<Frame, void, undefined> {
  const painter = newPainterState();
  painter.columnsWide = columns;
  const timeline = newTimelineState();
  for await (const stored of eventsOf(archive, id)) {
    const step = stepOf(stored, timeline);
    const text = paintStep(stored, painter);
    yield { stored, time: stored.event.time, step, text };
  }
}

export function markOf(step: Step): Mark | null {
  if (isError(step)) return 'error';
  if (isDecision(step)) return 'decision';
  return isStatement(step) ? 'statement' : null;
}
