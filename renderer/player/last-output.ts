/** What the last output of a recorded terminal alone makes of an empty screen: most programs draw theirs anew now and again. */
import { paintStep } from '../../shared/replay/paint.ts';
import { newPainterState } from '../../shared/replay/painter-state.ts';
import { paintSize } from '../../shared/replay/terminal.ts';
import type { Segments, Size } from './segments.ts';

/** Raw bytes that are taken for it: painted within a frame or two. */
const LAST_BYTES = 192 * 1024;

/** The positions of the segments that it is made of. */
function placesOf(segments: Segments, sequence: number): number[] {
  const last = segments.indexOf(sequence);
  const first = segments.before(last, LAST_BYTES - segments.bytesInto(last, sequence));
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** Asks for them. Whoever wants its text is told what is wrong. */
export function wantLastOutput(segments: Segments, sequence: number): void {
  for (const place of placesOf(segments, sequence)) segments.at(place).catch(() => undefined);
}

/** Text for an empty terminal up to an event; `size` is that of the terminal unless the last output tells another. */
export async function lastOutput(segments: Segments, sequence: number, size: Size): Promise<string> {
  const found = await Promise.all(placesOf(segments, sequence).map((place) => segments.at(place)));
  const events = found.flat().filter(({ event }) => event.sequence <= sequence);
  const sized = events.findLast(({ event }) => event.kind === 'terminalResized')?.event;
  const state = newPainterState();
  let text = paintSize(sized?.kind === 'terminalResized' ? sized.fields : size, state);
  for (const stored of events) if (stored.event.kind !== 'terminalResized') text += paintStep(stored, state);
  return text;
}
