/** What the filter's editor is made of: one line, coloured by what its parts are, a fault underlined, parentheses matched, undo. */
import { history, historyKeymap, standardKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { StateEffect, StateField, type EditorState, type Extension, type Range } from '@codemirror/state';
import { Decoration, EditorView, highlightSpecialChars, keymap, type DecorationSet } from '@codemirror/view';
import type { FilterError } from '../../shared/filter/filter.ts';
import { markFilter } from './filter-marks.ts';
import { oneLine } from './one-line.ts';

/** What the editor is told from outside: the fault to underline, and what it is to those who hear it. */
export interface Shown {
  readonly fault: FilterError | null;
  readonly attributes: Readonly<Record<string, string>>;
}

const show = StateEffect.define<Shown>();

/** Tells the editor, where that is other than what it was told last. */
export function tell(view: EditorView, shown: Shown): void {
  const { fault, attributes } = view.state.field(shownField);
  const same = Object.entries(shown.attributes).every(([name, value]) => attributes[name] === value);
  const asMany = Object.keys(shown.attributes).length === Object.keys(attributes).length;
  if (fault !== shown.fault || !same || !asMany) view.dispatch({ effects: show.of(shown) });
}

const shownField = StateField.define<Shown>({
  create: () => ({ fault: null, attributes: {} }),
  update: (shown, transaction) => transaction.effects.find((effect) => effect.is(show))?.value ?? shown,
  provide: (field) => [
    EditorView.contentAttributes.from(field, ({ attributes }) => ({ ...attributes })),
    EditorView.decorations.compute([field, 'doc'], (state) => marksOf(state, state.field(field).fault)),
  ],
});

/** Keys of an editor of many lines that mean other things here, or should leave the field. */
const NOT_HERE = new Set(['Enter', 'Mod-Enter', 'Shift-Enter', 'Tab', 'Escape']);

/**
 * Typing over a selection is done here rather than by the browser: Chromium keeps the looks of what it replaces in a style attribute,
 * which the window's Content-Security-Policy forbids, and says so each time.
 */
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data, inputType, isComposing } = event;
    if (inputType !== 'insertText' || data === null || isComposing || view.state.selection.main.empty)
      return false;
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});

export function filterExtensions(): Extension {
  return [
    history(),
    oneLine,
    typedOver,
    shownField,
    bracketMatching({ brackets: '()' }),
    highlightSpecialChars(),
    keymap.of([
      ...standardKeymap.filter(({ key }) => key === undefined || !NOT_HERE.has(key)),
      ...historyKeymap,
    ]),
    THEME,
  ];
}

function marksOf(state: EditorState, fault: FilterError | null): DecorationSet {
  const text = state.doc.toString();
  // A fault of what stood here a moment ago may point behind the end.
  const within = fault !== null && fault.range[0] <= text.length ? fault : null;
  const marks: Range<Decoration>[] = markFilter(text, within)
    .filter(({ look }) => look !== 'plain')
    .map(({ at, text: piece, look }) => MARKS[look].range(at, at + piece.length));
  return Decoration.set(marks);
}

const MARKS = {
  field: Decoration.mark({ class: 'piece-field' }),
  sign: Decoration.mark({ class: 'piece-sign' }),
  value: Decoration.mark({ class: 'piece-value' }),
  fault: Decoration.mark({ class: 'piece-fault' }),
  plain: Decoration.mark({}),
} as const;

/** Over what CodeMirror brings along, which is made for a page of code. */
const THEME = EditorView.theme({
  '&': { height: '28px', background: 'none', color: 'var(--text-2)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    overflowX: 'auto',
    overflowY: 'hidden',
    scrollbarWidth: 'none',
    font: '400 var(--text-m) / 28px var(--mono)',
    fontVariantLigatures: 'none',
  },
  '.cm-content': { padding: '0', caretColor: 'var(--text-1)' },
  '.cm-line': { padding: '0' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--accent-soft)', color: 'var(--accent)' },
  '&.cm-focused .cm-nonmatchingBracket': { background: 'none', color: 'inherit' },
  '.cm-specialChar': { color: 'var(--error)' },
});
