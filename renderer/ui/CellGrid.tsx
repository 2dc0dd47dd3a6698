/**
 * A grid of values, both ways of any size: only the cells in view are in the document. A click on a cell shows its value
 * whole below; arrows move between cells, < and > change the width of a column.
 */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { CellText, isClipped } from './CellText.tsx';
import { textHere } from './cell-value.ts';
import type { CellAct, CellAt, CellGridColumn, CellRow } from './cell-grid-column.ts';
import { CellGridFoot } from './CellGridFoot.tsx';
import { CellGridHead } from './CellGridHead.tsx';
import { formatCount } from './format.ts';
import { drawnHeight } from './list/scroll-range.ts';
import { useScrollTop } from './list/use-scroll-top.ts';
import { useSize } from './list/use-size.ts';
import { useCellWidths } from './use-cell-widths.ts';
import { useInView } from './use-in-view.ts';
import { useReveal } from './use-reveal.ts';

interface CellGridProps {
  readonly name: string;
  readonly columns: readonly CellGridColumn[];
  readonly rows: number;
  /** A row that is loaded. */
  readonly rowAt: (row: number) => CellRow | undefined;
  /** Called with the first and last row in view. */
  readonly onRange: (range: readonly [number, number]) => void;
  /** What is missing, in words. */
  readonly note: string | null;
  readonly acts?: readonly CellAct[];
  /** A cell to go to; another object goes there again. */
  readonly goTo?: CellAt | null;
  /** Opens what looks for text in it: a button below, and Ctrl-F in it. */
  readonly onFind?: () => void;
  /** Told of a cell that was looked at whole, where the grid clips it or its column is masked. */
  readonly onReveal?: (at: CellAt) => void;
}

const NO_ACTS: readonly CellAct[] = [];

/** Of a row, and of the head, in px. */
const ROW = 22;
const HEAD = 26;

/** Rows drawn above and below what is seen. */
const MORE = 6;

/** Width of the row numbers: seven digits. */
const NUMBERS = 64;

/** Width of a column before it is measured. */
const NAME_WIDTH = 80;

/** Rows that column widths are taken from. */
const MEASURED = 50;

/** How much a key changes the width of a column, in px. */
const WIDER = 24;

