/** The selected row of a list, wherever it is: one that is not here yet is selected as soon as it is. */
import { useEffect, useRef, useState } from 'react';
import type { RowSource } from './row-source.ts';

interface RowCursorOptions<T> {
  readonly source: RowSource<T>;
  readonly selected: string | null;
  readonly onSelect: (row: T) => void;
  readonly scrollTo: (place: number) => void;
}

interface RowCursor {
  /** -1: none, or nobody knows where. */
  readonly place: number;
  readonly moveTo: (place: number) => void;
}

/** In which list, where the selected row was last, and where one is to be selected that is on its way. */
interface Standing<T> {
  readonly source: RowSource<T>;
  readonly last: number;
  readonly target: number | null;
}

export function useRowCursor<T>({ source, selected, onSelect, scrollTo }: RowCursorOptions<T>): RowCursor {
  const [own, setOwn] = useState<Standing<T>>({ source, last: -1, target: null });
  if (own.source !== source) setOwn({ source, last: -1, target: null });
  const { last, target } = own;
  const stopWaiting = useRef<(() => void) | null>(null);
  const known = selected === null ? -1 : source.placeOf(selected);

  useEffect(() => () => stopWaiting.current?.(), []);

  // A row that an address names is shown once it is here; later its list may move under it without moving the view.
  const met = useRef<string | null>(null);
  useEffect(() => {
    if (known < 0 || met.current === selected) return;
    met.current = selected;
    scrollTo(known);
  }, [known, selected, scrollTo]);

  return {
    place: target ?? (known >= 0 ? known : selected === null ? -1 : last),
    moveTo(place) {
      stopWaiting.current?.();
      stopWaiting.current = null;
      const row = source.rowAt(place);
      setOwn({ source, last: place, target: row === undefined ? place : null });
      if (row === undefined) {
        const stop = source.subscribe(() => {
          const arrived = source.rowAt(place);
          if (arrived === undefined) return;
          stop();
          setOwn({ source, last: place, target: null });
          onSelect(arrived);
        });
        stopWaiting.current = stop;
      } else {
        onSelect(row);
      }
      scrollTo(place);
    },
  };
}
