/** Reads a whole result part by part: to find text in it, or to copy a column. */
import type { ResultRow, ResultShape } from '../player/result.ts';
import type { CellAt } from '../ui/cell-grid-column.ts';
import { textHere, type CellValue } from '../ui/cell-value.ts';
import { formatBytes } from '../ui/format.ts';
import { VALUES } from '../words/values.ts';

/** Loads the rows of one part. */
export type LoadPart = (index: number) => Promise<readonly ResultRow[]>;

export interface ResultHits {
  readonly hits: readonly CellAt[];
  /** Rows that were looked through. */
  readonly done: number;
  /** Whether it goes on no more. */
  readonly over: boolean;
}

/** Hits that are kept. */
const MOST_HITS = 1_000;

/** Rows of a column that are copied at most; a clipboard takes few more. */
const MOST_COPIED = 200_000;

/** Characters of a value that are looked through. */
const LONGEST = 100_000;

/** Tells `onHits` after each part, until all are done, too many hits are found, or `signal` aborts. */
export async function searchResult(
  shape: ResultShape,
  load: LoadPart,
  pattern: RegExp,
  onHits: (found: ResultHits) => void,
  signal: AbortSignal,
): Promise<void> {
  const hits: CellAt[] = [];
  for (const [index, part] of shape.parts.entries()) {
    const rows = await load(index);
    if (signal.aborted) return;
    for (const [offset, row] of rows.entries()) {
      for (const [column, value] of row.entries())
        if (hits.length < MOST_HITS && isHit(value, pattern))
          hits.push({ row: part.firstRow + offset, column });
    }
    const over = index === shape.parts.length - 1 || hits.length >= MOST_HITS;
    onHits({ hits: [...hits], done: part.firstRow + rows.length, over });
    if (over) return;
  }
  onHits({ hits, done: shape.rows, over: true });
}

function isHit(value: CellValue, pattern: RegExp): boolean {
  const text = textHere(value);
  return typeof text === 'string' && text.slice(0, LONGEST).search(pattern) >= 0;
}

/** A column as lines under its name, as far as it is copied. */
export async function columnText(
  shape: ResultShape,
  load: LoadPart,
  column: number,
  name: string,
): Promise<string> {
  const lines = [name];
  for (let index = 0; index < shape.parts.length && lines.length <= MOST_COPIED; index++)
    for (const row of await load(index)) lines.push(cellText(row[column]));
  return lines.join('\n');
}

/** A row as cells with tabs between them, as spreadsheets take them. */
export function rowText(row: ResultRow): string {
  return row.map((value) => cellText(value).replaceAll(/[\t\r\n]+/g, ' ')).join('\t');
}

/** A value as it is copied: NULL by its name, for an empty text is another. */
export function cellText(value: CellValue): string {
  const text = textHere(value) ?? (value === null ? 'NULL' : '');
  return typeof value === 'object' && value !== null
    ? text + VALUES.moreBytes(formatBytes(value.more))
    : text;
}
