/** The size of a recorded terminal at an event, found without playing it: steps tell where sizes are. */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { SessionId } from '../../shared/api/session.ts';
import { EVENTS } from '../../shared/recording/event.ts';
import { readPackedSegment } from '../../shared/recording/record.ts';
import { MOST_STEPS, readOutline } from '../../shared/replay/outline.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Blocks of steps that are looked through, a tenth of a second each: what lies behind them is found when it is played. */
const BLOCKS = 4;

/** The last size that is told at or before an event; null when there is none, or it is too far to look for. */
export async function sizeAt(
  reader: Pick<ArchiveReader, 'outline' | 'segmentsAround' | 'segment'>,
  id: SessionId,
  sequence: number,
): Promise<Size | null> {
  let last: number | null = null;
  let from = 0;
  for (let block = 0; from <= sequence; block++) {
    if (block === BLOCKS) return null;
    const steps = Math.min(MOST_STEPS, sequence - from + 1);
    const { columns, length, next, last: isLast } = readOutline(await reader.outline(id, from, steps));
    for (let at = 0; at < length; at++) {
      const found = columns.sequences[at] ?? 0;
      if (found <= sequence && columns.kinds[at] === EVENTS.terminalResized.code) last = found;
    }
    if (isLast) break;
    from = next;
  }
  return last === null ? null : sizeOf(reader, id, last);
}

/** What the event of this sequence tells. */
async function sizeOf(
  reader: Pick<ArchiveReader, 'segmentsAround' | 'segment'>,
  id: SessionId,
  sequence: number,
): Promise<Size | null> {
  const { items } = await reader.segmentsAround(id, sequence);
  const row = items.find((segment) => segment.firstSequence <= sequence && sequence <= segment.lastSequence);
  const packed = row === undefined ? null : await reader.segment(id, row.number);
  if (packed === null) return null;
  for (const { event } of readPackedSegment(packed))
    if (event.sequence === sequence && event.kind === 'terminalResized') return event.fields;
  return null;
}
