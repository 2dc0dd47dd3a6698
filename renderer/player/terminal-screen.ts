/**
 * What the terminal shows at a step. Seeking paints the window of events up to there from the nearest state that is known;
 * going on paints only what is new. The latest wish wins: what a person has left behind is not painted.
 */
import type { StoredEvent } from '../../shared/recording/record.ts';
import { noteLine } from '../../shared/replay/palette.ts';
import { paintStep } from '../../shared/replay/paint.ts';
import { newPainterState, type PainterState } from '../../shared/replay/painter-state.ts';
import { paintWindow } from '../../shared/replay/window.ts';
import type { Segments } from './segments.ts';

/** Reset of the terminal (RIS): clears screen, scrollback and colours in the same breath as what follows is written. */
const RESET = '\x1bc';

/** Stands above a window that does not begin with the session. */
const EARLIER = noteLine('… the session goes on above this window: seek to see it');

/** Events painted on the way to the next step without painting the screen anew: some frames of fast playing. */
const CLOSE = 400;

/** Raw bytes painted before the cursor's own segment: they fill the screen and what scrolls back. */
const LEAD_BYTES = 256 * 1024;

/** Painter states kept, at the beginnings of segments. */
const KEPT_STATES = 64;

export class TerminalScreen {
  readonly #segments: Segments;
  readonly #connection: string;
  readonly #write: (text: string) => unknown;
  readonly #columns: () => number;
  /** By sequence of the first event after them. */
  readonly #states = new Map<number, PainterState>();
  #shown: { readonly sequence: number; readonly state: PainterState } | null = null;
  #wish = 0;

  /** `columns`: how wide the terminal is now; after a change, what is shown is painted anew. */
  constructor(
    segments: Segments,
    connection: string,
    write: (text: string) => unknown,
    columns: () => number,
  ) {
    this.#segments = segments;
    this.#connection = connection;
    this.#write = write;
    this.#columns = columns;
  }

  /** Shows the terminal as it was once the event `sequence` was there. Rejects when a segment cannot be had. */
  async show(sequence: number): Promise<void> {
    const wish = ++this.#wish;
    await this.#segments.ready();
    if (wish !== this.#wish) return;
    if (this.#shown?.state.columnsWide !== this.#columns()) this.#shown = null;
    const from = this.#shown;
    if (from?.sequence === sequence) return;
    const goesOn = from !== null && sequence > from.sequence && sequence - from.sequence <= CLOSE;
    const index = this.#segments.indexOf(sequence);
    const first = goesOn
      ? this.#segments.indexOf(from.sequence + 1)
      : this.#segments.before(index, LEAD_BYTES);
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
    const known = this.#states.get(events[0]?.event.sequence ?? 0);
    const state = known === undefined ? newPainterState() : structuredClone(known);
    if (known === undefined) state.connection = this.#connection;
    state.columnsWide = this.#columns();
    const painted = paintWindow(this.#remembering(events, first, sequence, state), state);
    this.#shown = { sequence, state: painted.state };
    this.#write(RESET + (first > 0 ? EARLIER : '') + painted.text);
  }

  /** Keeps the state at the beginning of each segment as it goes by. */
  *#remembering(
    events: readonly StoredEvent[],
    first: number,
    sequence: number,
    state: PainterState,
  ): Generator<StoredEvent> {
    // States that began in the middle of the session do not know all that came before: only whole ones are kept.
    const whole = first === 0 || this.#states.has(events[0]?.event.sequence ?? 0);
    let segment = first;
    for (const stored of events) {
      const at = stored.event.sequence;
      if (at > sequence) return;
      const now = this.#segments.indexOf(at);
      if (now !== segment && whole) this.#keep(at, state);
      segment = now;
      yield stored;
    }
  }

  #keep(sequence: number, state: PainterState): void {
    if (this.#states.has(sequence)) return;
    this.#states.set(sequence, structuredClone(state));
    const [oldest] = this.#states.keys();
    if (this.#states.size > KEPT_STATES && oldest !== undefined) this.#states.delete(oldest);
  }
}

function rangeOf(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
}