export function CellGrid(props: CellGridProps) {
  const { name, columns, rows, rowAt, onRange, note, acts = NO_ACTS, goTo = null, onFind } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const id = useId();
  const [chosen, setChosen] = useState<CellAt | null>(null);
  const size = useSize(scroll);
  const height = Math.max(0, size.height - HEAD);
  const { top, show } = useScrollTop(scroll, rows * ROW, height);
  const firstRows = Array.from({ length: Math.min(MEASURED, rows) }, (_, index) => rowAt(index));
  const { widths, resize } = useCellWidths(
    columns,
    firstRows.filter((row) => row !== undefined),
  );
  const columnsInView = useInView({
    horizontal: true,
    count: columns.length,
    scroll,
    size: (index) => widths[index] ?? NAME_WIDTH,
    overscan: 3,
  });
  const value = chosen === null ? undefined : rowAt(chosen.row)?.[chosen.column];
  const isMasked = chosen !== null && (columns[chosen.column]?.masked ?? null) !== null;
  useReveal(
    isClipped(value) || (isMasked && typeof textHere(value) === 'string') ? chosen : null,
    props.onReveal,
  );
  const measured = useRef(widths);
  useEffect(() => {
    if (measured.current === widths) return;
    measured.current = widths;
    columnsInView.measure();
  }, [widths, columnsInView]);

  const first = Math.max(0, Math.floor(top / ROW) - MORE);
  const last = Math.min(rows - 1, Math.ceil((top + height) / ROW) + MORE);
  useEffect(() => {
    onRange([first, Math.max(first, last)]);
  }, [first, last, onRange]);

  const choose = (to: CellAt): void => {
    setChosen(to);
    show(to.row * ROW, (to.row + 1) * ROW);
    columnsInView.scrollToIndex(to.column);
  };
  const latest = useRef(choose);
  useEffect(() => {
    latest.current = choose;
  });
  useEffect(() => {
    if (goTo !== null) latest.current(goTo);
  }, [goTo]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    if (event.ctrlKey && event.key === 'f' && onFind !== undefined) {
      event.preventDefault();
      return onFind();
    }
    if (event.ctrlKey && event.key !== 'Home' && event.key !== 'End') return;
    const { row, column } = chosen ?? { row: 0, column: -1 };
    const act = chosen === null ? undefined : acts.find(({ shortcut }) => shortcut === event.key);
    const wider = { '<': -WIDER, '>': WIDER }[event.key];
    const to = targetOf(
      event,
      { row, column },
      { rows, columns: columns.length, page: Math.floor(height / ROW) },
    );
    if (act === undefined && to === null && (wider === undefined || chosen === null)) return;
    event.preventDefault();
    act?.run(row, column, columns[column]?.name ?? '');
    if (to !== null) choose(to);
    if (wider !== undefined) resize(column, (widths[column] ?? NAME_WIDTH) + wider);
  };

  const across = columnsInView.getVirtualItems();
  const width = NUMBERS + columnsInView.getTotalSize();
  const drawn = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
  const cellId = ({ row, column }: CellAt): string => `${id}-${row}-${column}`;
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
        aria-activedescendant={
          chosen !== null && chosen.row >= first && chosen.row <= last ? cellId(chosen) : undefined
        }
        data-testid="result-grid"
        onKeyDown={onKeyDown}
      >
        <div className="cells-canvas" style={{ height: HEAD + drawnHeight(rows * ROW), width }}>
          <div className="cells-window" style={{ height: size.height }}>
            <CellGridHead
              columns={columns}
              across={across}
              numbers={NUMBERS}
              width={width}
              onResize={resize}
            />
            <div role="rowgroup" className="cells-body" style={{ height, width }}>
              {drawn.map((index) => {
                const row = rowAt(index);
                return (
                  <div
                    key={index}
                    role="row"
                    aria-rowindex={index + 1}
                    className="cells-row"
                    data-testid="result-row"
                    style={{ transform: `translateY(${index * ROW - top}px)`, height: ROW }}
                  >
                    <span role="rowheader" className="cells-number" style={{ width: NUMBERS }}>
                      {formatCount(index + 1)}
                    </span>
                    {across.map(({ index: column, start, size: wide }) => (
                      <span
                        key={column}
                        id={cellId({ row: index, column })}
                        role="gridcell"
                        aria-colindex={column + 1}
                        aria-selected={chosen?.row === index && chosen.column === column}
                        className={cellClass(columns[column])}
                        title={columns[column]?.masked ?? undefined}
                        style={{ left: NUMBERS + start, width: wide }}
                        onClick={() => setChosen({ row: index, column })}
                      >
                        {row === undefined ? <span className="skeleton" /> : <CellText value={row[column]} />}
                      </span>
                    ))}
                  </div>
                );
              })}
            </div>
          </div>
        </div>
      </div>
      <CellGridFoot
        columns={columns}
        rows={rows}
        chosen={chosen}
        value={value}
        acts={acts}
        note={note}
        onFind={onFind}
      />
    </div>
  );
}

interface Extent {
  readonly rows: number;
  readonly columns: number;
  /** Rows of a page. */
  readonly page: number;
}

/** Where a key goes from a cell; null where it goes nowhere. */
function targetOf(
  { key, ctrlKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey'>,
  { row, column }: CellAt,
  { rows, columns, page }: Extent,
): CellAt | null {
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    PageUp: [row - page, column],
    PageDown: [row + page, column],
    Home: ctrlKey ? [0, column] : [row, 0],
    End: ctrlKey ? [rows - 1, column] : [row, columns - 1],
  };
  const to = moves[key];
  return to === undefined ? null : { row: clamp(to[0], rows), column: clamp(to[1], columns) };
}

function cellClass(column: CellGridColumn | undefined): string {
  const end = column?.end === true ? ' cells-end' : '';
  return `cells-cell${end}${column === undefined || column.masked === null ? '' : ' hatch'}`;
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}
