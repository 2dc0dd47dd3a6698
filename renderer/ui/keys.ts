/** Keys that work anywhere in a place. What is being typed, and what a dialog or a list takes, is left alone. */
import { useEffect, useRef } from 'react';

/** What a key does, by the `key` of its event: `' '`, `'['`, `'E'`. `false`: nothing now, and others may take the key. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

/** Listens while the component is mounted. A key with Ctrl, Alt or Meta is the browser's. */
export function useKeys(keys: KeyMap): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (takesKeys(event.target, event.key)) return;
      const act = latest.current[event.key];
      if (act === undefined) return;
      if (act(event) !== false) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Whether what has the focus takes a key: text fields take every one; buttons take Space and Enter; an open dialog takes all but what it leaves. */
export function takesKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"]') !==
    null
  ) {
    return true;
  }
  return (key === ' ' || key === 'Enter') && target.closest('button, a, [role="tab"], summary') !== null;
}

/** What is closed gives the focus back a moment later: not when a key has taken it elsewhere meanwhile. */
export function keepFocus(closing: Event): void {
  if (document.activeElement !== document.body) closing.preventDefault();
}
