/** A list's view on its element: which part of the list is drawn. */
import { useCallback, useLayoutEffect, useState, useSyncExternalStore, type RefObject } from 'react';
import type { RowSource } from './row-source.ts';
import { ScrollView } from './scroll-view.ts';

interface ScrollViewOptions<T> {
  readonly box: RefObject<HTMLElement | null>;
  readonly source: RowSource<T>;
  readonly rowHeight: number;
  /** px of rows that are seen at once. */
  readonly height: number;
}

interface DrawnPart {
  /** px of the list above what is drawn. */
  readonly top: number;
  readonly first: number;
  readonly last: number;
  /** Moves the view just as far as a row needs to be seen. */
  readonly scrollTo: (place: number) => void;
  readonly toStart: () => void;
}

function later(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

export function useScrollView<T>({ box, source, rowHeight, height }: ScrollViewOptions<T>): DrawnPart {
  const [view] = useState(() => new ScrollView(later));
  const top = useSyncExternalStore(view.subscribe, view.shown);
  const { count } = source;

  useLayoutEffect(() => {
    const element = box.current;
    return element === null ? undefined : view.attach(element);
  }, [box, view]);

  // Another list begins where it was left; one with news may be told to begin anew.
  useLayoutEffect(() => {
    view.fit(source.count * rowHeight, height, { isReady: () => true, want: () => {} });
    view.moveTo(source.top);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- nothing else moves the view
  }, [source, source.jumps, view, height > 0]);

  useLayoutEffect(() => {
    const seen = Math.ceil(height / rowHeight);
    const placeAt = (at: number) => Math.max(0, Math.floor(at / rowHeight));
    view.fit(count * rowHeight, height, {
      isReady: (at) => source.hasAny(placeAt(at), Math.min(count, placeAt(at) + seen)),
      // What was drawn stays while they are on their way, so they are asked for at once.
      want: (at) => source.want(placeAt(at), Math.min(count - 1, placeAt(at) + seen)),
    });
  });

  useLayoutEffect(() => {
    source.top = view.top;
  }, [source, view, top]);

  const scrollTo = useCallback(
    (place: number) => {
      const start = place * rowHeight;
      if (start < view.top) view.moveTo(start);
      else if (start + rowHeight > view.top + height) view.moveTo(start + rowHeight - height);
    },
    [view, rowHeight, height],
  );
  const first = Math.max(0, Math.floor(top / rowHeight));
  const last = Math.min(count - 1, Math.ceil((top + height) / rowHeight));
  return { top, first, last, scrollTo, toStart: () => view.moveTo(0) };
}
