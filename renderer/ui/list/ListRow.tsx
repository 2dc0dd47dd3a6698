/** One row of a list. Drawn again only when something of it changed: a list that is scrolled draws what comes into view. */
import { memo } from 'react';
import type { ListColumn } from './list-column.ts';

interface ListRowProps<T> {
  readonly id: string;
  /** Its place in the list. */
  readonly place: number;
  /** undefined while it is on its way. */
  readonly row: T | undefined;
  readonly rowId: string | undefined;
  readonly columns: readonly ListColumn<T>[];
  /** px below the layer's start. */
  readonly offset: number;
  readonly height: number;
  readonly isSelected: boolean;
  /** Id of the column of the cell that keys act on; null for any row but the selected one. */
  readonly activeColumn: string | null;
  readonly testId: string;
}

function Row<T>(props: ListRowProps<T>) {
  const { row, columns, place, activeColumn } = props;
  const style = { transform: `translateY(${props.offset}px)`, height: props.height };
  if (row === undefined) {
    return (
      <div
        className="grid-row"
        style={style}
        role="row"
        aria-rowindex={place + 2}
        aria-busy
        data-place={place}
      >
        {columns.map(({ id }) => (
          <div key={id} role="gridcell" className="grid-cell">
            <span className="skeleton skeleton-late" />
          </div>
        ))}
      </div>
    );
  }
  return (
    <div
      id={props.id}
      className="grid-row"
      role="row"
      style={style}
      aria-rowindex={place + 2}
      aria-selected={props.isSelected}
      data-testid={props.testId}
      data-id={props.rowId}
      data-place={place}
    >
      {columns.map((column) => (
        <div
          key={column.id}
          id={column.id === activeColumn ? `${props.id}-${column.id}` : undefined}
          role="gridcell"
          data-column={column.id}
          className={cellClass(column, column.id === activeColumn)}
        >
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

function cellClass<T>({ look }: ListColumn<T>, isActive: boolean): string {
  return `grid-cell${look.align === 'end' ? ' grid-end' : ''}${isActive ? ' cell-active' : ''}`;
}

// `memo` forgets that the component takes a type.
export const ListRow = memo(Row) as typeof Row;
