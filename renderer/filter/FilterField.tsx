/** The text of the filter with what floats below it: what may follow, what is wrong, and what it says in words. */
import { useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from 'react';
import type { KnownValues } from '../../shared/filter/complete.ts';
import { explainFilter } from '../../shared/filter/explain.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { useKeepPreferences, usePreferences } from '../preferences.ts';
import { FILTER } from '../words/filter.ts';
import { FilterEditor, type EditorEvents, type FilterEditorHandle } from './FilterEditor.tsx';
import { faultOf, shownFault } from './filter-marks.ts';
import { CLOSED, moved, suggestionsFor, takenByTab, type Listing, type Suggestion } from './suggest.ts';
import { Suggestions } from './Suggestions.tsx';

/** Longest explanation shown; what is longer is no shorter to read than the filter. */
const MEANS_LENGTH = 400;

/** Border and padding of what floats, in px: its text stands below that of the field. */
const INSET = 13;

/** What can be asked of the field. */
export interface FilterFieldHandle {
  readonly select: () => void;
  /** Applies a filter, unless it cannot be read. */
  readonly apply: (filter: string) => void;
  readonly toggleHistory: () => void;
}

interface FilterFieldProps {
  readonly ref: Ref<FilterFieldHandle>;
  readonly filter: string;
  readonly known: KnownValues;
  readonly onText: (text: string) => void;
  readonly onApply: (filter: string) => void;
}

export function FilterField({ ref, filter, known, onText, onApply }: FilterFieldProps) {
  const [{ text, caret }, setEdited] = useState({ text: filter, caret: filter.length });
  const { listing, drawn, change } = useListing();
  const { history } = usePreferences();
  const { keep } = useKeepPreferences();
  const editor = useRef<FilterEditorHandle>(null);
  const id = useId();
  const sources = { known, history };

  const suggestions = suggestionsFor(drawn.open, text, caret, sources);
  const wrong = faultOf(text);
  const typing = drawn.open === 'completions' && suggestions.length > 0;
  const fault = typing ? shownFault(wrong, text, caret) : wrong;
  const float = useFloatAt(editor, text, suggestions[0]?.range[0] ?? fault?.range[0] ?? null);

  // A filter that changed elsewhere (a facet, a cell, back) replaces what was being typed.
  useEffect(() => {
    editor.current?.set(filter, filter.length);
  }, [filter]);

  const apply = (next: string): void => {
    const chosen = next.trim();
    if (faultOf(chosen) !== null) return;
    change(CLOSED);
    if (chosen !== '') keep({ kind: 'useFilter', filter: chosen });
    editor.current?.set(chosen, chosen.length);
    onApply(chosen);
  };
  const take = (suggestion: Suggestion, all: string): void => {
    if (suggestion.kind === 'history') {
      apply(suggestion.insert);
      return;
    }
    const [from, to] = suggestion.range;
    change(suggestion.kind === 'value' ? CLOSED : { open: 'completions', active: -1 });
    editor.current?.set(
      all.slice(0, from) + suggestion.insert + all.slice(to),
      from + suggestion.insert.length,
    );
    editor.current?.focus();
  };
  useImperativeHandle(ref, () => ({
    select: () => editor.current?.select(),
    apply,
    toggleHistory: () => {
      editor.current?.focus();
      change(listing.current.open === 'history' ? CLOSED : { open: 'history', active: -1 });
    },
  }));

  const events: EditorEvents = {
    onEdit: (next, at, byPerson) => {
      setEdited({ text: next, caret: at });
      onText(next);
      if (byPerson) change({ open: 'completions', active: -1 });
      else if (listing.current.open !== 'no') change({ open: listing.current.open, active: -1 });
    },
    onKey: (event, all, at) => {
      const now = suggestionsFor(listing.current.open, all, at, sources);
      const chosen = now[listing.current.active];
      const { key } = event;
      if (key === 'Enter') {
        if (chosen === undefined) apply(all);
        else take(chosen, all);
        return true;
      }
      if (key === 'Tab' && !event.shiftKey) {
        const taken = takenByTab(listing.current, now, all.slice(0, at));
        if (taken !== null) take(taken, all);
        return taken !== null;
      }
      if ((key === 'ArrowDown' || key === 'ArrowUp') && !event.shiftKey && !event.altKey) {
        change(moved(listing.current, key, now.length));
        return true;
      }
      if (key !== 'Escape') return false;
      if (listing.current.open !== 'no') change(CLOSED);
      else {
        editor.current?.set(filter, filter.length);
        editor.current?.blur();
      }
      return true;
    },
    onClick: () => change({ open: 'completions', active: -1 }),
    onBlur: () => change(CLOSED),
  };

  const { active, open } = drawn;
  const says = fault !== null && suggestions.length === 0 ? fault.message : '';
  return (
    <div className="filter-field">
      {text === '' ? (
        <span id={`${id}-hint`} className="filter-hint ellipsis" aria-hidden>
          {FILTER.hint}
        </span>
      ) : null}
      <FilterEditor
        ref={editor}
        initial={filter}
        events={events}
        fault={fault}
        attributes={{
          role: 'combobox',
          'data-testid': 'filter',
          'aria-label': FILTER.label,
          'aria-autocomplete': 'list',
          'aria-haspopup': 'listbox',
          'aria-expanded': String(suggestions.length > 0),
          'aria-controls': `${id}-list`,
          'aria-invalid': String(fault !== null),
          'aria-describedby': `${id}-hint ${id}-fault ${id}-means`,
          ...(active >= 0 ? { 'aria-activedescendant': `${id}-list-${active}` } : {}),
        }}
      />
      <div ref={float} className="filter-float">
        <p id={`${id}-fault`} className="filter-message" role="status">
          {says}
        </p>
        <Suggestions
          id={`${id}-list`}
          items={suggestions}
          active={active}
          onTake={(suggestion) => take(suggestion, text)}
        />
        {open === 'history' && history.length === 0 ? (
          <p className="filter-means filter-none">{FILTER.noHistory}</p>
        ) : null}
        <Means id={`${id}-means`} text={text} />
      </div>
    </div>
  );
}

/** What the filter says, below all else, while one is in the field or over it. */
function Means({ id, text }: { readonly id: string; readonly text: string }) {
  const { filter } = parseFilter(text);
  const means = filter === undefined ? '' : explainFilter(filter);
  return (
    <p id={id} className="filter-means">
      {means === '' ? '' : `${FILTER.means}: ${visibleLine(means, MEANS_LENGTH)}`}
    </p>
  );
}

/** The listing as drawn, and as it is: the next key may come before React has drawn. */
function useListing() {
  const [drawn, draw] = useState(CLOSED);
  const listing = useRef(drawn);
  const change = (next: Listing): void => {
    listing.current = next;
    draw(next);
  };
  return { listing, drawn, change };
}

/**
 * Keeps what floats below the field at a character of its text, as far as it fits; null: at the start. To know where a character
 * stands the browser lays out the whole window, so it is asked only where one is meant.
 */
function useFloatAt(
  editor: { readonly current: FilterEditorHandle | null },
  text: string,
  at: number | null,
) {
  const float = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const left = (at === null ? 0 : (editor.current?.leftOf(at) ?? 0)) - INSET;
    if (float.current !== null) float.current.style.left = `max(${-INSET}px, min(${left}px, 100% - 620px))`;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- with another text the character stands elsewhere
  }, [editor, text, at]);
  return float;
}
