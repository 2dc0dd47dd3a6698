/** The columns of a list as they are drawn in the width there is. */
import { hiddenColumns } from '../columns.ts';
import { defaultLayout, readLayout, type ListColumn, type ShownColumn } from './list-column.ts';

export interface DrawnColumns<T> {
  readonly columns: readonly ListColumn<T>[];
  /** The same, as a person may change it. */
  readonly shown: readonly ShownColumn[];
  /** What they need at least, px. */
  readonly width: number;
}

/** Columns that nobody arranged leave a narrow list in their order; arranged ones stay, and the list is scrolled. */
export function drawnColumns<T>(
  all: readonly ListColumn<T>[],
  layout: string,
  width: number,
): DrawnColumns<T> {
  const arranged = readLayout(
    layout,
    all.map(({ id }) => id),
  );
  const wanted = arranged ?? defaultLayout(all);
  const byId = new Map(all.map((column) => [column.id, column]));
  const known = wanted.flatMap((shown) => {
    const column = byId.get(shown.id);
    return column === undefined ? [] : [{ shown, column: sized(column, shown.width) }];
  });
  const hidden =
    arranged === null
      ? hiddenColumns(
          known.map(({ column }) => column),
          width,
        )
      : new Set<string>();
  const drawn = known.filter(({ shown }) => !hidden.has(shown.id));
  return {
    columns: drawn.map(({ column }) => column),
    shown: drawn.map(({ shown }) => shown),
    width: drawn.reduce((sum, { column }) => sum + column.look.width, 0),
  };
}

/** A width that a person gave does not grow. */
function sized<T>(column: ListColumn<T>, width: number | null): ListColumn<T> {
  return width === null ? column : { ...column, look: { ...column.look, width, grow: 0 } };
}
