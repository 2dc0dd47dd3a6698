/** A recorded terminal's screen at an event, as lines: played on a terminal that nobody sees. */
import { SerializeAddon } from '@xterm/addon-serialize';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal, type IBufferCell } from '@xterm/xterm';
import { sizedParts } from '../../shared/replay/terminal-text.ts';
import { RecordedScreen } from '../player/recorded-screen.ts';
import type { Segments } from '../player/segments.ts';
import type { Look, Run, StyledLine } from './styled-lines.ts';

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Of xterm's palette the sixteen colours that the window has: SGR 30–37, then 90–97. */
const NAMED_COLOURS = 16;

/** The lines of the screen once the event `sequence` was there. Rejects when a segment cannot be had. */
export async function recordedScreen(
  segments: Segments,
  size: Size,
  sequence: number,
): Promise<StyledLine[]> {
  const terminal = new Terminal({
    cols: size.columns,
    rows: size.rows,
    scrollback: 0,
    allowProposedApi: true,
    logLevel: 'off',
  });
  try {
    const serialize = new SerializeAddon();
    terminal.loadAddon(serialize);
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    const screen = new RecordedScreen(segments, size, {
      write: async (text) => {
        for (const part of sizedParts(text)) {
          await new Promise<void>((resolve) => terminal.write(part.text, resolve));
          if (part.size !== null) terminal.resize(part.size.columns, part.size.rows);
        }
      },
      columns: () => terminal.cols,
      rows: () => terminal.rows,
      snapshot: () => serialize.serialize(),
    });
    await screen.show(sequence);
    return linesOf(terminal);
  } finally {
    terminal.dispose();
  }
}

function linesOf(terminal: Terminal): StyledLine[] {
  const { active } = terminal.buffer;
  const lines = Array.from({ length: terminal.rows }, (_, row) => runsOf(terminal, active.baseY + row));
  while (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

function runsOf(terminal: Terminal, row: number): StyledLine {
  const line = terminal.buffer.active.getLine(row);
  const end = line?.translateToString(true).length ?? 0;
  const runs: Run[] = [];
  let shown = 0;
  for (let column = 0; line !== undefined && shown < end && column < line.length; column++) {
    const cell = line.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars() || ' ';
    const look = lookOf(cell);
    const last = runs.at(-1);
    shown += text.length;
    if (last !== undefined && isSame(last.look, look))
      runs.splice(-1, 1, { text: last.text + text, look: last.look });
    else runs.push({ text, look });
  }
  return runs;
}

function lookOf(cell: IBufferCell): Look {
  const colour = cell.getFgColor();
  const named = cell.isFgPalette() && colour >= 0 && colour < NAMED_COLOURS;
  return {
    colour: named ? (colour < 8 ? 30 + colour : 82 + colour) : null,
    bold: cell.isBold() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}

function isSame(a: Look, b: Look): boolean {
  return a.colour === b.colour && a.bold === b.bold && a.inverse === b.inverse;
}
