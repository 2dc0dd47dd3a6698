/** The text of a session in blocks of lines, of which those are here that somebody looks at. */
import { paintStep } from '../../shared/replay/paint.ts';
import type { PainterState } from '../../shared/replay/painter-state.ts';
import { styled } from '../../shared/replay/palette.ts';
import { promptOf } from '../../shared/replay/statement.ts';
import { stateBefore } from '../player/begin-state.ts';
import type { Segments } from '../player/segments.ts';
import { LineGatherer, type TranscriptLine } from './transcript-lines.ts';

/** What a transcript is read from. */
export interface TranscriptSource {
  readonly blocks: number;
  /** Lines of a block that is here. */
  lines(block: number): readonly TranscriptLine[] | undefined;
  /** How many lines it has, as far as that is known. */
  count(block: number): number;
  blockOf(sequence: number): number;
  /** The lines of a block, which is then here. Rejects when its events cannot be had. */
  load(block: number): Promise<readonly TranscriptLine[]>;
  /** Told whenever there are other lines than before. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Another number whenever there are other lines. */
  readonly version: () => number;
  /** There may be more events than before. */
  grew(): void;
  close(): void;
}

/** Blocks whose lines are kept: some ten thousand lines around the eye. */
const KEPT = 24;

/** Raw bytes that make a line, roughly: rows are wider than prompts. */
const LINE_BYTES = 90;

/** Raw bytes painted before a block whose beginning nobody painted up to: what is prepared and described there is known then. */
const LEAD_BYTES = 512 * 1024;

/** Painter states kept, at the beginnings of blocks. */
const KEPT_STATES = 200;

/** A session of statements: a block is a segment. */
export class PaintedTranscript implements TranscriptSource {
  readonly #segments: Segments;
  readonly #connection: string;
  /** By first and last sequence of their segment, least recently used first. */
  readonly #kept = new Map<string, Promise<readonly TranscriptLine[]>>();
  readonly #lines = new Map<string, readonly TranscriptLine[]>();
  /** By first sequence of the segment behind. */
  readonly #states = new Map<number, PainterState>();
  readonly #listeners = new Set<() => void>();
  #version = 0;

  constructor(segments: Segments, connection: string) {
    this.#segments = segments;
    this.#connection = connection;
  }

  get blocks(): number {
    return this.#segments.rows.length;
  }

  lines(block: number): readonly TranscriptLine[] | undefined {
    return this.#lines.get(this.#key(block));
  }

  count(block: number): number {
    const known = this.lines(block)?.length;
    return known ?? Math.max(1, Math.round((this.#segments.rows[block]?.bytes ?? 0) / LINE_BYTES));
  }

  blockOf(sequence: number): number {
    return Math.max(0, this.#segments.indexOf(sequence));
  }

  async load(block: number): Promise<readonly TranscriptLine[]> {
    const key = this.#key(block);
    const kept = this.#kept.get(key) ?? this.#paint(block);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) {
      this.#kept.delete(oldest);
      this.#lines.delete(oldest);
    }
    try {
      const lines = await kept;
      if (this.#kept.has(key) && !this.#lines.has(key)) {
        this.#lines.set(key, lines);
        this.#tell();
      }
      return lines;
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly version = (): number => this.#version;

  /** Segments that changed have other keys: they are painted anew once they are seen. */
  grew(): void {
    this.#tell();
  }

  /** Lets go of what was painted. */
  close(): void {
    this.#kept.clear();
    this.#lines.clear();
    this.#states.clear();
  }

  #tell(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }

  /** A segment that grew is another block, and so is the last one once something follows it. */
  #key(block: number): string {
    const row = this.#segments.rows[block];
    return `${row?.firstSequence}-${row?.lastSequence}-${block === this.blocks - 1}`;
  }

  async #paint(block: number): Promise<readonly TranscriptLine[]> {
    const { state, whole } = await this.#stateBefore(block);
    const events = await this.#segments.at(block);
    const gatherer = new LineGatherer();
    if (state.atPrompt) gatherer.add(events[0]?.event.sequence ?? 0, styled('prompt', promptOf(state)));
    for (const stored of events) gatherer.add(stored.event.sequence, paintStep(stored, state));
    const next = events.at(-1);
    if (whole && next !== undefined) this.#keep(next.event.sequence + 1, state);
    // A prompt at the end is where the next statement stands, in the next block.
    return gatherer.lines(!state.atPrompt || block === this.blocks - 1);
  }

  /** The painter's state before a block: known, or painted up to from some way before. */
  async #stateBefore(block: number): Promise<{ readonly state: PainterState; readonly whole: boolean }> {
    const first = this.#segments.rows[block]?.firstSequence ?? 0;
    const known = this.#states.get(first);
    if (known !== undefined) return { state: structuredClone(known), whole: true };
    const from = this.#segments.before(block, LEAD_BYTES);
    const state = await stateBefore(this.#segments, (await this.#segments.at(from))[0]);
    state.connection = this.#connection;
    for (let at = from; at < block; at++)
      for (const stored of await this.#segments.at(at)) paintStep(stored, state);
    return { state, whole: from === 0 };
  }

  #keep(sequence: number, state: PainterState): void {
    this.#states.set(sequence, structuredClone(state));
    const [oldest] = this.#states.keys();
    if (this.#states.size > KEPT_STATES && oldest !== undefined) this.#states.delete(oldest);
  }
}
