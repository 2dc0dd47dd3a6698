/**
 * What the terminal shows at a step. Seeking paints the window of events up to there from the nearest state that is known;
 * going on paints only what is new. The latest wish wins: what a person has left behind is not painted.
 */
import type { StoredEvent } from '../../shared/recording/record.ts';
import { paintStep } from '../../shared/replay/paint.ts';
import { newPainterState, type PainterState } from '../../shared/replay/painter-state.ts';
import { paintWindow } from '../../shared/replay/window.ts';
import type { Segments } from './segments.ts';

/** Reset of the terminal (RIS): clears screen, scrollback and colours in the same breath as what follows is written. */
const RESET = '\x1bc';

/** Events painted on the way to the next step without painting the screen anew: some frames of fast playing. */
const CLOSE = 400;

/** Segments painted before the cursor's own when no state is known: they fill the screen and what scrolls back. */
const LEAD = 1;

/** A session of so few segments is painted from its beginning, which costs nothing and misses nothing. */
const SHORT = 4;

/** Painter states kept, at the beginnings of segments. */
const KEPT_STATES = 64;

export class TerminalScreen {
  readonly #segments: Segments;
  readonly #connection: string;
  readonly #write: (text: string) => void;
  /** By position of the segment whose beginning they belong to. */
  readonly #states = new Map<number, PainterState>();
  #shown: { readonly sequence: number; readonly state: PainterState } | null = null;
  #wish = 0;

  constructor(segments: Segments, connection: string, write: (text: string) => void) {
    this.#segments = segments;
    this.#connection = connection;
    this.#write = write;
  }

  /** Shows the terminal as it was once the event `sequence` was there. Rejects when a segment cannot be had. */
  async show(sequence: number): Promise<void> {
    const wish = ++this.#wish;
    await this.#segments.ready();
    if (wish !== this.#wish) return;
    const from = this.#shown;
    if (from?.sequence === sequence) return;
    const goesOn = from !== null && sequence > from.sequence && sequence - from.sequence <= CLOSE;
    const index = this.#segments.indexOf(sequence);
    const first = goesOn ? this.#segments.indexOf(from.sequence + 1) : this.#startFor(index);
    const loaded = await Promise.all(rangeOf(first, index).map((at) => this.#segments.at(at)));
    if (wish !== this.#wish || this.#shown !== from) return;
    const events = loaded.flat();
    if (goesOn) this.#goOn(events, from, sequence);
    else this.#paint(events, first, sequence);
  }

  #goOn(
    events: readonly StoredEvent[],
    from: { sequence: number; state: PainterState },
    sequence: number,
  ): void {
    const { state } = from;
    let text = '';
    for (const stored of events) {
      const at = stored.event.sequence;
      if (at > from.sequence && at <= sequence) text += paintStep(stored, state);
    }
    this.#shown = { sequence, state };
    if (text !== '') this.#write(text);
  }

  #paint(events: readonly StoredEvent[], first: number, sequence: number): void {
    const known = this.#states.get(first);
    const state = known === undefined ? newPainterState() : structuredClone(known);
    if (known === undefined) state.connection = this.#connection;
    const painted = paintWindow(this.#remembering(events, first, sequence, state), state);
    this.#shown = { sequence, state: painted.state };
    this.#write(RESET + painted.text);
  }

  /** Keeps the state at the beginning of each segment as it goes by. */
  *#remembering(
    events: readonly StoredEvent[],
    first: number,
    sequence: number,
    state: PainterState,
  ): Generator<StoredEvent> {
    // States that began in the middle of the session do not know all that came before: only whole ones are kept.
    const whole = first === 0 || this.#states.has(first);
    let segment = first;
    for (const stored of events) {
      const at = stored.event.sequence;
      if (at > sequence) return;
      const now = this.#segments.indexOf(at);
      if (now !== segment && whole) this.#keep(now, state);
      segment = now;
      yield stored;
    }
  }

  #keep(segment: number, state: PainterState): void {
    if (this.#states.has(segment)) return;
    this.#states.set(segment, structuredClone(state));
    const [oldest] = this.#states.keys();
    if (this.#states.size > KEPT_STATES && oldest !== undefined) this.#states.delete(oldest);
  }

  #startFor(index: number): number {
    if (index < SHORT) return 0;
    return index - LEAD;
  }
}

function rangeOf(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
}
