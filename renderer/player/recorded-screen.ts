/**
 * What the terminal of a terminal's recording shows at a step. Its screen is what all of its output made of it: the host plays it once
 * and gives its screens (shared/replay/keyframe.ts), and here it is kept as it is at the end of each segment; from the nearest of
 * these every step is reached by one segment. Where the host has not come to yet, what was told to the terminal last is shown, said to
 * be that, until it has. The latest wish wins: what is being played for an earlier one goes no further than its segment.
 */
import { readState } from '../../shared/replay/keyframe.ts';
import { paintStep } from '../../shared/replay/paint.ts';
import { newPainterState, type PainterState } from '../../shared/replay/painter-state.ts';
import { hiddenMargins, settingsText } from '../../shared/replay/terminal-settings.ts';
import { sizeSequence } from '../../shared/replay/terminal-text.ts';
import { lastOutput, wantLastOutput } from './last-output.ts';
import type { HostScreen, Segments, Size } from './segments.ts';
import type { TerminalToPaint } from './TerminalPane.tsx';

/** Reset of the terminal (RIS): screen, scrollback, modes and colours. */
const RESET = '\x1bc';

/** Screens kept: of a recording with more segments every second one, every fourth, …. */
const KEPT_SCREENS = 48;

/** Raw bytes that are played rather than to ask the host for a screen nearer by: parsed within a frame or two. */
const CLOSE_BYTES = 128 * 1024;

/** The same rather than to wait for the host to come nearer: a tenth of a second. */
const NEAR_BYTES = 512 * 1024;

/** How long the host is waited for before the last output is shown alone, and between two tellings of how far it is, ms. */
const SOON_MS = 100;
const TELL_MS = 400;

/** The same where nothing less than all may be shown: longer than an hour of a terminal takes. */
const MOST_MS = 20_000;

/** In the place of an answer that has not come yet. */
const LATE = { size: null };

/** Text that is written at once, in UTF-16 units: what stands between two screens of the host's. */
const WRITTEN_UNITS = 512 * 1024;

/** Events at the beginning of a session by one of which a recorded terminal tells its size. */
const FIRST_EVENTS = 20;

interface Shown {
  readonly sequence: number;
  readonly state: PainterState;
}

/** A screen as it was after `sequence`, as text that makes it so again. */
interface Kept extends Shown {
  readonly text: string;
}

/** The size that a recorded terminal begins with; null for a session that is none. Rejects when its first segment cannot be had. */
export async function firstSize(segments: Segments): Promise<Size | null> {
  const events = await segments.first();
  for (const { event } of events.slice(0, FIRST_EVENTS))
    if (event.kind === 'terminalResized') return event.fields;
  return null;
}

export class RecordedScreen {
  readonly #segments: Segments;
  readonly #size: Size;
  readonly #terminal: TerminalToPaint;
  readonly #pause: (ms: number) => Promise<void>;
  #kept: Kept[] = [];
  #shown: Shown | null = null;
  #wish = 0;
  /** The host has screens: none need be taken down here. */
  #hostPlays = false;
  /** It has them up to where it was asked last, and answers at once. */
  #hasPlayed = false;
  /** Of the last output, where that alone is shown. */
  #lastSize: Size | null = null;
  /** Ends what the host is asked for the latest wish. */
  #asking = new AbortController();
  #painting: Promise<unknown> = Promise.resolve();

