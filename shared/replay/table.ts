/** A result as psql prints it: header once, columns aligned, numbers to the right. */
import { NEW_LINE, noteLine, styled } from './palette.ts';
import { clipped, moreNote, type Shown, shown, withNote } from './shown.ts';
import { clipBytes } from './text.ts';
import { isNumericType } from './types.ts';
import { valueText } from './value.ts';
import { type Column, readCells } from './wire.ts';

/** UTF-16 units of a cell that are shown: a longer one would push its neighbours off the widest screen. */
const CELL_LIMIT = 200;

/** Columns and rows of one frame that are shown; the recorder's chunks have at most 256 rows. */
const COLUMN_LIMIT = 100;
const ROW_LIMIT = 512;

const NULL_CELL: Shown = { painted: styled('null', 'NULL'), width: 4 };
const UNREADABLE: Shown = withNote(shown(''), '(unreadable)');

const NONE: readonly number[] = [];

/** A result between its frames: columns, and how wide each was so far; `headed` once its header is painted. */
export interface Table {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  readonly headed: boolean;
  /** Positions of columns whose cells are masked. */
  readonly masked: readonly number[];
}

/** A table of which nothing is painted yet. */
export function newTable(columns: readonly Column[], masked: readonly number[] = NONE): Table {
  return { columns, widths: [], headed: false, masked };
}

/** A row's body, and how many of its bytes were let go. */
export interface RowBody {
  readonly body: Uint8Array;
  readonly dropped: number;
}

/** The next rows of a table, under its header when that is not painted yet. Widths only grow, as with psql's FETCH_COUNT. */
export function paintTable(
  table: Table,
  rows: readonly RowBody[],
): { readonly text: string; readonly table: Table } {
  const columns = table.columns.slice(0, COLUMN_LIMIT);
  const headings = columns.map((column) => clipped(column.name, CELL_LIMIT, 'Result'));
  const lines = rows
    .slice(0, ROW_LIMIT)
    .map((row) => showRow(row, columns).map((cell, i) => (table.masked.includes(i) ? asMasked(cell) : cell)));
  const widths = headings.map((heading, i) =>
    Math.max(table.widths[i] ?? heading.width, ...lines.map((line) => line[i]?.width ?? 0)),
  );
  const text =
    (table.headed
      ? ''
      : paintHeader(
          headings.map((heading, i) => (table.masked.includes(i) ? asMasked(heading) : heading)),
          widths,
          table.columns.length,
        )) +
    lines.map((line) => paintLine(line, widths, columns)).join('') +
    (rows.length > ROW_LIMIT ? noteLine(moreNote(rows.length - ROW_LIMIT, 'row', 'Result')) : '');
  return { text, table: { ...table, widths, headed: true } };
}

function asMasked({ painted, width }: Shown): Shown {
  return { painted: styled('masked', painted), width };
}

function showRow({ body, dropped }: RowBody, columns: readonly Column[]): Shown[] {
  const row = readCells(body);
  if (row === null) return [UNREADABLE];
  return columns.map((column, i) => {
    const cell = row.cells[i];
    if (cell === undefined) return dropped > 0 ? withNote(shown(''), '…') : UNREADABLE;
    if (cell === null) return NULL_CELL;
    const cut = row.missing > 0 && i === row.cells.length - 1;
    if (!cut) return clipped(valueText(cell, column.typeOid, column.format), CELL_LIMIT, 'Result');
    const kept = clipBytes(cell, CELL_LIMIT);
    const more = moreNote(cell.length - kept.length + row.missing, 'byte', 'Result');
    return withNote(shown(valueText(kept, column.typeOid, column.format)), more);
  });
}

function paintHeader(headings: readonly Shown[], widths: readonly number[], columns: number): string {
  const names = headings.map((heading, i) => {
    const space = (widths[i] ?? 0) - heading.width;
    const left = ' '.repeat(Math.floor(space / 2));
    return ` ${left}${styled('heading', heading.painted)}${' '.repeat(Math.ceil(space / 2))} `;
  });
  if (columns === 0) return `--${NEW_LINE}`;
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  const hidden = columns - headings.length;
  return (
    `${names.join('|')}${NEW_LINE}${rule}${NEW_LINE}` +
    (hidden > 0 ? noteLine(moreNote(hidden, 'column', 'Result')) : '')
  );
}

function paintLine(line: readonly Shown[], widths: readonly number[], columns: readonly Column[]): string {
  if (line.length === 0) return '';
  const cells = line.map((cell, i) => {
    const space = ' '.repeat(Math.max(0, (widths[i] ?? 0) - cell.width));
    if (isNumericType(columns[i]?.typeOid ?? 0)) return ` ${space}${cell.painted}`;
    return i === line.length - 1 ? ` ${cell.painted}` : ` ${cell.painted}${space}`;
  });
  return cells.join(' |') + NEW_LINE;
}
