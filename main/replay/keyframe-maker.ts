/** Plays a recorded terminal on a screen that nobody sees, and takes down how it stands from time to time. */
import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';
import type { StoredEvent } from '../../shared/recording/record.ts';
import {
  KEYFRAME_LINES,
  KEYFRAME_MICROS,
  KEYFRAME_UNITS,
  readState,
  writeState,
  type Keyframe,
} from '../../shared/replay/keyframe.ts';
import { paintStep } from '../../shared/replay/paint.ts';
import { newPainterState, type PainterState } from '../../shared/replay/painter-state.ts';
import { screenText } from '../../shared/replay/screen-text.ts';
import { hiddenMargins, settingsText } from '../../shared/replay/terminal-settings.ts';
import { sizedParts } from '../../shared/replay/terminal-text.ts';

/** Painted text given to the screen at once, UTF-16 units; xterm refuses more than 50 MB. */
const WRITTEN_UNITS = 64 * 1024;

/** The same as {@link KEYFRAME_UNITS} where a segment begins: what is in it is then mostly reached without the one before. */
const FIRST_UNITS = KEYFRAME_UNITS / 16;

/** The same behind another size: a larger terminal shows again what a smaller one hid, which no keyframe before it knows. */
const SIZED_UNITS = KEYFRAME_UNITS / 128;

/** Of a terminal before it is told its size, as the window has it. */
const COLUMNS = 80;
const ROWS = 24;

export class KeyframeMaker {
  readonly #terminal = new xterm.Terminal({
    cols: COLUMNS,
    rows: ROWS,
    scrollback: KEYFRAME_LINES,
    allowProposedApi: true,
    logLevel: 'off',
  });
  readonly #made: (keyframe: Keyframe) => void;
  #state: PainterState = newPainterState();
  #sequence = -1;
  #text = '';
  /** Since the last keyframe. */
  #units = 0;
  #since: number | null = null;
  #isSized = false;

  constructor(made: (keyframe: Keyframe) => void) {
    this.#made = made;
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = '11';
  }

  /** Goes on from a keyframe. */
  async begin({ sequence, state, text }: Keyframe): Promise<void> {
    this.#state = readState(state);
    this.#sequence = sequence;
    const { terminal } = this.#state;
    if (terminal?.size) this.#terminal.resize(terminal.size.columns, terminal.size.rows);
    await this.#write(text + (terminal === null ? '' : settingsText(terminal.settings)));
  }

  /**
   * Plays events, which go on from those before; passes over those that were played. Resolves when the next may come, with the
   * last event of these; its keyframes were made then.
   */
  async play(events: Iterable<StoredEvent>): Promise<number> {
    let isFirst = true;
    for (const stored of events) {
      const { sequence, time } = stored.event;
      if (sequence <= this.#sequence) continue;
      this.#since ??= time;
      const most = this.#isSized ? SIZED_UNITS : isFirst ? FIRST_UNITS : KEYFRAME_UNITS;
      isFirst = false;
      if (this.#units >= most || time - this.#since >= KEYFRAME_MICROS) await this.#take(time);
      const text = paintStep(stored, this.#state);
      this.#sequence = sequence;
      this.#isSized ||= stored.event.kind === 'terminalResized';
      this.#units += text.length;
      this.#text += text;
      if (this.#text.length >= WRITTEN_UNITS) await this.#flush();
    }
    await this.#flush();
    return this.#sequence;
  }

  close(): void {
    this.#terminal.dispose();
  }

  async #take(time: number): Promise<void> {
    this.#since = time;
    // Time alone makes no other screen.
    if (this.#units === 0) return;
    await this.#flush();
    this.#units = 0;
    this.#isSized = false;
    const { terminal } = this.#state;
    const margins = terminal === null ? '' : hiddenMargins(terminal.settings);
    const text = screenText(this.#terminal, KEYFRAME_LINES, margins);
    this.#made({ sequence: this.#sequence, state: writeState(this.#state), text });
  }

  async #flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    for (const part of sizedParts(text)) {
      if (part.text !== '') await this.#write(part.text);
      if (part.size !== null) this.#terminal.resize(part.size.columns, part.size.rows);
    }
  }

  #write(text: string): Promise<void> {
    // What follows a key xterm parses at once, and else in a turn of the event loop of its own: half of the time went by between those.
    this.#terminal.input('');
    return new Promise((resolve) => this.#terminal.write(text, resolve));
  }
}
