/**
 * The screen at a step: to seek, reset the terminal and write the text of the events up to there. Only the last of it is
 * kept, so that a screen costs the same wherever in a session it lies.
 */
import type { StoredEvent } from '../recording/record.ts';
import { noteLine, styled } from './palette.ts';
import { paintStep } from './paint.ts';
import { newPainterState, type PainterState } from './painter-state.ts';
import { promptOf } from './statement.ts';

/** UTF-16 units of terminal text kept: some 3,000 lines, more than one scrolls back, parsed by xterm within 20 ms. */
const WINDOW_LIMIT = 256 * 1024;

/** What is on the screen, and the painter's state to go on from with paintStep. */
export interface PaintedWindow {
  readonly text: string;
  readonly state: PainterState;
  /** Whether some of the text was let go. */
  readonly cut: boolean;
}

/**
 * Paints `events`, which go on from `state` (a session's beginning when not given, whose state then is the answer's);
 * the text is that of the last of them, at most `limit` units and at least one event.
 */
export function paintWindow(
  events: Iterable<StoredEvent>,
  state: PainterState = newPainterState(),
  limit: number = WINDOW_LIMIT,
): PaintedWindow {
  const tail = new TextTail(limit);
  for (const stored of events) {
    const lead = state.atPrompt && stored.event.kind === 'statement' ? styled('prompt', promptOf(state)) : '';
    tail.push(lead, paintStep(stored, state));
  }
  const text = tail.text();
  return { text, state, cut: tail.cut };
}

/** The last pieces of a text that grows. */
class TextTail {
  readonly #limit: number;
  #pieces: { readonly lead: string; readonly text: string }[] = [];
  #length = 0;
  cut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `lead` is written only when the piece comes to be the first: the prompt that it stood behind. */
  push(lead: string, text: string): void {
    if (text === '') return;
    this.#pieces.push({ lead, text });
    this.#length += text.length;
    // Twice the limit, so that letting go costs each piece one move on average.
    if (this.#length > 2 * this.#limit) this.#letGo();
  }

  text(): string {
    this.#letGo();
    const beginning = this.cut ? noteLine('… earlier steps are above this window: seek to see them') : '';
    return beginning + (this.#pieces[0]?.lead ?? '') + this.#pieces.map(({ text }) => text).join('');
  }

  #letGo(): void {
    let first = 0;
    while (this.#length > this.#limit && first < this.#pieces.length - 1) {
      this.#length -= this.#pieces[first]?.text.length ?? 0;
      first++;
    }
    this.cut ||= first > 0;
    this.#pieces = this.#pieces.slice(first);
  }
}
