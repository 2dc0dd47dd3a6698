/** One saved filter: its name applies it. */
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { SavedFilter } from '../../shared/api/preferences.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { FILTER } from '../words/filter.ts';

const { saved: WORDS } = FILTER;

/** Longest name, and longest filter shown on a line; the whole is its title. */
const NAME_LENGTH = 80;
const FILTER_LENGTH = 120;

interface SavedFilterRowProps {
  readonly saved: SavedFilter;
  readonly current: boolean;
  readonly onApply: () => void;
  readonly onRename: (to: string) => void;
  readonly onDrop: () => void;
}

export function SavedFilterRow({ saved, current, onApply, onRename, onDrop }: SavedFilterRowProps) {
  const [renaming, setRenaming] = useState<string | null>(null);
  const { name, filter } = saved;
  if (renaming !== null) {
    const finish = (): void => {
      const to = renaming.trim();
      if (to !== '' && to !== name) onRename(to);
      setRenaming(null);
    };
    return (
      <li className="saved-row">
        <input
          className="text-field"
          value={renaming}
          aria-label={WORDS.renamed(name)}
          maxLength={NAME_LENGTH}
          ref={focusAll}
          onChange={(event) => setRenaming(event.target.value)}
          onBlur={finish}
          onKeyDown={(event) => {
            if (event.key === 'Enter') finish();
            else if (event.key === 'Escape') {
              // The popover around stays open.
              event.stopPropagation();
              setRenaming(null);
            }
          }}
        />
      </li>
    );
  }
  return (
    <li className="saved-row" data-testid="saved-filter">
      <button
        type="button"
        className="saved-apply"
        aria-current={current}
        title={visibleLine(filter, FILTER_LENGTH * 10)}
        onClick={onApply}
      >
        <span className="ellipsis">{visibleLine(name, NAME_LENGTH)}</span>
        <span className="mono cell-quiet ellipsis">{visibleLine(filter, FILTER_LENGTH)}</span>
      </button>
      <button
        type="button"
        className="filter-clear"
        aria-label={WORDS.rename(name)}
        title={WORDS.rename(name)}
        onClick={() => setRenaming(name)}
      >
        <Pencil size={13} aria-hidden />
      </button>
      <button
        type="button"
        className="filter-clear"
        aria-label={WORDS.drop(name)}
        title={WORDS.drop(name)}
        onClick={onDrop}
      >
        <Trash2 size={13} aria-hidden />
      </button>
    </li>
  );
}

function focusAll(input: HTMLInputElement | null): void {
  input?.select();
}
