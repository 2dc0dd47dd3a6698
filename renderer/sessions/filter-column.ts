/** A column of the lists: what it shows, and what its cells mean in the filter language. */
import type { ReactNode } from 'react';
import type { ColumnLook } from '../ui/columns.ts';
import type { ListColumn } from '../ui/list/list-column.ts';
import type { CellCondition } from './conditions.ts';

export interface FilterColumn<T> extends ListColumn<T> {
  readonly conditions: (row: T) => readonly CellCondition[];
}

/** How a column is written down; what is left out is a column that is hidden and shows its text. */
interface Written<T> {
  readonly id: string;
  readonly title: string;
  readonly look: ColumnLook;
  readonly shown?: boolean;
  readonly text: (row: T) => string;
  readonly cell?: (row: T) => ReactNode;
  readonly conditions?: (row: T) => readonly CellCondition[];
}

/** A column; `quiet` draws a text that may be empty. */
export function columnOf<T>(written: Written<T>, quiet: (text: string) => ReactNode): FilterColumn<T> {
  const { cell, conditions, shown = false, ...rest } = written;
  return {
    ...rest,
    shown,
    cell: cell ?? ((row) => quiet(written.text(row))),
    conditions: conditions ?? (() => []),
  };
}

/** The looks of columns that are hidden at first: they never leave a narrow list, for somebody asked for them. */
export const LOOKS = {
  word: { width: 104, grow: 0, leaves: 0 },
  name: { width: 148, grow: 0, leaves: 0 },
  long: { width: 220, grow: 0, leaves: 0 },
  time: { width: 120, grow: 0, leaves: 0 },
  number: { width: 76, grow: 0, leaves: 0, align: 'end' },
} as const satisfies Readonly<Record<string, ColumnLook>>;
