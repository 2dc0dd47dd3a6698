/**
 * The rows of one statement's result, read where the grid looks: a result of a million rows costs the window no more than
 * the segments in view. Steps say how many rows each event holds, so a row is found without reading those before it.
 */
import type { CellValue } from '../ui/cell-value.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { assemble, KEPT_BYTES, type Unfinished } from '../../shared/replay/assemble.ts';
import { clipBytes } from '../../shared/replay/text.ts';
import type { Point } from '../../shared/replay/timeline.ts';
import { valueText } from '../../shared/replay/value.ts';
import {
  HEAD_BYTES,
  readCells,
  readMessages,
  readRowDescription,
  type Column,
} from '../../shared/replay/wire.ts';

/** The events that hold the rows of a result, in order, each with the number of its first row. */
export interface ResultPart {
  readonly sequence: number;
  readonly firstRow: number;
  readonly rows: number;
}

export interface ResultShape {
  readonly parts: readonly ResultPart[];
  /** Rows in all parts. */
  readonly rows: number;
}

/** One row as shown; behind a value of which only the beginning is here the others of its row are undefined. */
export type ResultRow = readonly CellValue[];

/** Loads one event by its sequence; null when the archive does not hold it. */
export type LoadEvent = (sequence: number) => Promise<StoredEvent | null>;

/** The shape of a statement's result from its steps, in order. */
export function resultShape(steps: readonly Point[]): ResultShape {
  const parts: ResultPart[] = [];
  let firstRow = 0;
  for (const step of steps) {
    if (step.kind !== 'rows' && step.kind !== 'outcome') continue;
    // The outcome counts all rows of the statement; its own are those that no `rows` event before it held.
    const rows = step.kind === 'outcome' ? Math.max(0, step.rows - firstRow) : step.rows;
    if (step.status === 'failed' && rows === 0) continue;
    parts.push({ sequence: step.sequence, firstRow, rows });
    firstRow += rows;
  }
  return { parts, rows: firstRow };
}

/** The part that holds a row; -1 beyond the end. */
export function partOf({ parts }: ResultShape, row: number): number {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((parts[middle]?.firstRow ?? 0) <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The columns of a result: described with its rows, or by an earlier event. Null when nothing describes them. */
export async function resultColumns(
  { parts }: ResultShape,
  load: LoadEvent,
  resultFormats: readonly number[],
): Promise<Column[] | null> {
  const first = parts[0];
  const stored = first === undefined ? null : await load(first.sequence);
  if (stored === null) return null;
  const own = described(stored);
  if (own !== null) return own;
  const at = 'describedAt' in stored.event.fields ? stored.event.fields.describedAt : null;
  const earlier = at === null ? null : await load(at);
  const columns = earlier === null ? null : described(earlier);
  if (columns === null || resultFormats.length === 0) return columns;
  // Described before it was bound, it knew no formats yet; Bind's are right, and one code is for all.
  return columns.map((column, index) => {
    const format = resultFormats.length === 1 ? resultFormats[0] : resultFormats[index];
    return Object.assign({}, column, { format: format ?? column.format });
  });
}

/** The rows of one part. */
export async function partRows(
  shape: ResultShape,
  index: number,
  columns: readonly Column[] | null,
  load: LoadEvent,
): Promise<ResultRow[]> {
  const part = shape.parts[index];
  if (part === undefined) return [];
  const stored = await load(part.sequence);
  const answer = stored?.payloads['answer'];
  if (answer === undefined || answer === null) return [];
  const unfinished = await unfinishedBefore(shape, index, load);
  // Of a row that is longer than what is kept no more would be known with its end.
  if (part.rows === 1 && unfinished?.kept.length === KEPT_BYTES)
    return [cellsOf(unfinished.kept.subarray(HEAD_BYTES), columns)];
  const { messages } = assemble(unfinished, answer);
  return messages.filter(({ type }) => type === 'D').map(({ body }) => cellsOf(body, columns));
}

/** The bytes of a value, however long it is; null where it is NULL, or not recorded. */
export async function wholeValue(
  shape: ResultShape,
  { row, column }: { readonly row: number; readonly column: number },
  load: LoadEvent,
): Promise<Uint8Array | null> {
  const index = partOf(shape, row);
  const first = await beginningOf(shape, index, load);
  const pieces: Uint8Array[] = [];
  for (let at = first; at <= index; at++) {
    const bytes = await answerOf(shape, at, load);
    pieces.push(at === first && at < index ? readMessages(bytes).rest : bytes);
  }
  const rows = readMessages(concat(pieces)).messages.filter(({ type }) => type === 'D');
  const body = rows[row - (shape.parts[index]?.firstRow ?? 0)]?.body;
  return body === undefined ? null : (readCells(body)?.cells[column] ?? null);
}

/** What the parts before left unfinished: a row too large for one event goes on in the next. */
async function unfinishedBefore(shape: ResultShape, index: number, load: LoadEvent): Promise<Unfinished> {
  let unfinished: Unfinished = null;
  for (let at = await beginningOf(shape, index, load); at < index; at++) {
    ({ unfinished } = assemble(unfinished, await answerOf(shape, at, load)));
    if (shape.parts[index]?.rows === 1 && unfinished?.kept.length === KEPT_BYTES) break;
  }
  return unfinished;
}

/** The part in which the first row that ends in a part begins. */
async function beginningOf(shape: ResultShape, index: number, load: LoadEvent): Promise<number> {
  const { parts } = shape;
  const row = parts[index]?.firstRow ?? 0;
  // Parts in which no row ends stand in front of it.
  const first = partOf(shape, row - 1) + 1;
  const before = first > 0 ? await load(parts[first - 1]?.sequence ?? -1) : null;
  return before?.event.kind === 'rows' && before.event.fields.continued ? first - 1 : first;
}

async function answerOf({ parts }: ResultShape, index: number, load: LoadEvent): Promise<Uint8Array> {
  return (await load(parts[index]?.sequence ?? -1))?.payloads['answer'] ?? new Uint8Array();
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function described({ event, payloads }: StoredEvent): Column[] | null {
  const bytes = payloads[event.kind === 'description' ? 'message' : 'answer'];
  if (bytes === undefined || bytes === null) return null;
  const message = readMessages(bytes).messages.find(({ type }) => type === 'T');
  return message === undefined ? null : readRowDescription(message.body);
}

function cellsOf(body: Uint8Array, columns: readonly Column[] | null): ResultRow {
  const read = readCells(body);
  if (read === null) return [];
  return read.cells.map((cell, index): CellValue => {
    if (cell === null) return null;
    const column = columns?.[index];
    const isCut = read.missing > 0 && index === read.cells.length - 1;
    // Behind the last whole character.
    const here = isCut ? clipBytes(cell, cell.length - 1) : cell;
    const text = valueText(here, column?.typeOid ?? 0, column?.format ?? 0);
    return isCut ? { beginning: text, more: cell.length - here.length + read.missing } : text;
  });
}
