/**
 * The rows of one statement's result, read where the grid looks: a result of a million rows costs the window no more than
 * the segments in view. Steps say how many rows each event holds, so a row is found without reading those before it.
 */
import type { StoredEvent } from '../../shared/recording/record.ts';
import { assemble, type Unfinished } from '../../shared/replay/assemble.ts';
import type { Point } from '../../shared/replay/timeline.ts';
import { valueText } from '../../shared/replay/value.ts';
import { readCells, readMessages, readRowDescription, type Column } from '../../shared/replay/wire.ts';

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

/** One row as shown; a cell is null for NULL, undefined where its bytes are not recorded whole. */
export type ResultRow = readonly (string | null | undefined)[];

/** Loads one event by its sequence; null when the archive does not hold it. */
export type LoadEvent = (sequence: number) => Promise<StoredEvent | null>;

/** Events that a row may go on over before it is given up: 64 KiB each. */
const LONGEST_ROW_EVENTS = 32;

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
  const { messages } = assemble(await unfinishedBefore(shape, index, load), answer);
  return messages.filter(({ type }) => type === 'D').map(({ body }) => cellsOf(body, columns));
}

/** What the parts before left unfinished: a row too large for one event goes on in the next. */
async function unfinishedBefore(shape: ResultShape, index: number, load: LoadEvent): Promise<Unfinished> {
  const before: Uint8Array[] = [];
  for (let at = index - 1; at >= 0 && index - at <= LONGEST_ROW_EVENTS; at--) {
    const stored = await load(shape.parts[at]?.sequence ?? -1);
    if (stored?.event.kind !== 'rows' || !stored.event.fields.continued) break;
    before.unshift(stored.payloads['answer'] ?? new Uint8Array());
    // What stands in front of a part that completed a row is whole.
    if (stored.event.fields.rows > 0) break;
  }
  return before.reduce<Unfinished>((unfinished, bytes) => assemble(unfinished, bytes).unfinished, null);
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
  return read.cells.map((cell, index) => {
    if (cell === null) return null;
    if (read.missing > 0 && index === read.cells.length - 1) return undefined;
    const column = columns?.[index];
    return valueText(cell, column?.typeOid ?? 0, column?.format ?? 0);
  });
}
