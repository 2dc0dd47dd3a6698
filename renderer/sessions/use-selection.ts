/**
 * The selected row: at once on the screen, and in the address once the selection rests, for browsers take few changes a
 * second, or before the window goes elsewhere.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { beforeGoing } from '../router.ts';

/** How long a selection stands before the address says it, ms: longer than a key that is held takes to repeat. */
const REST_MS = 200;

/** `written` is what the address says, `write` changes that. */
export function useSelection(
  written: string | null,
  write: (id: string) => void,
): readonly [string | null, (id: string) => void] {
  const [own, setOwn] = useState({ written, selected: written });
  const latest = useRef(write);
  const forget = useRef(() => {});
  useEffect(() => {
    latest.current = write;
  });
  useEffect(() => () => forget.current(), []);
  // Back, a link or another filter changed the address.
  if (own.written !== written) setOwn({ written, selected: written });
  const select = useCallback((id: string) => {
    setOwn((before) => ({ ...before, selected: id }));
    forget.current();
    const put = () => {
      forget.current();
      latest.current(id);
    };
    const timer = setTimeout(put, REST_MS);
    const stay = beforeGoing(put);
    forget.current = () => {
      clearTimeout(timer);
      stay();
    };
  }, []);
  return [own.selected, select];
}
