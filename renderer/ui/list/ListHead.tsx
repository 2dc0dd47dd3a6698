/** The head of a list: names of columns, the order where the host has one, and how columns are arranged. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { LISTS } from '../../words/lists.ts';
import { gridTemplate, nextOrder } from '../columns.ts';
import type { MenuPlace } from './CellMenu.tsx';
import { ColumnsMenu } from './ColumnsMenu.tsx';
import type { DrawnColumns } from './drawn-columns.ts';
import { HeadMenu } from './HeadMenu.tsx';
import { useColumnDrag } from './use-column-drag.ts';
import { withMoved, withWidth, writeLayout, type ListColumn } from './list-column.ts';
import { fittedWidth } from './fitted-width.ts';

/** What a key makes a column wider by, px. */
const STEP = 16;

interface ListHeadProps<T> {
  /** The list, whose columns follow a pointer before they are kept. */
  readonly box: RefObject<HTMLElement | null>;
  /** What stands before the first column; null: nothing does. */
  readonly lead: ReactNode;
  readonly all: readonly ListColumn<T>[];
  readonly drawn: DrawnColumns<T>;
  readonly onLayout: (layout: string) => void;
  /** Somebody arranged the columns: they can be set back. */
  readonly isArranged: boolean;
  readonly order: string;
  readonly onOrder: (order: string) => void;
  /** Rows in view, which widths are fitted to. */
  readonly rows: () => readonly T[];
}

export function ListHead<T>(props: ListHeadProps<T>) {
  const { drawn, onLayout, order, onOrder, box } = props;
  const head = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<(MenuPlace & { readonly column: ListColumn<T> }) | null>(null);
  const [focused, setFocused] = useState(0);
  const keep = (shown: DrawnColumns<T>['shown']): void => onLayout(writeLayout(shown));
  const widthOf = (id: string): number =>
    head.current?.querySelector(`[data-head="${id}"]`)?.getBoundingClientRect().width ?? 0;
  const resize = (id: string, width: number | null): void => keep(withWidth(drawn.shown, id, width));
  const move = (id: string, to: number): void => keep(withMoved(drawn.shown, id, to));
  const fit = (column: ListColumn<T>): void =>
    resize(column.id, fittedWidth(column.title, props.rows().map(column.text), head.current));
  const drag = useColumnDrag({
    head,
    ids: drawn.columns.map(({ id }) => id),
    onMove: move,
    onResizing: (id, width) => {
      const looks = drawn.columns.map((column) =>
        column.id === id ? { ...column.look, width: Math.max(32, width), grow: 0 } : column.look,
      );
      box.current?.style.setProperty('--columns', gridTemplate(looks));
    },
    onResized: resize,
  });
  const sort = (column: ListColumn<T>): void => {
    const { orders } = column.look;
    if (orders !== undefined) onOrder(nextOrder(orders, order));
  };
  const onKeyDown = (event: KeyboardEvent, column: ListColumn<T>, at: number): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined && !event.ctrlKey && !event.metaKey) {
      if (event.altKey) {
        move(column.id, at + step);
        setFocused(Math.min(drawn.columns.length - 1, Math.max(0, at + step)));
      } else if (event.shiftKey) resize(column.id, widthOf(column.id) + step * STEP);
      else focusHead(Math.min(drawn.columns.length - 1, Math.max(0, at + step)));
    } else if (event.key === 'ContextMenu' || event.key === 'ArrowDown') {
      const { left, bottom } = event.currentTarget.getBoundingClientRect();
      setMenu({ x: left, y: bottom, column });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const focusHead = (at: number): void => {
    setFocused(at);
    head.current?.querySelectorAll<HTMLElement>('.head-name')[at]?.focus();
  };
  return (
    <>
      <div className="list-corner" role="row">
        <div role="columnheader" className="list-corner-cell">
          <ColumnsMenu
            all={props.all}
            shown={drawn.shown}
            isArranged={props.isArranged}
            onShown={keep}
            onReset={() => onLayout('')}
          />
        </div>
      </div>
      <div ref={head} className="list-head" role="row" aria-rowindex={1}>
        {props.lead}
        {drawn.columns.map((column, at) => {
          const { orders, align } = column.look;
          const isSorted = orders?.includes(order) === true;
          const direction = order.startsWith('-') ? 'descending' : 'ascending';
          return (
            <div
              key={column.id}
              role="columnheader"
              className={align === 'end' ? 'head-cell grid-end' : 'head-cell'}
              data-head={column.id}
              data-drop={
                drag.drop === at
                  ? 'before'
                  : drag.drop === at + 1 && at + 1 === drawn.columns.length
                    ? 'behind'
                    : undefined
              }
              aria-sort={isSorted ? direction : undefined}
              onContextMenu={(event) => {
                event.preventDefault();
                setMenu({ x: event.clientX, y: event.clientY, column });
              }}
            >
              <button
                type="button"
                className="head-name"
                tabIndex={at === focused ? 0 : -1}
                aria-description={LISTS.columns.head}
                data-sortable={orders !== undefined}
                onFocus={() => setFocused(at)}
                onKeyDown={(event) => onKeyDown(event, column, at)}
                onPointerDown={(event) => drag.startMove(event, column.id)}
                onClick={() => {
                  if (!drag.wasDragged()) sort(column);
                }}
              >
                <span className="ellipsis">{column.title}</span>
                {isSorted ? <Arrow direction={direction} /> : null}
              </button>
              <span
                className="head-edge"
                aria-hidden
                title={LISTS.columns.resize(column.title)}
                onPointerDown={(event) => drag.startResize(event, column.id)}
                onDoubleClick={() => fit(column)}
              />
            </div>
          );
        })}
        {menu === null ? null : (
          <HeadMenu
            place={menu}
            onClose={() => setMenu(null)}
            column={menu.column}
            shown={drawn.shown}
            all={props.all.map(({ id }) => id)}
            order={order}
            onOrder={onOrder}
            onShown={keep}
            onFit={() => fit(menu.column)}
            onWider={(by) => resize(menu.column.id, widthOf(menu.column.id) + by * STEP)}
            onReset={props.isArranged ? () => onLayout('') : null}
          />
        )}
      </div>
    </>
  );
}

function Arrow({ direction }: { readonly direction: 'ascending' | 'descending' }) {
  return direction === 'descending' ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />;
}
