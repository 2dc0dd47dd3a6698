/**
 * The filter as text: coloured, faults underlined with their message, completion of fields and of values that occur,
 * earlier filters with ↑. Enter applies; until then nothing below moves.
 */
import { Clock3, CornerDownLeft, Search, X } from 'lucide-react';
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { completeFilter, type KnownValues } from '../../shared/filter/complete.ts';
import { useKeys } from '../ui/keys.ts';
import { remember, readHistory } from './filter-history.ts';
import { faultOf, markFilter, shownFault } from './filter-marks.ts';
import { Suggestions, type Suggestion } from './Suggestions.tsx';

/** Proposals in the list, of which a dozen are seen without scrolling. */
const SHOWN = 50;

interface FilterBarProps {
  /** The filter in force. */
  readonly filter: string;
  readonly onApply: (filter: string) => void;
  readonly known: KnownValues;
  /** What stands at the right: how much passes. */
  readonly children: ReactNode;
}

export function FilterBar({ filter, onApply, known, children }: FilterBarProps) {
  const [text, setText] = useState(filter);
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState<'no' | 'completions' | 'history'>('no');
  const [active, setActive] = useState(-1);
  const [inForce, setInForce] = useState(filter);
  const input = useRef<HTMLInputElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  const caretTo = useRef<number | null>(null);
  const id = useId();

  // A filter that changed elsewhere (a facet, a cell, back) replaces what was being typed.
  if (inForce !== filter) {
    setInForce(filter);
    setText(filter);
  }

  useKeys({ '/': () => input.current?.select() });

  const wrong = faultOf(text);
  const suggestions = suggestionsFor(open, text, caret, known);
  const typing = open === 'completions' && suggestions.length > 0;
  const fault = typing ? shownFault(wrong, text, caret) : wrong;
  const edit = (next: string, at: number): void => {
    setText(next);
    setCaret(at);
    setActive(-1);
  };
  const close = (): void => {
    setOpen('no');
    setActive(-1);
  };
  const apply = (next: string): void => {
    if (faultOf(next) !== null) return;
    close();
    remember(next);
    setText(next.trim());
    onApply(next.trim());
  };
  const take = (suggestion: Suggestion): void => {
    const next = text.slice(0, suggestion.range[0]) + suggestion.insert + text.slice(suggestion.range[1]);
    const at = suggestion.range[0] + suggestion.insert.length;
    edit(next, at);
    setOpen(suggestion.kind === 'value' ? 'no' : 'completions');
    input.current?.focus();
    caretTo.current = at;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const chosen = suggestions[active];
    if (event.key === 'Enter') {
      event.preventDefault();
      if (chosen === undefined) apply(text);
      else if (open === 'history') apply(chosen.insert);
      else take(chosen);
    } else if (event.key === 'Tab' && !event.shiftKey && open === 'completions' && suggestions.length > 0) {
      const best = chosen ?? (/[^\s(-]$/.test(text.slice(0, caret)) ? suggestions[0] : undefined);
      if (best === undefined) return;
      event.preventDefault();
      take(best);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (suggestions.length === 0 || (open === 'completions' && event.key === 'ArrowUp' && active === -1)) {
        setOpen('history');
        setActive(-1);
      } else {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        setActive(
          (active + step + suggestions.length + (active === -1 && step === -1 ? 1 : 0)) % suggestions.length,
        );
      }
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (open !== 'no') close();
      else {
        setText(filter);
        input.current?.blur();
      }
    }
  };

  // Before the next key comes: what is typed right behind a completion belongs there.
  useLayoutEffect(() => {
    if (caretTo.current !== null) input.current?.setSelectionRange(caretTo.current, caretTo.current);
    caretTo.current = null;
  });
  useEffect(() => {
    if (marks.current !== null && input.current !== null) marks.current.scrollLeft = input.current.scrollLeft;
  });

  return (
    <div className="filter-bar" role="search">
      <Search size={14} className="filter-icon" aria-hidden />
      <div className="filter-field">
        <div ref={marks} className="filter-marks" aria-hidden>
          {markFilter(text, fault).map((piece) => (
            <span key={piece.at} className={`piece-${piece.look}`}>
              {piece.text}
            </span>
          ))}
        </div>
        <input
          ref={input}
          className="filter-input"
          data-testid="filter"
          value={text}
          placeholder="Filter, e.g. table:orders verb:delete or (error:* -user:migrator)"
          spellCheck={false}
          autoComplete="off"
          role="combobox"
          aria-label="Filter"
          aria-expanded={suggestions.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active >= 0 ? `${id}-list-${active}` : undefined}
          aria-invalid={fault !== null}
          aria-describedby={`${id}-fault`}
          onChange={(event) => {
            edit(event.target.value, event.target.selectionStart ?? event.target.value.length);
            setOpen('completions');
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onScroll={(event) => marks.current?.scrollTo({ left: event.currentTarget.scrollLeft })}
          onClick={() => setOpen('completions')}
          onKeyDown={onKeyDown}
          onBlur={close}
        />
        <div className="filter-float">
          <p id={`${id}-fault`} className="filter-message" role="status">
            {fault !== null && suggestions.length === 0 ? fault.message : ''}
          </p>
          <Suggestions
            id={`${id}-list`}
            items={suggestions}
            active={active}
            onTake={open === 'history' ? (s) => apply(s.insert) : take}
          />
        </div>
      </div>
      {text.trim() === filter ? null : (
        <button type="button" className="filter-apply" disabled={wrong !== null} onClick={() => apply(text)}>
          Apply <CornerDownLeft size={12} aria-hidden />
        </button>
      )}
      {text === '' ? null : (
        <button
          type="button"
          className="filter-clear"
          aria-label="Clear the filter"
          onClick={() => apply('')}
        >
          <X size={14} aria-hidden />
        </button>
      )}
      <button
        type="button"
        className="filter-clear"
        aria-label="Earlier filters"
        title="Earlier filters ↑"
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => {
          input.current?.focus();
          setOpen(open === 'history' ? 'no' : 'history');
        }}
      >
        <Clock3 size={14} aria-hidden />
      </button>
      <div className="filter-total">{children}</div>
    </div>
  );
}

function suggestionsFor(
  open: 'no' | 'completions' | 'history',
  text: string,
  caret: number,
  known: KnownValues,
): Suggestion[] {
  if (open === 'completions') return completeFilter(text, caret, known).slice(0, SHOWN);
  if (open === 'no') return [];
  return readHistory()
    .slice(0, SHOWN)
    .map((earlier) => ({
      kind: 'history',
      label: earlier,
      detail: '',
      insert: earlier,
      range: [0, text.length],
    }));
}
