/**
 * The filter as text: coloured, faults underlined with their message, completion of fields and of values that occur,
 * earlier filters with ↑, saved ones behind the star. Enter applies; until then nothing below moves.
 */
import { Clock3, CornerDownLeft, Search, X } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import type { KnownValues } from '../../shared/filter/complete.ts';
import { useCommands } from '../commands.ts';
import { FILTER } from '../words/filter.ts';
import './filter.css';
import { FilterField, type FilterFieldHandle } from './FilterField.tsx';
import { faultOf } from './filter-marks.ts';
import { SavedFilters } from './SavedFilters.tsx';

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
  const [saved, setSaved] = useState(false);
  const field = useRef<FilterFieldHandle>(null);
  const wrong = faultOf(text);
  useCommands([
    {
      id: 'filter.focus',
      name: FILTER.focus,
      group: 'filter',
      keys: ['/'],
      run: () => field.current?.select(),
    },
    {
      id: 'filter.clear',
      name: FILTER.clear,
      group: 'filter',
      when: filter !== '',
      run: () => onApply(''),
    },
    { id: 'filter.saved', name: FILTER.saved.title, group: 'filter', run: () => setSaved(true) },
  ]);

  return (
    <div className="filter-bar" role="search">
      <Search size={14} className="filter-icon" aria-hidden />
      <FilterField ref={field} filter={filter} known={known} onText={setText} onApply={onApply} />
      {text.trim() === filter ? null : (
        <button
          type="button"
          className="filter-apply"
          disabled={wrong !== null}
          onClick={() => field.current?.apply(text)}
        >
          {FILTER.apply} <CornerDownLeft size={12} aria-hidden />
        </button>
      )}
      {text === '' ? null : (
        <button
          type="button"
          className="filter-clear"
          aria-label={FILTER.clear}
          title={FILTER.clear}
          onClick={() => field.current?.apply('')}
        >
          <X size={14} aria-hidden />
        </button>
      )}
      <button
        type="button"
        className="filter-clear"
        aria-label={FILTER.earlier}
        title={`${FILTER.earlier} ↑`}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => field.current?.toggleHistory()}
      >
        <Clock3 size={14} aria-hidden />
      </button>
      <SavedFilters
        text={text.trim()}
        readable={wrong === null}
        open={saved}
        onOpenChange={setSaved}
        onApply={(chosen) => field.current?.apply(chosen)}
      />
      <div className="filter-total">{children}</div>
    </div>
  );
}
