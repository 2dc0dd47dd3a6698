/**
 * A list of any length: TanStack Table for its columns, only the rows in view in the document. One row is selected; j, k,
 * arrows, Page, Home, End move the selection, Enter opens. Focus stays on the list, which names the selected row.
 */
import { type ColumnDef, type RowData, useTable } from '@tanstack/react-table';
import { useEffect, useId, useMemo, useRef } from 'react';
import { gridFeatures, gridTemplate, hiddenColumns, type ColumnLook } from './columns.ts';
import { GridHead } from './GridHead.tsx';
import { useKeys, type KeyMap } from './keys.ts';
import { useListKeys } from './list-keys.ts';
import { useInView } from './use-in-view.ts';
import { useWidth } from './use-width.ts';

/** A column of a list; make them with `createColumnHelper<typeof gridFeatures, T>()`. */
export type GridColumn<T extends RowData> = ColumnDef<typeof gridFeatures, T>;

const NO_KEYS: KeyMap = {};

const FALLBACK: ColumnLook = { width: 100, grow: 0, leaves: 0 };

/** Height of the head in px, which stays in view above the rows: see grid.css. */
const HEAD = 28;

/** Both sides of a row, in px: see grid.css. */
const PADDING = 8;

/** Rows from the end at which more are asked for: about two screens. */
const ASK_AHEAD = 60;

interface DataGridProps<T extends RowData> {
  readonly name: string;
  readonly columns: readonly GridColumn<T>[];
  readonly rows: readonly T[];
  readonly rowId: (row: T) => string;
  /** What tests and assistive technology find rows by. */
  readonly rowTestId: string;
  readonly rowHeight?: number;
  readonly selected: string | null;
  readonly onSelect: (row: T, index: number) => void;
  readonly onOpen: (row: T) => void;
  readonly order?: string;
  readonly onOrder?: (order: string) => void;
  /** Known total, for screen readers; null when not counted. */
  readonly total: number | null;
  /** Rows still to come: their place is kept. */
  readonly pending: number;
  readonly onNearEnd?: () => void;
  readonly head?: boolean;
  /** j, k and Enter work wherever the focus is: for the one list of a place. */
  readonly keysEverywhere?: boolean;
}

export function DataGrid<T extends RowData>(props: DataGridProps<T>) {
  const { rows, rowId, rowHeight = 24, selected, onSelect, onOpen, pending, onNearEnd } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const width = useWidth(scroll);
  const id = useId();
  const columns = useMemo(() => [...props.columns], [props.columns]);
  const sized = columns.map((column) => ({ id: column.id ?? '', look: column.meta ?? FALLBACK }));
  const hidden = hiddenColumns(sized, width - PADDING);
  const columnVisibility = Object.fromEntries(sized.map((column) => [column.id, !hidden.has(column.id)]));
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({
    features: gridFeatures,
    columns,
    data,
    getRowId: rowId,
    state: { columnVisibility },
  });
  const model = table.getRowModel().rows;

  const margin = props.head === false ? 0 : HEAD;
  const virtual = useInView({
    count: model.length + pending,
    scroll,
    size: () => rowHeight,
    overscan: 8,
    margin,
  });
  const items = virtual.getVirtualItems();
  const selectedIndex = selected === null ? -1 : model.findIndex((row) => row.id === selected);
  const select = (index: number): void => {
    const row = model[index];
    if (row !== undefined) onSelect(row.original, index);
  };
  const onKeyDown = useListKeys({
    count: model.length,
    index: selectedIndex,
    page: () => Math.max(1, Math.floor(((scroll.current?.clientHeight ?? 0) - margin) / rowHeight) - 1),
    select,
    open: (index) => {
      const row = model[index];
      if (row !== undefined) onOpen(row.original);
    },
  });

  useEffect(() => {
    if (selectedIndex >= 0) virtual.scrollToIndex(selectedIndex, { align: 'auto' });
  }, [selectedIndex, virtual]);

  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (pending > 0 && lastShown >= model.length - ASK_AHEAD) onNearEnd?.();
  }, [lastShown, model.length, pending, onNearEnd]);

  const everywhere = (act: () => void) => () => {
    scroll.current?.focus({ preventScroll: true });
    act();
  };
  useKeys(
    props.keysEverywhere === true
      ? {
          j: everywhere(() => select(Math.min(model.length - 1, selectedIndex + 1))),
          k: everywhere(() => select(Math.max(0, selectedIndex - 1))),
          Enter: everywhere(() => {
            const row = model[selectedIndex];
            if (row !== undefined) onOpen(row.original);
          }),
        }
      : NO_KEYS,
  );

  const visible = sized.filter((column) => !hidden.has(column.id));
  return (
    <div
      className="grid"
      role="grid"
      tabIndex={0}
      aria-label={props.name}
      aria-rowcount={props.total ?? -1}
      aria-colcount={visible.length}
      aria-activedescendant={selectedIndex >= 0 ? `${id}-${selectedIndex}` : undefined}
      ref={scroll}
      onKeyDown={onKeyDown}
      style={{ '--columns': gridTemplate(visible.map(({ look }) => look)) } as React.CSSProperties}
    >
      {props.head === false ? null : (
        <GridHead table={table} order={props.order ?? ''} onOrder={props.onOrder} />
      )}
      <div className="grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = model[item.index];
          const place = { transform: `translateY(${item.start - margin}px)`, height: rowHeight };
          if (row === undefined) return <PendingRow key={item.key} columns={visible.length} style={place} />;
          return (
            <div
              key={row.id}
              id={`${id}-${item.index}`}
              className="grid-row"
              role="row"
              style={place}
              aria-rowindex={item.index + 1}
              aria-selected={row.id === selected}
              data-testid={props.rowTestId}
              data-id={row.id}
              onClick={() => select(item.index)}
              onDoubleClick={() => onOpen(row.original)}
            >
              {row.getVisibleCells().map((cell) => (
                <div
                  key={cell.id}
                  role="gridcell"
                  data-column={cell.column.id}
                  className={cell.column.columnDef.meta?.align === 'end' ? 'grid-cell grid-end' : 'grid-cell'}
                >
                  <table.FlexRender cell={cell} />
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function PendingRow({ columns, style }: { readonly columns: number; readonly style: React.CSSProperties }) {
  return (
    <div className="grid-row" style={style} aria-hidden>
      {Array.from({ length: columns }, (_, index) => (
        <div key={index} className="grid-cell">
          <span className="skeleton" />
        </div>
      ))}
    </div>
  );
}
