/** What a grid of values is told of its columns, and what may be done with a cell. */
import type { CellValue } from './cell-value.ts';

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

/** A cell by its place, from 0. */
export interface CellAt {
  readonly row: number;
  readonly column: number;
}

export type CellRow = readonly CellValue[];
