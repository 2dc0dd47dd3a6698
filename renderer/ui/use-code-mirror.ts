import type { EditorView } from '@codemirror/view';
import { useLayoutEffect, useRef, type RefObject } from 'react';

interface Mounted {
  /** For the element that the editor is opened in. */
  readonly host: RefObject<HTMLDivElement | null>;
  /** Null while it is not there. */
  readonly editor: RefObject<EditorView | null>;
}

/** An editor that is there as long as the component, which looks after its text: opened with `initial`, or what it had last. */
export function useCodeMirror(
  initial: string,
  open: (parent: HTMLElement, text: string) => EditorView,
): Mounted {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(null);
  const text = useRef(initial);
  const opening = useRef(open);
  useLayoutEffect(() => {
    if (host.current === null) return;
    const view = opening.current(host.current, text.current);
    editor.current = view;
    return () => {
      text.current = view.state.doc.toString();
      editor.current = null;
      view.destroy();
    };
  }, []);
  return { host, editor };
}
