/** COPY data line by line, in either direction, over any number of events. */
import { assemble } from './assemble.ts';
import { counted } from '../recording/describe.ts';
import { NEW_LINE, noteLine, styled } from './palette.ts';
import type { PainterState, RunningCopy } from './painter-state.ts';
import { clipped, moreNote, painted } from './shown.ts';
import { clipBytes, decodeText } from './text.ts';
import type { WireMessage } from './wire.ts';

/** Lines of one frame that are shown, and UTF-16 units of each. */
const LINE_LIMIT = 200;
const LINE_TEXT_LIMIT = 500;

/** Bytes kept of a line that goes on in the next event: at least what is shown of it. */
const KEPT_LINE_BYTES = 4 * LINE_TEXT_LIMIT;

/** What binary COPY begins with: `PGCOPY\n\xff\r\n\0` (manual, COPY, "Binary Format"). */
const BINARY_SIGNATURE = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00];

const LINE_FEED = 0x0a;

/** A chunk of COPY data: messages `d` (and `H`) as relayed. Lines begin with `mark`. */
export function paintCopy(
  statement: number,
  data: Uint8Array | null | undefined,
  mark: string,
  state: PainterState,
): string {
  if (!data) return noteLine('(COPY data redacted)');
  const before = copyOf(statement, state);
  const { messages, unfinished } = assemble(before.unfinished, data);
  const chunks = messages.filter(({ type }) => type === 'd');
  const binary =
    before.binary || chunks.some(({ body }) => BINARY_SIGNATURE.every((byte, i) => body[i] === byte));
  if (binary) {
    state.copy = { ...before, binary, unfinished };
    return noteLine(`(${counted(data.length, 'byte')} of binary COPY data)`);
  }
  const { lines, line, seen } = splitLines(before, chunks);
  state.copy = { statement, binary, line, seen, unfinished };
  return paintLines(lines, mark);
}

/** The last line, when it did not end in a line feed. */
export function paintCopyEnd(mark: string, state: PainterState): string {
  const copy = state.copy;
  state.copy = null;
  return copy === null || copy.seen === 0 ? '' : paintLines([{ bytes: copy.line, length: copy.seen }], mark);
}

function copyOf(statement: number, state: PainterState): RunningCopy {
  if (state.copy?.statement === statement) return state.copy;
  return { statement, binary: false, line: new Uint8Array(), seen: 0, unfinished: null };
}

/** A line's first bytes, and how many it has. */
interface Line {
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** The lines that end in `chunks`, and the one that does not; chunks need not end where lines do. */
function splitLines(
  before: RunningCopy,
  chunks: readonly WireMessage[],
): { lines: Line[]; line: Uint8Array; seen: number } {
  const lines: Line[] = [];
  let { line, seen } = before;
  const grow = (bytes: Uint8Array) => {
    if (seen === 0) line = bytes.slice(0, KEPT_LINE_BYTES);
    else if (line.length < KEPT_LINE_BYTES)
      line = appended(line, bytes.subarray(0, KEPT_LINE_BYTES - line.length));
    seen += bytes.length;
  };
  for (const { body, dropped } of chunks) {
    let from = 0;
    for (let end = body.indexOf(LINE_FEED); end >= 0; end = body.indexOf(LINE_FEED, from)) {
      grow(body.subarray(from, end));
      lines.push({ bytes: line, length: seen });
      from = end + 1;
      seen = 0;
    }
    grow(body.subarray(from));
    seen += dropped;
  }
  return { lines, line, seen };
}

function appended(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

function paintLines(lines: readonly Line[], mark: string): string {
  const begin = styled('prompt', mark);
  const hidden = lines.length - LINE_LIMIT;
  return (
    lines
      .slice(0, LINE_LIMIT)
      .map((line) => begin + paintLine(line) + NEW_LINE)
      .join('') + (hidden > 0 ? noteLine(moreNote(hidden, 'line', 'Raw')) : '')
  );
}

/** A tab between columns of text format: in the player's own colour, which no recorded → has. */
const TAB = styled('note', '→');
const HIDDEN_TAB = painted('\t');

/** The columns of text format stand apart quietly: written out as hidden characters, their tabs would look blacked out. */
function paintLine({ bytes, length }: Line): string {
  const text = decodeText(clipBytes(bytes, LINE_TEXT_LIMIT)).replace(/\r$/, '');
  const more = length - Math.min(bytes.length, LINE_TEXT_LIMIT);
  return (
    clipped(text, LINE_TEXT_LIMIT, 'Raw').painted.replaceAll(HIDDEN_TAB, TAB) +
    (more > 0 ? styled('note', moreNote(more, 'byte', 'Raw')) : '')
  );
}
