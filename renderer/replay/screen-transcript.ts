/**
 * The text of a terminal's recording: lines as they left the terminal's screen, played through a terminal that nobody sees. What
 * a full-screen program showed last stands where it gave the screen back.
 */
import { paintStep } from '../../shared/replay/paint.ts';
import { newPainterState, type PainterState } from '../../shared/replay/painter-state.ts';
import { sizedParts } from '../../shared/replay/terminal-text.ts';
import type { Segments } from '../player/segments.ts';
import { ScreenLines, type LineTerminal } from './screen-lines.ts';
import { lineAt, type TranscriptLine } from './transcript-lines.ts';
import type { TranscriptSource } from './transcript-source.ts';

/** Lines that the terminal must keep: more than one piece of text can write. */
export const SCREEN_SCROLLBACK = 40_000;

/** UTF-16 units written at once. */
const PIECE = 32_000;

/** Lines of one block. */
const BLOCK = 1_000;

/** Where a program gives back the screen that it had for itself. */
const BACK = /(?=\x1b\[\?(?:47|1047|1049)l)/; // oxlint-disable-line no-control-regex -- what is looked for

/** A terminal that nobody sees. */
export interface HiddenTerminal extends LineTerminal {
  write(text: string, done?: () => void): void;
  resize(columns: number, rows: number): void;
  dispose(): void;
}

export class ScreenTranscript implements TranscriptSource {
  readonly #segments: Segments;
  readonly #openTerminal: () => HiddenTerminal;
  readonly #listeners = new Set<() => void>();
  /** While it is open. */
  #run: Run | null = null;
  #present: readonly TranscriptLine[] = [];
  #version = 0;
  #played = -1;
  #playing: Promise<void> | null = null;

  /** The terminal keeps {@link SCREEN_SCROLLBACK} lines; it is opened once somebody reads, and closed with this. */
  constructor(segments: Segments, openTerminal: () => HiddenTerminal) {
    this.#segments = segments;
    this.#openTerminal = openTerminal;
  }

  get blocks(): number {
    return Math.max(1, Math.ceil((this.#past.length + this.#present.length) / BLOCK));
  }

  get #past(): readonly TranscriptLine[] {
    return this.#run?.screen.past ?? [];
  }

  lines(block: number): readonly TranscriptLine[] | undefined {
    if (this.#played < 0) return undefined;
    const past = this.#past;
    const from = block * BLOCK;
    const own = past.slice(from, from + BLOCK);
    const ahead = Math.max(0, from - past.length);
    return [...own, ...this.#present.slice(ahead, ahead + BLOCK - own.length)];
  }

  count(block: number): number {
    return Math.min(BLOCK, Math.max(0, this.#past.length + this.#present.length - block * BLOCK));
  }

  blockOf(sequence: number): number {
    const line = Math.max(0, lineAt(this.#past, sequence));
    const here = line === this.#past.length - 1 ? line + this.#present.length : line;
    return Math.min(this.blocks - 1, Math.floor(here / BLOCK));
  }

  /** Plays all there is, once; resolves to what the block holds by then. */
  async load(block: number): Promise<readonly TranscriptLine[]> {
    this.#playing ??= this.#play();
    try {
      await this.#playing;
    } catch (error) {
      this.#playing = null;
      throw error;
    }
    return this.lines(block) ?? [];
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly version = (): number => this.#version;

  grew(): void {
    if (this.#playing === null) return;
    this.#playing = this.#playing.then(() => this.#play());
    // Told to whoever loads.
    this.#playing.catch(() => undefined);
  }

  /** Lets go of the terminal; whoever loads a block opens another. */
  close(): void {
    this.#run?.terminal.dispose();
    this.#run = null;
    this.#present = [];
    this.#played = -1;
    this.#playing = null;
  }

  async #play(): Promise<void> {
    const run = (this.#run ??= this.#begin());
    const first = Math.max(0, this.#segments.indexOf(this.#played + 1));
    for (let at = first; at < this.#segments.rows.length; at++) {
      const events = await this.#segments.at(at);
      if (this.#run !== run) return;
      await new Promise<void>((resolve) => {
        for (const stored of events) {
          const { sequence } = stored.event;
          if (sequence <= this.#played) continue;
          this.#played = sequence;
          write(run, sequence, paintStep(stored, run.state));
        }
        run.terminal.write('', resolve);
      });
      if (this.#run !== run) return;
      this.#present = run.screen.present(this.#played);
      this.#version++;
      for (const listener of this.#listeners) listener();
    }
  }

  #begin(): Run {
    const terminal = this.#openTerminal();
    return { terminal, screen: new ScreenLines(terminal), state: newPainterState() };
  }
}

/** A terminal being played to. */
interface Run {
  readonly terminal: HiddenTerminal;
  readonly screen: ScreenLines;
  readonly state: PainterState;
}

/** Queues text; what it makes of the lines is read right behind it. */
function write({ terminal, screen }: Run, sequence: number, text: string): void {
  for (const part of sizedParts(text)) {
    for (const piece of part.text.split(BACK)) {
      if (BACK.test(piece)) terminal.write('', () => screen.keepOther(sequence));
      for (let at = 0; at < piece.length; at += PIECE)
        terminal.write(piece.slice(at, at + PIECE), () => screen.read(sequence));
    }
    const { size } = part;
    if (size !== null) terminal.write('', () => terminal.resize(size.columns, size.rows));
  }
}
