/** What the last output of a recorded terminal alone makes of an empty screen: most programs draw theirs anew now and again. */
import { paintStep } from '../../shared/replay/paint.ts';
import { newPainterState } from '../../shared/replay/painter-state.ts';
import { paintSize } from '../../shared/replay/terminal.ts';
import type { Segments, Size } from './segments.ts';

/** Raw bytes that are taken for it: painted within a frame or two. */
const LAST_BYTES = 192 * 1024;

/** Text for an empty terminal up to an event; `size` is that of the terminal unless the last output tells another. */
export async function lastOutput(segments: Segments, sequence: number, size: Size): Promise<string> {
  const last = segments.indexOf(sequence);
  const first = segments.before(last, LAST_BYTES - segments.bytesInto(last, sequence));
  const places = Array.from({ length: last - first + 1 }, (_, at) => segments.at(first + at));
  const events = (await Promise.all(places)).flat().filter(({ event }) => event.sequence <= sequence);
  const sized = events.findLast(({ event }) => event.kind === 'terminalResized')?.event;
  const state = newPainterState();
  let text = paintSize(sized?.kind === 'terminalResized' ? sized.fields : size, state);
  for (const stored of events) if (stored.event.kind !== 'terminalResized') text += paintStep(stored, state);
  return text;
}
