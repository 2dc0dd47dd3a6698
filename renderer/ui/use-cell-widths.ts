/** Widths of a grid's columns: from their first rows, until somebody drags one. */
import { useMemo, useRef, useState } from 'react';
import type { CellGridColumn, CellRow } from './cell-grid-column.ts';
import { columnWidths } from './column-widths.ts';

/** No column is narrower, or wider, in px. */
const NARROWEST = 40;
const WIDEST = 2_000;

interface CellWidths {
  readonly widths: readonly number[];
  readonly resize: (column: number, width: number) => void;
}

/** `rows`: those of the first that are here. */
export function useCellWidths(columns: readonly CellGridColumn[], rows: readonly CellRow[]): CellWidths {
  // Widths are taken once the first rows are there, and stay.
  const measured = useRef<{ columns: readonly CellGridColumn[]; widths: number[] }>(null);
  if (measured.current?.columns !== columns && rows.length > 0) {
    measured.current = { columns, widths: columnWidths(columns, rows) };
  }
  const own = useMemo(
    () => (measured.current?.columns === columns ? measured.current.widths : columnWidths(columns, [])),
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [columns, rows.length > 0],
  );
  const [dragged, setDragged] = useState<{
    readonly columns: readonly CellGridColumn[];
    readonly widths: ReadonlyMap<number, number>;
  }>({ columns, widths: new Map() });
  const chosen = dragged.columns === columns ? dragged.widths : null;
  const widths = useMemo(
    () => (chosen === null ? own : own.map((width, index) => chosen.get(index) ?? width)),
    [own, chosen],
  );
  const resize = (column: number, width: number): void =>
    setDragged((before) => {
      const kept = before.columns === columns ? before.widths : [];
      const now = Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
      return { columns, widths: new Map([...kept, [column, now]]) };
    });
  return { widths, resize };
}
