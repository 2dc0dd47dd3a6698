/** Which columns a list shows: a menu at the end of its head, with a search, for there are many. */
import { Check, Columns3, RotateCcw } from 'lucide-react';
import { Checkbox, Popover } from 'radix-ui';
import { useId, useState } from 'react';
import { LISTS } from '../../words/lists.ts';
import { Button } from '../Button.tsx';
import { keepFocus } from '../keys.ts';
import { withToggled, type ListColumn, type ShownColumn } from './list-column.ts';

interface ColumnsMenuProps<T> {
  readonly all: readonly ListColumn<T>[];
  readonly shown: readonly ShownColumn[];
  readonly isArranged: boolean;
  readonly onShown: (shown: readonly ShownColumn[]) => void;
  readonly onReset: () => void;
}

export function ColumnsMenu<T>({ all, shown, isArranged, onShown, onReset }: ColumnsMenuProps<T>) {
  const [search, setSearch] = useState('');
  const id = useId();
  const words = LISTS.columns;
  const wanted = search.trim().toLowerCase();
  const found = all.filter(({ title }) => title.toLowerCase().includes(wanted));
  const ids = all.map((column) => column.id);
  const isShown = (column: string): boolean => shown.some((one) => one.id === column);
  return (
    <Popover.Root onOpenChange={() => setSearch('')}>
      <Popover.Trigger className="list-columns" aria-label={words.button} title={words.button}>
        <Columns3 size={14} aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="menu columns-menu"
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label={words.button}
          onCloseAutoFocus={keepFocus}
        >
          <input
            className="columns-search"
            type="search"
            value={search}
            placeholder={words.search}
            aria-label={words.search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <ul className="columns-list">
            {found.map((column) => (
              <li key={column.id} className="columns-item">
                <Checkbox.Root
                  id={`${id}-${column.id}`}
                  className="check"
                  checked={isShown(column.id)}
                  disabled={shown.length === 1 && isShown(column.id)}
                  title={shown.length === 1 && isShown(column.id) ? words.last : undefined}
                  onCheckedChange={() => onShown(withToggled(shown, column.id, ids))}
                >
                  <Checkbox.Indicator>
                    <Check size={12} aria-hidden />
                  </Checkbox.Indicator>
                </Checkbox.Root>
                <label htmlFor={`${id}-${column.id}`} className="ellipsis">
                  {column.title}
                </label>
              </li>
            ))}
          </ul>
          {found.length === 0 ? <p className="panel-none">{words.none}</p> : null}
          {isArranged ? (
            <Button onClick={onReset}>
              <RotateCcw size={12} aria-hidden /> {words.reset}
            </Button>
          ) : null}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
