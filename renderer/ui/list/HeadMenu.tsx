/** The menu of a column's head. */
import {
  ArrowDown,
  ArrowUp,
  ChevronLeft,
  ChevronRight,
  EyeOff,
  FoldHorizontal,
  RotateCcw,
  UnfoldHorizontal,
} from 'lucide-react';
import { LISTS } from '../../words/lists.ts';
import { CellMenu, type MenuEntry, type MenuPlace } from './CellMenu.tsx';
import { withMoved, withToggled, type ListColumn, type ShownColumn } from './list-column.ts';

/** Of a glyph in a menu, px. */
const GLYPH = 14;

interface HeadMenuProps<T> {
  readonly place: MenuPlace;
  readonly onClose: () => void;
  readonly column: ListColumn<T>;
  readonly shown: readonly ShownColumn[];
  readonly all: readonly string[];
  readonly order: string;
  readonly onOrder: (order: string) => void;
  readonly onShown: (shown: readonly ShownColumn[]) => void;
  readonly onFit: () => void;
  readonly onWider: (by: -1 | 1) => void;
  /** null: nothing was arranged. */
  readonly onReset: (() => void) | null;
}

export function HeadMenu<T>(props: HeadMenuProps<T>) {
  return (
    <CellMenu
      name={LISTS.columns.menuOf(props.column.title)}
      place={props.place}
      onClose={props.onClose}
      entries={entriesOf(props)}
    />
  );
}

function entriesOf<T>(head: HeadMenuProps<T>): MenuEntry[] {
  const { column, shown, onShown } = head;
  const at = shown.findIndex(({ id }) => id === column.id);
  const orders = column.look.orders ?? [];
  const words = LISTS.columns;
  return [
    ...orders.map((order) => ({
      label: order.startsWith('-') ? words.descending : words.ascending,
      icon: order.startsWith('-') ? (
        <ArrowDown size={GLYPH} aria-hidden />
      ) : (
        <ArrowUp size={GLYPH} aria-hidden />
      ),
      disabled: head.order === order,
      run: () => head.onOrder(order),
    })),
    ...(orders.length === 0 ? [] : [null]),
    {
      label: words.left,
      icon: <ChevronLeft size={GLYPH} aria-hidden />,
      disabled: at === 0,
      run: () => onShown(withMoved(shown, column.id, at - 1)),
    },
    {
      label: words.right,
      icon: <ChevronRight size={GLYPH} aria-hidden />,
      disabled: at === shown.length - 1,
      run: () => onShown(withMoved(shown, column.id, at + 1)),
    },
    { label: words.narrower, icon: <FoldHorizontal size={GLYPH} aria-hidden />, run: () => head.onWider(-1) },
    { label: words.wider, icon: <UnfoldHorizontal size={GLYPH} aria-hidden />, run: () => head.onWider(1) },
    { label: words.fit, run: head.onFit },
    null,
    {
      label: words.hide,
      icon: <EyeOff size={GLYPH} aria-hidden />,
      disabled: shown.length === 1,
      run: () => onShown(withToggled(shown, column.id, head.all)),
    },
    ...(head.onReset === null
      ? []
      : [{ label: words.reset, icon: <RotateCcw size={GLYPH} aria-hidden />, run: head.onReset }]),
  ];
}
