/** The button of the cell under the pointer, which opens its menu: one for the list, laid over the cell without drawing any row. */
import { ListFilter } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { LISTS } from '../../words/lists.ts';
import type { MenuPlace } from './CellMenu.tsx';

/** Its width, and how far it stands from the cell's end, px: see list.css. */
const WIDTH = 18;
const INSET = 3;

/** After so long without scrolling the row under the pointer stays, ms: while it goes on, each would make the browser lay rows out anew. */
const STILL_MS = 100;

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
    let scrolled = -Infinity;
    let resting: ReturnType<typeof setTimeout> | undefined;
    const hide = (): void => {
      clearTimeout(resting);
      cell.current = null;
      if (button.current !== null && button.current.style.display !== 'none')
        button.current.style.display = 'none';
    };
    const onScroll = ({ timeStamp }: Event): void => {
      scrolled = timeStamp;
      hide();
    };
    const show = (over: HTMLElement): void => {
      if (button.current === null) return;
      const [around, own] = [body.getBoundingClientRect(), over.getBoundingClientRect()];
      const isEnd = over.classList.contains('grid-end');
      const x = (isEnd ? own.left + INSET : own.right - WIDTH - INSET) - around.left;
      button.current.style.display = '';
      button.current.style.transform = `translate(${x}px, ${own.top - around.top + INSET}px)`;
    };
    const onOver = ({ target, timeStamp }: Event): void => {
      if (!(target instanceof Element) || target.closest('.list-funnel') !== null) return;
      const over = target.closest<HTMLElement>('[data-column]');
      if (over === cell.current) return;
      if (over === null) return hide();
      clearTimeout(resting);
      cell.current = over;
      const wait = scrolled + STILL_MS - timeStamp;
      if (wait > 0) resting = setTimeout(() => show(over), wait);
      else show(over);
    };
    body.addEventListener('pointerover', onOver, { signal, passive: true });
    body.addEventListener('pointerleave', hide, { signal, passive: true });
    // Then another row is under the pointer.
    body.closest('.list')?.addEventListener('scroll', onScroll, { signal, passive: true });
    body.addEventListener('wheel', onScroll, { signal, passive: true });
    signal.addEventListener('abort', () => clearTimeout(resting));
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
