/** The button of the cell under the pointer, which opens its menu: one for the list, laid over the cell without drawing any row. */
import { ListFilter } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { LISTS } from '../../words/lists.ts';
import type { MenuPlace } from './CellMenu.tsx';

/** Its width, and how far it stands from the cell's end, px: see list.css. */
const WIDTH = 18;
const INSET = 3;

interface FunnelButtonProps {
  readonly onOpen: (place: number, column: string, at: MenuPlace) => void;
}

export function FunnelButton({ onOpen }: FunnelButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const cell = useRef<HTMLElement>(null);

  useEffect(() => {
    const body = button.current?.parentElement;
    if (body === null || body === undefined) return;
    const stop = new AbortController();
    const { signal } = stop;
    const hide = (): void => {
      cell.current = null;
      if (button.current !== null) button.current.style.display = 'none';
    };
    const onOver = ({ target }: Event): void => {
      if (!(target instanceof Element) || target.closest('.list-funnel') !== null) return;
      const over = target.closest<HTMLElement>('[data-column]');
      if (over === cell.current || button.current === null) return;
      if (over === null) return hide();
      cell.current = over;
      const [around, own] = [body.getBoundingClientRect(), over.getBoundingClientRect()];
      const isEnd = over.classList.contains('grid-end');
      const x = (isEnd ? own.left + INSET : own.right - WIDTH - INSET) - around.left;
      button.current.style.display = '';
      button.current.style.transform = `translate(${x}px, ${own.top - around.top + INSET}px)`;
    };
    body.addEventListener('pointerover', onOver, { signal, passive: true });
    body.addEventListener('pointerleave', hide, { signal, passive: true });
    // Then another row is under the pointer.
    body.closest('.list')?.addEventListener('scroll', hide, { signal, passive: true });
    body.addEventListener('wheel', hide, { signal, passive: true });
    return () => stop.abort();
  }, []);

  return (
    <button
      ref={button}
      type="button"
      className="list-funnel"
      style={{ display: 'none' }}
      // The list has the focus; its key m opens the same menu.
      tabIndex={-1}
      aria-label={LISTS.cell.open}
      title={LISTS.cell.open}
      onClick={() => {
        const over = cell.current;
        const row = over?.closest<HTMLElement>('[data-place]');
        const column = over?.dataset['column'];
        if (over === null || row === null || row === undefined || column === undefined) return;
        const { left, bottom } = over.getBoundingClientRect();
        onOpen(Number(row.dataset['place']), column, { x: left, y: bottom });
      }}
    >
      <ListFilter size={12} aria-hidden />
    </button>
  );
}
