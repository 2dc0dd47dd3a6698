/** Lines of a terminal as they leave its screen, each with the event that wrote it. */
import type { IBuffer, IMarker, Terminal } from '@xterm/xterm';
import { visible } from '../../shared/replay/visible.ts';
import type { TranscriptLine } from './transcript-lines.ts';

/** What is needed of a terminal, seen or not. */
export type LineTerminal = Pick<Terminal, 'buffer' | 'rows' | 'registerMarker'>;

export class ScreenLines {
  readonly #terminal: LineTerminal;
  /** Lines that have left the screen: they stay as they are. */
  readonly past: TranscriptLine[] = [];
  /** At the first line that is not among them. */
  #boundary: IMarker | undefined;
  /** Where the cursor had come to when an event was written, counted over all lines. */
  #ends: { readonly line: number; readonly sequence: number }[] = [];
  /** The line that the cursor was left on. */
  #cursor = 0;

  constructor(terminal: LineTerminal) {
    this.#terminal = terminal;
  }

  /** Reads what left the screen by what the event wrote. */
  read(sequence: number): void {
    const { active } = this.#terminal.buffer;
    if (active.type === 'alternate') return;
    const first = this.#first();
    this.#wrote(this.past.length + active.baseY + active.cursorY - first, active.cursorX, sequence);
    if (active.baseY <= first) return;
    for (let row = first; row < active.baseY; row++) this.past.push(this.#line(active, row, sequence));
    this.#boundary?.dispose();
    this.#boundary = this.#terminal.registerMarker(-active.cursorY);
    this.#ends = this.#ends.filter(({ line }) => line >= this.past.length);
  }

  /** Keeps what a program shows that has the screen for itself, before it gives it back. */
  keepOther(sequence: number): void {
    const { active } = this.#terminal.buffer;
    if (active.type !== 'alternate') return;
    // They are none of the lines that the cursor is counted over.
    const shown = linesOf(active).map((text) => ({ sequence, text }));
    this.#ends = this.#ends.map(({ line, sequence: by }) => ({ line: line + shown.length, sequence: by }));
    this.#cursor += shown.length;
    this.past.push(...shown);
  }

  /** What is on the screen. */
  present(sequence: number): TranscriptLine[] {
    const { active } = this.#terminal.buffer;
    if (active.type === 'alternate') return linesOf(active).map((text) => ({ sequence, text }));
    const lines: TranscriptLine[] = [];
    const end = active.baseY + active.cursorY + 1;
    for (let row = this.#first(); row < end; row++)
      lines.push(this.#line(active, row, sequence, lines.length));
    return lines;
  }

  /** The event wrote from where the cursor was up to `line`: of what it began on, it is the one that wrote last. */
  #wrote(line: number, column: number, sequence: number): void {
    const end = column === 0 ? line - 1 : line;
    const before = this.#ends.pop();
    if (before !== undefined) {
      const kept = Math.min(before.line, this.#cursor - 1);
      if (kept > (this.#ends.at(-1)?.line ?? -1)) this.#ends.push({ line: kept, sequence: before.sequence });
    }
    const last = this.#ends.at(-1)?.line ?? -1;
    if (end > last) this.#ends.push({ line: end, sequence });
    this.#cursor = line;
  }

  #first(): number {
    return this.#boundary === undefined || this.#boundary.isDisposed ? 0 : this.#boundary.line;
  }

  #line(buffer: IBuffer, row: number, sequence: number, ahead = 0): TranscriptLine {
    const line = this.past.length + ahead;
    const by = this.#ends.find((end) => end.line >= line)?.sequence ?? sequence;
    return { sequence: by, text: visible(buffer.getLine(row)?.translateToString(true) ?? '') };
  }
}

/** The lines of a screen, without what is empty below. */
function linesOf(buffer: IBuffer): string[] {
  const lines = Array.from({ length: buffer.length }, (_, row) =>
    visible(buffer.getLine(row)?.translateToString(true) ?? ''),
  );
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  return lines;
}
