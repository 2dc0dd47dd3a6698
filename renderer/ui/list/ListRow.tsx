/** One row of a list. Drawn again only when something of it changed: a list that is scrolled draws what comes into view. */
import { Check } from 'lucide-react';
import { memo } from 'react';
import { LISTS } from '../../words/lists.ts';
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
  /** One stands on it. */
  readonly isSelected: boolean;
  /** null: rows of this list are not picked. */
  readonly isPicked: boolean | null;
  /** Some rows are picked: then those are what is selected, wherever one stands. */
  readonly isOneOfSeveral: boolean;
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
        {props.isPicked === null ? null : <div role="gridcell" className="pick-cell" />}
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
      aria-selected={props.isOneOfSeveral ? props.isPicked === true : props.isSelected}
      data-current={props.isSelected}
      data-testid={props.testId}
      data-id={props.rowId}
      data-place={place}
    >
      {props.isPicked === null ? null : <PickCell isPicked={props.isPicked} />}
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

/** A box to click on; by keys the list picks, and its row says whether it is. */
function PickCell({ isPicked }: { readonly isPicked: boolean }) {
  return (
    <div role="gridcell" className="pick-cell" title={isPicked ? LISTS.pick.letGo : LISTS.pick.one}>
      <span className="check pick-box" data-state={isPicked ? 'checked' : 'unchecked'}>
        {isPicked ? <Check size={12} aria-label={LISTS.pick.picked} /> : null}
      </span>
    </div>
  );
}

function cellClass<T>({ look }: ListColumn<T>, isActive: boolean): string {
  return `grid-cell${look.align === 'end' ? ' grid-end' : ''}${isActive ? ' cell-active' : ''}`;
}

// `memo` forgets that the component takes a type.
export const ListRow = memo(Row) as typeof Row;
