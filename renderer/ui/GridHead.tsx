/** The head of a list: names of columns, and the order where the host has one. */
import type { ReactTable, RowData } from '@tanstack/react-table';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { nextOrder, type gridFeatures } from './columns.ts';

interface GridHeadProps<T extends RowData> {
  readonly table: ReactTable<typeof gridFeatures, T>;
  readonly order: string;
  readonly onOrder?: ((order: string) => void) | undefined;
}

export function GridHead<T extends RowData>({ table, order, onOrder }: GridHeadProps<T>) {
  const group = table.getHeaderGroups()[0];
  return (
    <div className="grid-head" role="row">
      {group?.headers.map((header) => {
        const orders = header.column.columnDef.meta?.orders;
        const sorted = orders?.includes(order) === true;
        const direction = order.startsWith('-') ? 'descending' : 'ascending';
        const end = header.column.columnDef.meta?.align === 'end';
        return (
          <div
            key={header.id}
            role="columnheader"
            className={end ? 'grid-head-cell grid-end' : 'grid-head-cell'}
            aria-sort={sorted ? direction : undefined}
          >
            {orders === undefined || onOrder === undefined ? (
              <table.FlexRender header={header} />
            ) : (
              <button type="button" onClick={() => onOrder(nextOrder(orders, order))}>
                <table.FlexRender header={header} />
                {sorted ? <Arrow direction={direction} /> : null}
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
}

function Arrow({ direction }: { readonly direction: 'ascending' | 'descending' }) {
  return direction === 'descending' ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />;
}
