/** Plain colours for YAML: keys, comments, quoted texts, numbers and words of its own. */
import {
  Decoration,
  EditorView,
  MatchDecorator,
  ViewPlugin,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view';

const LOOKS = {
  comment: Decoration.mark({ class: 'yaml-comment' }),
  key: Decoration.mark({ class: 'yaml-key' }),
  quoted: Decoration.mark({ class: 'yaml-quoted' }),
  value: Decoration.mark({ class: 'yaml-value' }),
};

const matcher = new MatchDecorator({
  regexp: /(#.*$)|([A-Za-z_-]+)(?=:(?:\s|$))|("[^"]*"|'[^']*')|\b(true|false|null|\d+[a-z]*)\b/g,
  decoration: ([, comment, key, quoted]) =>
    comment !== undefined
      ? LOOKS.comment
      : key !== undefined
        ? LOOKS.key
        : quoted !== undefined
          ? LOOKS.quoted
          : LOOKS.value,
});

export const yamlColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = matcher.createDeco(view);
    }
    update(update: ViewUpdate): void {
      this.decorations = matcher.updateDeco(update, this.decorations);
    }
  },
  { decorations: ({ decorations }) => decorations },
);

/** Over what CodeMirror brings along. */
export const EDITOR_THEME = EditorView.theme({
  '&': { height: '100%', background: 'var(--surface-1)', color: 'var(--text-1)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    font: '400 var(--text-s) / 20px var(--mono)',
    fontVariantLigatures: 'none',
    overflow: 'auto',
  },
  '.cm-content': { caretColor: 'var(--text-1)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text-1)' },
  '.cm-gutters': { background: 'var(--surface-2)', color: 'var(--text-3)', border: 'none' },
  '.cm-activeLine': { background: 'color-mix(in srgb, var(--accent-soft) 40%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--selection)',
  },
  '.cm-tooltip': {
    background: 'var(--surface-1)',
    color: 'var(--text-1)',
    border: '1px solid var(--border-strong)',
    borderRadius: 'var(--radius)',
    boxShadow: 'var(--float)',
    fontSize: 'var(--text-s)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--accent-soft)',
    color: 'var(--text-1)',
  },
  '.cm-tooltip.cm-completionInfo': { maxWidth: '320px', padding: '4px 8px', fontFamily: 'var(--font)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--error)' },
  '.cm-specialChar': { color: 'var(--error)' },
});
