/** Where a command writes: results to stdout, one line a thing; progress and complaints to stderr. */
import { visibleLine } from '../shared/replay/visible.ts';

/** Longest line of a message; what is longer was made by something recorded, and is cut. */
const MAX_LINE = 2_000;

/** One line of a result. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One JSON value, on one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** One line for the person who waits; nothing that a terminal would act on gets through. */
export function note(line: string): void {
  process.stderr.write(`${visibleLine(line, MAX_LINE)}\n`);
}

/** The terminal's width in columns; infinite where lines go elsewhere. */
export function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
}