  /** `size` is that of {@link firstSize}. */
  constructor(segments: Segments, size: Size, terminal: TerminalToPaint, pause = waitFor) {
    this.#segments = segments;
    this.#size = size;
    this.#terminal = terminal;
    this.#pause = pause;
    // So that the host begins to play it.
    void segments.keyframe(0, 0, this.#asking.signal);
  }

  /** Shows the terminal as it was once the event `sequence` was there. Rejects when a segment cannot be had. */
  async show(sequence: number): Promise<void> {
    const wish = ++this.#wish;
    this.#asking.abort();
    this.#asking = new AbortController();
    await this.#segments.around(sequence);
    const before = this.#painting;
    const painting = before.then(() => this.#paint(sequence, wish));
    this.#painting = painting.catch(() => undefined);
    await painting;
  }

  async #paint(sequence: number, wish: number): Promise<void> {
    if (wish !== this.#wish) return;
    // Needed whatever the host answers: both are on their way at once.
    this.#segments.at(this.#segments.indexOf(sequence)).catch(() => undefined);
    const { tellPlayed } = this.#terminal;
    const asked = this.#askHost(sequence, tellPlayed === undefined ? MOST_MS : SOON_MS);
    if (tellPlayed !== undefined && !this.#hasPlayed) {
      wantLastOutput(this.#segments, sequence);
      const playing = await Promise.race([asked, this.#pause(SOON_MS).then(() => LATE)]);
      if (playing !== null) {
        await this.#paintLast(sequence, wish, playing.size ?? this.#size);
        void this.#follow(sequence, wish, asked, tellPlayed);
        return;
      }
    }
    await asked;
    if (wish !== this.#wish) return;
    tellPlayed?.(null);
    await this.#paintWhole(sequence, wish);
  }

  async #paintWhole(sequence: number, wish: number): Promise<void> {
    const last = this.#segments.indexOf(sequence);
    // What leads to another screen is written with what is played on it: nobody sees it alone.
    let { shown, text } = this.#nearest(sequence);
    for (let index = Math.max(0, this.#segments.indexOf(shown.sequence + 1)); index <= last; index++) {
      const events = await this.#segments.at(index);
      if (wish !== this.#wish) return;
      // Until it is written, the painter is ahead of the terminal.
      this.#shown = null;
      const { state } = shown;
      let at = shown.sequence;
      for (const stored of events) {
        const next = stored.event.sequence;
        if (next <= shown.sequence || next > sequence) continue;
        text += paintStep(stored, state);
        at = next;
      }
      shown = { sequence: at, state };
      if (this.#hostPlays && index < last && text.length < WRITTEN_UNITS) continue;
      const written = this.#terminal.write(text);
      text = '';
      await written;
      this.#shown = shown;
      if (at === events.at(-1)?.event.sequence && !this.#hostPlays && !this.#isKept(at))
        this.#keep({
          sequence: at,
          state: structuredClone(state),
          text: this.#terminal.snapshot(marginsOf(state)),
        });
    }
    if (text === '') return;
    this.#shown = null;
    await this.#terminal.write(text);
    this.#shown = shown;
  }

  /** Keeps the host's screen where none that is known here is close; null unless the host has yet to come nearer. */
  async #askHost(wanted: number, patience: number): Promise<HostScreen['playing']> {
    const sequence = Math.min(wanted, this.#segments.lastSequence);
    const from = this.#known(sequence);
    if (this.#segments.bytesBetween(from, sequence) <= CLOSE_BYTES) return null;
    const { keyframe, playing } = await this.#segments.keyframe(sequence, patience, this.#asking.signal);
    this.#hostPlays ||= keyframe !== null;
    this.#hasPlayed ||= keyframe !== null && playing === null;
    if (keyframe !== null && keyframe.sequence > from)
      this.#keep({ ...keyframe, state: readState(keyframe.state) });
    return this.#segments.bytesBetween(this.#known(sequence), sequence) <= NEAR_BYTES ? null : playing;
  }

  /** Paints what the last output alone makes of an empty screen. */
  async #paintLast(sequence: number, wish: number, size: Size): Promise<void> {
    if (wish !== this.#wish) return;
    const text = await lastOutput(this.#segments, sequence, size);
    if (wish !== this.#wish) return;
    this.#shown = null;
    this.#lastSize = size;
    await this.#terminal.write(RESET + text);
  }

  /** Tells how far the host is until it has come there, and shows what it has. What cannot be had is missed once somebody goes there. */
  async #follow(
    sequence: number,
    wish: number,
    asked: Promise<HostScreen['playing']>,
    tell: (share: number) => void,
  ): Promise<void> {
    const next = (paint: () => Promise<void>): void => {
      this.#painting = this.#painting.then(paint).catch(() => undefined);
    };
    tell(0);
    for (let playing = await asked; playing !== null; playing = await this.#askHost(sequence, TELL_MS)) {
      if (wish !== this.#wish) return;
      tell((playing.played + 1) / (Math.min(sequence, this.#segments.lastSequence) + 1));
      const { size } = playing;
      if (size !== null && !isSame(size, this.#lastSize)) next(() => this.#paintLast(sequence, wish, size));
    }
    if (wish === this.#wish) next(() => this.#paint(sequence, wish));
  }

  /** The last event at or before `sequence` from which it can be played here. */
  #known(sequence: number): number {
    const kept = this.#kept.findLast((screen) => screen.sequence <= sequence)?.sequence ?? -1;
    const shown = this.#shown?.sequence ?? -1;
    return shown <= sequence ? Math.max(shown, kept) : kept;
  }

  /** The nearest screen that is known, and what makes the terminal that; '' where it is the one shown. */
  #nearest(sequence: number): { readonly shown: Shown; readonly text: string } {
    const kept = this.#kept.findLast((screen) => screen.sequence <= sequence);
    const shown = this.#shown;
    if (shown !== null && shown.sequence <= sequence && shown.sequence >= (kept?.sequence ?? -1))
      return { shown, text: '' };
    const state = kept === undefined ? newPainterState() : structuredClone(kept.state);
    const size = kept?.state.terminal?.size ?? this.#size;
    state.columnsWide = size.columns;
    return {
      shown: { sequence: kept?.sequence ?? -1, state },
      text: RESET + sizeSequence(size) + (kept?.text ?? '') + settingsOf(state),
    };
  }

  #isKept(sequence: number): boolean {
    return this.#kept.some((screen) => screen.sequence === sequence);
  }

  #keep(screen: Kept): void {
    if (this.#isKept(screen.sequence)) return;
    this.#kept.push(screen);
    this.#kept.sort((a, b) => a.sequence - b.sequence);
    if (this.#kept.length > KEPT_SCREENS) this.#kept = this.#kept.filter((_, i) => i % 2 === 1);
  }
}

/** What of a screen is not in its cells. */
function settingsOf({ terminal }: PainterState): string {
  return terminal === null ? '' : settingsText(terminal.settings);
}

function marginsOf({ terminal }: PainterState): string {
  return terminal === null ? '' : hiddenMargins(terminal.settings);
}

function isSame(a: Size, b: Size | null): boolean {
  return a.columns === b?.columns && a.rows === b.rows;
}

function waitFor(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
