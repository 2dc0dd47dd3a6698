/** Which columns a list shows in the width it has, and how wide. Pure, so that narrow windows can be tested. */
import { columnVisibilityFeature, metaHelper, tableFeatures } from '@tanstack/react-table';

/** How a column looks. Widths in px. */
export interface ColumnLook {
  readonly width: number;
  /** Share of the width left over; 0 keeps {@link width}. */
  readonly grow: number;
  /** Columns with the highest number leave first when the list is narrow; 0 stays always. */
  readonly leaves: number;
  readonly align?: 'end';
  /** The orders a click on the head walks through; absent when the list has none for it. */
  readonly orders?: readonly string[];
}

/** The part of TanStack Table that lists use: the host sorts, filters and pages. */
export const gridFeatures = tableFeatures({ columnVisibilityFeature, columnMeta: metaHelper<ColumnLook>() });

interface Sized {
  readonly id: string;
  readonly look: ColumnLook;
}

/** Ids of the columns that do not fit `width`; the ones that leave first are taken out first. */
export function hiddenColumns(columns: readonly Sized[], width: number): ReadonlySet<string> {
  const hidden = new Set<string>();
  let needed = columns.reduce((sum, { look }) => sum + look.width, 0);
  const leaving = columns
    .filter(({ look }) => look.leaves > 0)
    .toSorted((a, b) => b.look.leaves - a.look.leaves);
  for (const { id, look } of leaving) {
    if (needed <= width) break;
    hidden.add(id);
    needed -= look.width;
  }
  return hidden;
}

/** The widths as `grid-template-columns`. */
export function gridTemplate(columns: readonly ColumnLook[]): string {
  return columns
    .map(({ width, grow }) => (grow > 0 ? `minmax(${width}px, ${grow}fr)` : `${width}px`))
    .join(' ');
}

/** The order after `current` when a head is clicked. */
export function nextOrder(orders: readonly string[], current: string): string {
  return orders[(orders.indexOf(current) + 1) % orders.length] ?? current;
}
