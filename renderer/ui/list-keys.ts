/** The keys of a list with one selected row. */
import type { KeyboardEvent as ReactKeyboardEvent } from 'react';
import type { KeyMap } from './keys.ts';

interface ListKeys {
  readonly count: number;
  /** The selected row, -1 for none. */
  readonly index: number;
  /** Rows of one page. */
  readonly page: () => number;
  readonly select: (index: number) => void;
  readonly open: (index: number) => void;
}

/** Where a key moves the selection; null when it is no key of a list. */
export function moveOf(
  key: string,
  { count, index, page }: Pick<ListKeys, 'count' | 'index' | 'page'>,
): number | null {
  const last = count - 1;
  const to = (target: number): number => Math.min(last, Math.max(0, target));
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return to(index + 1);
    case 'k':
    case 'ArrowUp':
      return to(index - 1);
    case 'PageDown':
      return to(index + page());
    case 'PageUp':
      return to(index - page());
    case 'Home':
      return to(0);
    case 'End':
      return to(last);
    default:
      return null;
  }
}

/** Handles keys pressed in the list; a button inside of it keeps its own. */
export function useListKeys(list: ListKeys): (event: ReactKeyboardEvent) => void {
  return (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isControl(event.target)) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      list.open(list.index);
      return;
    }
    const target = list.count === 0 ? null : moveOf(event.key, list);
    if (target === null) return;
    event.preventDefault();
    list.select(target);
  };
}

const MOVES = ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'] as const;

/** The keys that move, where nothing has the focus, as for a moment behind a menu that was closed: none of them is lost. */
export function movesWithoutFocus({ select, ...list }: Omit<ListKeys, 'open'>): KeyMap {
  const move = (event: KeyboardEvent): false | void => {
    const target = event.target === document.body && list.count > 0 ? moveOf(event.key, list) : null;
    if (target === null) return false;
    select(target);
  };
  return Object.fromEntries(MOVES.map((key) => [key, move]));
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button, input, select, a') !== null;
}
