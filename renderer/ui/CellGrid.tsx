/**
 * A grid of values, both ways of any size: only the cells in view are in the document. A click on a cell shows its value
 * whole below; arrows move between cells.
 */
import { EyeOff } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { visibleLine } from '../../shared/replay/visible.ts';
import { Tip } from './Button.tsx';
import { MASKED } from '../words/marks.ts';
import { CellText } from './CellText.tsx';
import { columnWidths } from './column-widths.ts';
import { formatCount, formatNumberOf } from './format.ts';
import { useInView } from './use-in-view.ts';

export interface CellGridColumn {
  readonly name: string;
  readonly type: string;
  /** Stands to the right, as numbers do. */
  readonly end: boolean;
  /** What masks its cells, in words; null: nothing does. */
  readonly masked: string | null;
}

/** Something to do with the chosen cell: a button below the grid, and a key in it. */
export interface CellAct {
  readonly name: string;
  readonly shortcut: string;
  readonly run: (row: number, column: number, name: string) => void;
}

type Row = readonly (string | null | undefined)[];

interface CellGridProps {
  readonly name: string;
  readonly columns: readonly CellGridColumn[];
  readonly rows: number;
  /** A row that is loaded. */
  readonly rowAt: (row: number) => Row | undefined;
  /** Called with the first and last row in view. */
  readonly onRange: (range: readonly [number, number]) => void;
  /** What is missing, in words. */
  readonly note: string | null;
  readonly acts?: readonly CellAct[];
}

const NO_ACTS: readonly CellAct[] = [];

const ROW = 22;

/** Width of the row numbers: seven digits. */
const NUMBERS = 64;

/** Width of a column before it is measured. */
const NAME_WIDTH = 80;

/** Rows that column widths are taken from. */
const MEASURED = 50;

/** Longest name of a column shown. */
const NAME_LENGTH = 100;

export function CellGrid(props: CellGridProps) {
  const { name, columns, rows, rowAt, onRange, note, acts = NO_ACTS } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<readonly [number, number] | null>(null);
  const firstRows = Array.from({ length: Math.min(MEASURED, rows) }, (_, index) => rowAt(index));
  const loaded = firstRows.filter((row) => row !== undefined);
  // Widths are taken once the first rows are there, and stay.
  const measured = useRef<{ columns: readonly CellGridColumn[]; widths: number[] }>(null);
  if (measured.current?.columns !== columns && loaded.length > 0) {
    measured.current = { columns, widths: columnWidths(columns, loaded) };
  }
  const widths = useMemo(
    () => (measured.current?.columns === columns ? measured.current.widths : columnWidths(columns, [])),
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [columns, loaded.length > 0],
  );

  const rowsInView = useInView({ count: rows, scroll, size: () => ROW, overscan: 6 });
  const columnsInView = useInView({
    horizontal: true,
    count: columns.length,
    scroll,
    size: (index) => widths[index] ?? NAME_WIDTH,
    overscan: 3,
  });
  useEffect(() => {
    columnsInView.measure();
  }, [widths, columnsInView]);

  const items = rowsInView.getVirtualItems();
  const across = columnsInView.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    onRange([first, last]);
  }, [first, last, onRange]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const [row, column] = chosen ?? [0, -1];
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = chosen === null ? undefined : acts.find(({ shortcut }) => shortcut === event.key);
    if (act === undefined && move === undefined) return;
    event.preventDefault();
    act?.run(row, column, columns[column]?.name ?? '');
    if (move === undefined) return;
    const to = [clamp(row + (move[0] ?? 0), rows), clamp(column + (move[1] ?? 0), columns.length)] as const;
    setChosen(to);
    rowsInView.scrollToIndex(to[0]);
    columnsInView.scrollToIndex(to[1]);
  };

  const masked = (index: number): string | undefined => columns[index]?.masked ?? undefined;
  const value = chosen === null ? undefined : rowAt(chosen[0])?.[chosen[1]];
  const chosenColumn = chosen === null ? undefined : columns[chosen[1]];
  return (
    <div className="cells">
      <div
        ref={scroll}
        className="cells-scroll"
        role="grid"
        tabIndex={0}
        aria-label={name}
        aria-rowcount={rows}
        aria-colcount={columns.length}
        data-testid="result-grid"
        onKeyDown={onKeyDown}
      >
        <div className="cells-head" role="row" style={{ width: NUMBERS + columnsInView.getTotalSize() }}>
          <span className="cells-corner" style={{ width: NUMBERS }} />
          {across.map(({ index, start, size }) => (
            <span
              key={index}
              role="columnheader"
              aria-colindex={index + 1}
              className={columns[index]?.end === true ? 'cells-name cells-end' : 'cells-name'}
              style={{ left: NUMBERS + start, width: size }}
              title={masked(index)}
            >
              {masked(index) === undefined ? null : (
                <EyeOff size={11} className="tone-masked" aria-label={MASKED.mark} />
              )}
              <span className="ellipsis">{visibleLine(columns[index]?.name ?? '', NAME_LENGTH)}</span>
              <span className="cells-type">{columns[index]?.type}</span>
            </span>
          ))}
        </div>
        <div
          role="rowgroup"
          className="cells-body"
          style={{ height: rowsInView.getTotalSize(), width: NUMBERS + columnsInView.getTotalSize() }}
        >
          {items.map((item) => {
            const row = rowAt(item.index);
            return (
              <div
                key={item.index}
                role="row"
                aria-rowindex={item.index + 1}
                className="cells-row"
                data-testid="result-row"
                style={{ transform: `translateY(${item.start}px)`, height: ROW }}
              >
                <span className="cells-number" style={{ width: NUMBERS }}>
                  {formatCount(item.index + 1)}
                </span>
                {across.map(({ index, start, size }) => (
                  <span
                    key={index}
                    role="gridcell"
                    aria-colindex={index + 1}
                    aria-selected={chosen?.[0] === item.index && chosen[1] === index}
                    className={cellClass(columns[index])}
                    title={masked(index)}
                    style={{ left: NUMBERS + start, width: size }}
                    onClick={() => setChosen([item.index, index])}
                  >
                    {row === undefined ? <span className="skeleton" /> : <CellText value={row[index]} />}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      <div className="cells-foot">
        {chosen === null || chosenColumn === undefined ? (
          <p className="cell-quiet">
            {formatNumberOf(rows, 'row')}, {formatNumberOf(columns.length, 'column')}
            {note === null ? null : <span className="tone-unknown"> · {note}</span>}
          </p>
        ) : (
          <div className="cells-value">
            {acts.map(({ name: does, shortcut, run }) => (
              <Tip key={does} text={does} shortcut={shortcut}>
                <button
                  type="button"
                  className="value-button cells-act"
                  onClick={() => run(chosen[0], chosen[1], chosenColumn.name)}
                >
                  {does}
                </button>
              </Tip>
            ))}
            <span className="cell-quiet">
              {visibleLine(chosenColumn.name, NAME_LENGTH)} {chosenColumn.type}, row{' '}
              {formatCount(chosen[0] + 1)}:{' '}
            </span>
            {chosenColumn.masked === null ? null : (
              <span className="tone-masked">{chosenColumn.masked}: </span>
            )}
            <span className="mono">
              <CellText value={value} whole />
            </span>
          </div>
        )}
      </div>
    </div>
  );
}

function cellClass(column: CellGridColumn | undefined): string {
  const end = column?.end === true ? ' cells-end' : '';
  return `cells-cell${end}${column === undefined || column.masked === null ? '' : ' hatch'}`;
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}
