/**
 * A list of any length. Only the rows in view are in the document; one is selected, and within it one cell may be. j, k,
 * arrows, Page, Home, End move, Enter opens, m opens the menu of the cell. Focus stays on the list, which names what is
 * selected. Where several can be picked, x, J, K and clicks with Ctrl or Shift do.
 */
import { useCallback, useEffect, useId, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { gridTemplate } from '../columns.ts';
import { useKeys, type KeyMap } from '../keys.ts';
import { moveOf, movesWithoutFocus, useListKeys } from '../list-keys.ts';
import { CellMenu, type MenuEntry, type MenuPlace } from './CellMenu.tsx';
import { cellOf, isPickClick, showColumn } from './cell-at.ts';
import { drawnColumns } from './drawn-columns.ts';
import { FunnelButton } from './FunnelButton.tsx';
import type { ListColumn } from './list-column.ts';
import { ListHead } from './ListHead.tsx';
import { PickAll } from './PickAll.tsx';
import type { Picks } from './picking.ts';
import { ListRow } from './ListRow.tsx';
import { RowKeys } from './row-keys.ts';
import type { RowSource } from './row-source.ts';
import { drawnHeight } from './scroll-range.ts';
import { usePicks } from './use-picks.ts';
import { useRowCursor } from './use-row-cursor.ts';
import { useScrollView } from './use-scroll-view.ts';
import { useSize } from './use-size.ts';

const NO_KEYS: KeyMap = {};

/** Heights of the head and of a row, and both sides of a row, px: see list.css. */
const HEAD = 28;
const ROW = 24;
const PADDING = 8;

/** Width of the boxes by which rows are picked, px. */
const PICK = 24;

/** Rows drawn before and behind those in view. */
const MORE = 2;

/** Rows stand on the layer from places that are whole multiples of this: few numbers change as it moves. */
const ANCHOR = 1_024;

interface ListGridProps<T> {
  readonly name: string;
  readonly columns: readonly ListColumn<T>[];
  /** Which columns are shown and how, as {@link writeLayout} writes it; '' is as the list likes it. */
  readonly layout: string;
  readonly onLayout: (layout: string) => void;
  readonly source: RowSource<T>;
  readonly rowId: (row: T) => string;
  /** What tests find rows by. */
  readonly rowTestId: string;
  readonly selected: string | null;
  readonly onSelect: (row: T) => void;
  readonly onOpen: (row: T) => void;
  readonly order: string;
  readonly onOrder: (order: string) => void;
  /** Known total, for screen readers; null when not counted. */
  readonly total: number | null;
  /** What the menu of a cell offers. */
  readonly menuOf: (row: T, column: string) => readonly MenuEntry[];
  /** What a cell holds, as the name of its menu. */
  readonly cellName: (row: T, column: string) => string;
  /** j, k, m and Enter work wherever the focus is, for the one list of a place; default: they do. */
  readonly keysEverywhere?: boolean;
  /** Rows can be picked, several of them; absent: they cannot. */
  readonly picks?: Picks;
}

export function ListGrid<T>(props: ListGridProps<T>) {
  const { source, rowId, selected, onSelect, onOpen } = props;
  useSyncExternalStore(source.subscribe, source.version);
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const id = useId();
  const height = Math.max(0, size.height - HEAD);
  const { top, first, last, scrollTo } = useScrollView({ box, source, rowHeight: ROW, height });
  const { picks } = props;
  const lead = picks === undefined ? 0 : PICK;
  const drawn = useMemo(
    () => drawnColumns(props.columns, props.layout, size.width - PADDING - lead),
    [props.columns, props.layout, size.width, lead],
  );
  const cursor = useRowCursor({ source, selected, onSelect, scrollTo });
  const picking = usePicks({ picks, source, rowId, standing: cursor.place });
  const [keys] = useState(() => new RowKeys());
  const [activeColumn, setActiveColumn] = useState<string | null>(null);
  const [menu, setMenu] = useState<(MenuPlace & { readonly row: T; readonly column: string }) | null>(null);

  useEffect(() => {
    if (height > 0) source.want(first, last);
  }, [source, first, last, height]);

  const openAt = (place: number): void => {
    const row = source.rowAt(place);
    if (row !== undefined) onOpen(row);
  };
  const openMenu = useCallback(
    (place: number, column: string, at: MenuPlace) => {
      const row = source.rowAt(place);
      if (row !== undefined) setMenu({ ...at, row, column });
    },
    [source],
  );
  const menuByKey = (): void => {
    const column = activeColumn ?? drawn.columns[0]?.id;
    const cell = box.current?.querySelector(`[data-place="${cursor.place}"] [data-column="${column}"]`);
    if (column === undefined || cell === null || cell === undefined) return;
    setActiveColumn(column);
    const { left, bottom } = cell.getBoundingClientRect();
    openMenu(cursor.place, column, { x: left + PADDING, y: bottom });
  };
  const reach = {
    count: source.count,
    index: cursor.place,
    page: () => Math.max(1, Math.floor(height / ROW) - 1),
  };
  const moveKeys = useListKeys({ ...reach, select: cursor.moveTo, open: openAt });
  const pickTo = (place: number): void => {
    picking.extend(place);
    cursor.moveTo(place);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    // React tells of what happens in menus too, which are drawn elsewhere.
    if (!(event.target instanceof Node) || !event.currentTarget.contains(event.target)) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && event.target === event.currentTarget;
    if (isPlain && step !== undefined && cursor.place >= 0) {
      event.preventDefault();
      const at = drawn.columns.findIndex(({ id: column }) => column === activeColumn);
      const column = drawn.columns[Math.max(0, at + step)]?.id ?? activeColumn;
      setActiveColumn(column);
      showColumn(box.current, column);
    } else if (isPlain && (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey))) {
      event.preventDefault();
      menuByKey();
    } else if (picks !== undefined && event.shiftKey && moveOf(event.key, reach) !== null) {
      event.preventDefault();
      pickTo(moveOf(event.key, reach) ?? cursor.place);
    } else if (picks !== undefined && (event.ctrlKey || event.metaKey) && event.key === 'a') {
      event.preventDefault();
      picks.onAll();
    } else moveKeys(event);
  };
  const act = (run: () => void): void => {
    box.current?.focus({ preventScroll: true });
    run();
  };
  useKeys(
    menu === null && props.keysEverywhere !== false
      ? {
          j: () => act(() => cursor.moveTo(Math.min(source.count - 1, cursor.place + 1))),
          k: () => act(() => cursor.moveTo(Math.max(0, cursor.place - 1))),
          m: () => act(menuByKey),
          Enter: () => act(() => openAt(cursor.place)),
          ...movesWithoutFocus({ ...reach, select: (place) => act(() => cursor.moveTo(place)) }),
          ...(picks === undefined
            ? {}
            : {
                x: () => act(() => picking.toggle(cursor.place)),
                J: () => act(() => pickTo(Math.min(source.count - 1, cursor.place + 1))),
                K: () => act(() => pickTo(Math.max(0, cursor.place - 1))),
              }),
        }
      : NO_KEYS,
  );

  const anchor = Math.floor(first / ANCHOR) * ANCHOR;
  const places = Array.from(
    { length: Math.max(0, Math.min(source.count, last + 1 + MORE) - Math.max(0, first - MORE)) },
    (_, i) => Math.max(0, first - MORE) + i,
  );
  const base = keys.baseOf(places[0] ?? 0, places.at(-1) ?? 0);
  const selectedId = cursor.place < 0 ? undefined : `${id}-${cursor.place}`;
  const isActiveDrawn = cursor.place >= first && cursor.place <= last;
  return (
    <div
      ref={box}
      className="list"
      role="grid"
      tabIndex={0}
      aria-label={props.name}
      aria-rowcount={props.total === null ? -1 : props.total + 1}
      aria-colcount={drawn.columns.length + (picks === undefined ? 0 : 1)}
      aria-multiselectable={picks === undefined ? undefined : true}
      aria-activedescendant={
        !isActiveDrawn || selectedId === undefined
          ? undefined
          : activeColumn === null
            ? selectedId
            : `${selectedId}-${activeColumn}`
      }
      onKeyDown={onKeyDown}
      style={
        {
          '--columns': gridTemplate(drawn.columns.map(({ look }) => look)),
          '--least': `${drawn.width + PADDING + lead}px`,
          '--lead': picks === undefined ? '' : `${PICK}px`,
        } as React.CSSProperties
      }
    >
      <div className="list-canvas" style={{ height: HEAD + drawnHeight(source.count * ROW) }}>
        <div className="list-window" style={{ height: size.height }}>
          <ListHead
            box={box}
            lead={picks === undefined ? null : <PickAll picks={picks} total={props.total} />}
            all={props.columns}
            drawn={drawn}
            onLayout={props.onLayout}
            isArranged={props.layout !== ''}
            order={props.order}
            onOrder={props.onOrder}
            rows={() => places.flatMap((place) => source.rowAt(place) ?? [])}
          />
          <div
            className="list-body"
            role="rowgroup"
            style={{ height }}
            onClick={(event) => {
              const cell = cellOf(event.target);
              if (cell === null) return;
              if (event.shiftKey && picks !== undefined) return pickTo(cell.place);
              if (isPickClick(event)) picking.toggle(cell.place);
              else if ((event.ctrlKey || event.metaKey) && picks !== undefined) picking.add(cell.place);
              else setActiveColumn(cell.column);
              cursor.moveTo(cell.place);
            }}
            // A range that is drawn by clicks marks rows, not text.
            onMouseDown={(event) => {
              if (event.shiftKey && picks !== undefined) event.preventDefault();
            }}
            onDoubleClick={(event) => {
              if (!isPickClick(event)) openAt(cellOf(event.target)?.place ?? -1);
            }}
            onContextMenu={(event) => {
              const cell = cellOf(event.target);
              if (cell?.column === null || cell === null) return;
              event.preventDefault();
              setActiveColumn(cell.column);
              cursor.moveTo(cell.place);
              openMenu(cell.place, cell.column, { x: event.clientX, y: event.clientY });
            }}
          >
            <div
              className="list-layer"
              role="presentation"
              style={{ transform: `translateY(${anchor * ROW - top}px)` }}
            >
              {places.map((place) => {
                const row = source.rowAt(place);
                const isSelected = place === cursor.place && row !== undefined;
                return (
                  <ListRow
                    key={place - base}
                    id={`${id}-${place}`}
                    place={place}
                    row={row}
                    rowId={row === undefined ? undefined : rowId(row)}
                    columns={drawn.columns}
                    offset={(place - anchor) * ROW}
                    height={ROW}
                    isSelected={isSelected}
                    isPicked={picks === undefined ? null : row !== undefined && picking.isPicked(rowId(row))}
                    isOneOfSeveral={picks !== undefined && picks.picked.size > 0}
                    activeColumn={isSelected ? activeColumn : null}
                    testId={props.rowTestId}
                  />
                );
              })}
            </div>
            <FunnelButton onOpen={openMenu} />
          </div>
        </div>
      </div>
      {menu === null ? null : (
        <CellMenu
          name={props.cellName(menu.row, menu.column)}
          entries={props.menuOf(menu.row, menu.column)}
          place={menu}
          onClose={() => {
            setMenu(null);
            box.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </div>
  );
}
