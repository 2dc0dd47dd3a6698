/** How far a list of any length is scrolled on its element, for lists whose rows come by their places. */
import { useCallback, useLayoutEffect, useState, useSyncExternalStore, type RefObject } from 'react';
import { ScrollView, type RowsThere } from './scroll-view.ts';

interface ScrollTop {
  /** px of the list above the view. */
  readonly top: number;
  /** Moves just as far as a part of the list, in px, needs to be seen. */
  readonly show: (from: number, to: number) => void;
}

const ALL_HERE: RowsThere = { isReady: () => true, want: () => {} };

function later(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** All rows are `total` px high, of which `view` are seen at once. */
export function useScrollTop(box: RefObject<HTMLElement | null>, total: number, view: number): ScrollTop {
  const [scroll] = useState(() => new ScrollView(later));
  const top = useSyncExternalStore(scroll.subscribe, scroll.shown);
  useLayoutEffect(() => {
    const element = box.current;
    return element === null ? undefined : scroll.attach(element);
  }, [box, scroll]);
  useLayoutEffect(() => {
    scroll.fit(total, view, ALL_HERE);
  }, [scroll, total, view]);
  const show = useCallback(
    (from: number, to: number) => {
      if (from < scroll.top) scroll.moveTo(from);
      else if (to > scroll.top + view) scroll.moveTo(to - view);
    },
    [scroll, view],
  );
  return { top, show };
}
