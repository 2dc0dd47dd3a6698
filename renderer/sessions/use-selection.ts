/** The selected row: at once on the screen, and in the address once the selection rests, for browsers take few changes a second. */
import { useCallback, useEffect, useRef, useState } from 'react';

/** How long a selection stands before the address says it, ms: longer than a key that is held takes to repeat. */
const REST_MS = 200;

/** `written` is what the address says, `write` changes that. */
export function useSelection(
  written: string | null,
  write: (id: string) => void,
): readonly [string | null, (id: string) => void] {
  const [own, setOwn] = useState({ written, selected: written });
  const latest = useRef(write);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = write;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  // Back, a link or another filter changed the address.
  if (own.written !== written) setOwn({ written, selected: written });
  const select = useCallback((id: string) => {
    setOwn((before) => ({ ...before, selected: id }));
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(id), REST_MS);
  }, []);
  return [own.selected, select];
}
