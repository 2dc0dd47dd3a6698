/** The star of the filter bar: filters kept under names, to apply, rename, delete and hand on. */
import { Star } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { SavedFilter } from '../../shared/api/preferences.ts';
import { useKeepPreferences, usePreferences } from '../preferences.ts';
import { Button } from '../ui/Button.tsx';
import { useCopied } from '../ui/use-copied.ts';
import { FILTER } from '../words/filter.ts';
import { SavedFilterRow } from './SavedFilterRow.tsx';
import { SaveFilterForm } from './SaveFilterForm.tsx';

const { saved: WORDS } = FILTER;

/** From so many on there is a box to search them. */
const SEARCHED = 7;

interface SavedFiltersProps {
  /** As it stands in the bar. */
  readonly text: string;
  readonly readable: boolean;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onApply: (filter: string) => void;
}

export function SavedFilters({ text, readable, open, onOpenChange, onApply }: SavedFiltersProps) {
  const { filters } = usePreferences();
  const name = filters.find(({ filter }) => filter === text && text !== '')?.name;
  const label = name === undefined ? WORDS.button : WORDS.buttonOf(name);
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Popover.Trigger className="filter-clear" aria-label={label} title={label} data-testid="saved-filters">
        <Star size={14} className={name === undefined ? undefined : 'filter-starred'} aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="saved-filters"
          aria-label={WORDS.title}
          align="end"
          sideOffset={8}
          collisionPadding={8}
        >
          <SavedList
            filters={filters}
            text={text}
            readable={readable}
            name={name}
            onApply={(filter) => {
              onOpenChange(false);
              onApply(filter);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface SavedListProps extends Pick<SavedFiltersProps, 'text' | 'readable' | 'onApply'> {
  readonly filters: readonly SavedFilter[];
  /** What the filter of the bar is saved as. */
  readonly name: string | undefined;
}

function SavedList({ filters, text, readable, name, onApply }: SavedListProps) {
  const { problem } = usePreferences();
  const { keep, error } = useKeepPreferences();
  const [typed, setTyped] = useState('');
  const [dropped, setDropped] = useState<SavedFilter | null>(null);
  const found = filters.filter((one) =>
    `${one.name} ${one.filter}`.toLowerCase().includes(typed.trim().toLowerCase()),
  );
  return (
    <>
      {problem === null ? null : (
        <p className="tone-error" role="alert">
          ✕ {problem}
        </p>
      )}
      {error === null ? null : (
        <p className="tone-error" role="alert">
          ✕ {WORDS.notKept(error.message)}
        </p>
      )}
      <SaveFilterForm text={text} readable={readable} name={name} filters={filters} onSave={keep} />
      <Share text={text} />
      <h3 className="section-title saved-title">{WORDS.title}</h3>
      {filters.length < SEARCHED ? null : (
        <input
          className="text-field"
          value={typed}
          placeholder={WORDS.search}
          aria-label={WORDS.search}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
      {filters.length === 0 ? <p className="cell-quiet">{WORDS.none}</p> : null}
      {filters.length > 0 && found.length === 0 ? (
        <p className="cell-quiet">{WORDS.noneFound(typed)}</p>
      ) : null}
      <ul className="saved-list">
        {found.map((one) => (
          <SavedFilterRow
            key={one.name}
            saved={one}
            current={one.name === name}
            onApply={() => onApply(one.filter)}
            onRename={(to) => keep({ kind: 'renameFilter', name: one.name, to })}
            onDrop={() => {
              setDropped(one);
              keep({ kind: 'dropFilter', name: one.name });
            }}
          />
        ))}
      </ul>
      {dropped === null ? null : (
        <p className="saved-dropped" role="status">
          {WORDS.dropped(dropped.name)}
          <Button
            look="plain"
            onClick={() => {
              keep({ kind: 'saveFilter', filter: dropped });
              setDropped(null);
            }}
          >
            {WORDS.undo}
          </Button>
        </p>
      )}
    </>
  );
}

/** A filter is handed on as a link to the list it filters, or as its text. */
function Share({ text }: { readonly text: string }) {
  const { said, copy } = useCopied();
  if (text === '') return null;
  const link = (): string => {
    const url = new URL(window.location.href);
    url.searchParams.set('filter', text);
    return url.toString();
  };
  return (
    <p className="saved-share">
      <Button look="plain" onClick={() => copy(link())}>
        {WORDS.copyLink}
      </Button>
      <Button look="plain" onClick={() => copy(text)}>
        {WORDS.copyText}
      </Button>
      <span className="cell-quiet" role="status">
        {said}
      </span>
    </p>
  );
}
