/**
 * What the terminal shows at a step. Seeking paints the window of events up to there from the nearest state that is known;
 * going on paints only what is new. The latest wish wins: what a person has left behind is not painted.
 */
import type { StoredEvent } from '../../shared/recording/record.ts';
import { noteLine } from '../../shared/replay/palette.ts';
import { paintStep } from '../../shared/replay/paint.ts';
import type { PainterState } from '../../shared/replay/painter-state.ts';
import { paintWindow } from '../../shared/replay/window.ts';
import { fromBeginning, stateBefore } from './begin-state.ts';
import type { Segments } from './segments.ts';
import type { TerminalToPaint } from './TerminalPane.tsx';

/** Reset of the terminal (RIS): clears screen, scrollback and colours in the same breath as what follows is written. */
const RESET = '\x1bc';

/** Stands above a window that does not begin with the session. */
const EARLIER = noteLine('… the session goes on above this window: seek to see it');

/** Events, and raw bytes of them, painted on the way to the next step without painting the screen anew: some frames of fast playing. */
const CLOSE = 400;
const CLOSE_BYTES = 128 * 1024;

/** How much is painted: raw bytes before the step, and UTF-16 units of their text. */
interface Depth {
  readonly raw: number;
  readonly text: number;
}

/** What a screen shows and some of them above it: there at once, most often from one segment. */
const SCREEN: Depth = { raw: 16 * 1024, text: 16 * 1024 };

/** The same where that does not fill it: more of what was recorded than shows. */
const FULL_SCREEN: Depth = { raw: 64 * 1024, text: 24 * 1024 };

/** All that scrolls back, which costs ten times as much. */
const SCROLLBACK: Depth = { raw: 256 * 1024, text: 256 * 1024 };

/** Runs something once nothing moved for a while; gives back how to call that off. */
export type AtRest = (run: () => void) => () => void;

type Terminal = Pick<TerminalToPaint, 'write' | 'columns' | 'rows'>;

/** Painter states kept, at the beginnings of segments. */
const KEPT_STATES = 64;

export class TerminalScreen {
  readonly #segments: Segments;
  readonly #connection: string;
  readonly #terminal: Terminal;
  readonly #atRest: AtRest;
  /** By sequence of the first event after them. */
  readonly #states = new Map<number, PainterState>();
  #shown: { readonly sequence: number; readonly state: PainterState } | null = null;
  /** Whether more would scroll back than does. */
  #isCut = false;
  #wish = 0;
  #callOff: () => void = () => undefined;

  /** After a change of the terminal's width, what is shown is painted anew. What scrolls back far is painted `atRest`. */
  constructor(segments: Segments, connection: string, terminal: Terminal, atRest: AtRest) {
    this.#segments = segments;
    this.#connection = connection;
    this.#terminal = terminal;
    this.#atRest = atRest;
  }

  /** Shows the terminal as it was once the event `sequence` was there. Rejects when a segment cannot be had. */
  async show(sequence: number): Promise<void> {
    const wish = ++this.#wish;
    this.#callOff();
    await this.#segments.around(sequence);
    if (wish !== this.#wish) return;
    if (this.#shown?.state.columnsWide !== this.#terminal.columns()) this.#shown = null;
    const from = this.#shown;
    if (from?.sequence !== sequence) {
      if (from !== null && this.#isClose(from.sequence, sequence)) await this.#goOn(from, sequence, wish);
      else await this.#paint(sequence, wish, SCREEN);
    }
    if (this.#isCut && wish === this.#wish) this.#callOff = this.#atRest(() => this.#deepen(sequence, wish));
  }

  #isClose(from: number, to: number): boolean {
    if (to <= from || to - from > CLOSE) return false;
    // One step is painted whatever it is.
    return to - from === 1 || this.#segments.bytesBetween(from, to) <= CLOSE_BYTES;
  }

  /** What cannot be had is missed once somebody goes there. */
  #deepen(sequence: number, wish: number): void {
    if (wish === this.#wish) void this.#paint(sequence, wish, SCROLLBACK).catch(() => undefined);
  }

  async #goOn(
    from: { readonly sequence: number; readonly state: PainterState },
    sequence: number,
    wish: number,
  ): Promise<void> {
    const first = this.#segments.indexOf(from.sequence + 1);
    const events = await this.#load(first, this.#segments.indexOf(sequence));
    if (wish !== this.#wish || this.#shown !== from) return;
    const { state } = from;
    let text = '';
    for (const stored of events) {
      const at = stored.event.sequence;
      if (at > from.sequence && at <= sequence) text += paintStep(stored, state);
    }
    this.#shown = { sequence, state };
    if (text !== '') void this.#terminal.write(text);
  }

  async #paint(sequence: number, wish: number, depth: Depth): Promise<void> {
    const index = this.#segments.indexOf(sequence);
    const first = this.#segments.before(index, depth.raw - this.#segments.bytesInto(index, sequence));
    const loaded = await this.#load(first, index);
    const isKnown = this.#states.has(loaded[0]?.event.sequence ?? 0);
    const events = isKnown || depth !== SCREEN ? loaded : fromBeginning(loaded, sequence);
    const known = this.#states.get(events[0]?.event.sequence ?? 0);
    const state = known === undefined ? await stateBefore(this.#segments, events[0]) : structuredClone(known);
    if (wish !== this.#wish) return;
    if (known === undefined) state.connection = this.#connection;
    state.columnsWide = this.#terminal.columns();
    const painted = paintWindow(this.#remembering(events, first, sequence, state), state, depth.text);
    const isAll = first === 0 && events === loaded;
    if (depth === SCREEN && !isAll && !painted.cut && linesOf(painted.text) < this.#terminal.rows())
      return this.#paint(sequence, wish, FULL_SCREEN);
    this.#shown = { sequence, state: painted.state };
    this.#isCut = depth !== SCROLLBACK && (first > 0 || painted.cut);
    void this.#terminal.write(RESET + (first > 0 ? EARLIER : '') + painted.text);
  }

  async #load(first: number, last: number): Promise<readonly StoredEvent[]> {
    return (await Promise.all(rangeOf(first, last).map((at) => this.#segments.at(at)))).flat();
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

function linesOf(text: string): number {
  return text.split('\n').length;
}

function rangeOf(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
}
