/** The filter's text in an editor of one line, as a text field that React looks after. */
import { EditorSelection, EditorState, Prec, type Transaction } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, type Ref } from 'react';
import { useCodeMirror } from '../ui/use-code-mirror.ts';
import { filterExtensions, tell, type Shown } from './editor-extensions.ts';

/** What can be asked of the editor. */
export interface FilterEditorHandle {
  /** Another text, with the caret at `at`; as much an edit as any, for who undoes it. */
  readonly set: (text: string, at: number) => void;
  readonly focus: () => void;
  readonly blur: () => void;
  /** Gives it the focus with all of its text selected. */
  readonly select: () => void;
  /** How far right of the editor's start a character stands, in px. */
  readonly leftOf: (at: number) => number;
}

/** What happens in the editor. */
export interface EditorEvents {
  /** The text, or where the caret is in it, changed; `byPerson`: they typed, cut, pasted, undid. */
  readonly onEdit: (text: string, caret: number, byPerson: boolean) => void;
  /** A key; true: it was taken. Keys of an input method are its own. */
  readonly onKey: (event: KeyboardEvent, text: string, caret: number) => boolean;
  readonly onClick: () => void;
  readonly onBlur: () => void;
}

interface FilterEditorProps extends Shown {
  readonly ref: Ref<FilterEditorHandle>;
  readonly initial: string;
  readonly events: EditorEvents;
}

export function FilterEditor({ ref, initial, events, fault, attributes }: FilterEditorProps) {
  const latest = useRef(events);
  useLayoutEffect(() => {
    latest.current = events;
  });

  const { host, editor } = useCodeMirror(initial, (parent, text) => openEditor(parent, text, latest));

  useEffect(() => {
    if (editor.current !== null) tell(editor.current, { fault, attributes });
  });

  useImperativeHandle(ref, () => handleOf(editor), [editor]);
  return <div ref={host} className="filter-editor" />;
}

function openEditor(
  parent: HTMLElement,
  text: string,
  latest: { readonly current: EditorEvents },
): EditorView {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      selection: EditorSelection.cursor(text.length),
      extensions: [
        Prec.highest(
          EditorView.domEventHandlers({
            keydown: (event, { state }) =>
              !event.isComposing &&
              latest.current.onKey(event, state.doc.toString(), state.selection.main.head),
            click: () => latest.current.onClick(),
            blur: () => latest.current.onBlur(),
          }),
        ),
        filterExtensions(),
        EditorView.updateListener.of(({ docChanged, selectionSet, state, transactions }) => {
          if (!docChanged && !selectionSet) return;
          const byPerson = docChanged && transactions.some(isByPerson);
          latest.current.onEdit(state.doc.toString(), state.selection.main.head, byPerson);
        }),
      ],
    }),
  });
  // CodeMirror's word for any editor; a combobox has no such attribute.
  view.contentDOM.removeAttribute('aria-multiline');
  return view;
}

function isByPerson(transaction: Transaction): boolean {
  return ['input', 'delete', 'undo', 'redo', 'move'].some((event) => transaction.isUserEvent(event));
}

function handleOf(editor: { readonly current: EditorView | null }): FilterEditorHandle {
  return {
    set(text, at) {
      const view = editor.current;
      if (view === null || view.state.doc.toString() === text) return;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: EditorSelection.cursor(Math.min(at, text.length)),
        scrollIntoView: true,
      });
    },
    focus: () => editor.current?.focus(),
    blur: () => editor.current?.contentDOM.blur(),
    select() {
      const view = editor.current;
      view?.focus();
      view?.dispatch({ selection: EditorSelection.single(0, view.state.doc.length) });
    },
    leftOf(at) {
      const view = editor.current;
      const place = view?.coordsAtPos(Math.min(at, view.state.doc.length));
      if (view === null || place === null || place === undefined) return 0;
      return place.left - view.dom.getBoundingClientRect().left;
    },
  };
}
