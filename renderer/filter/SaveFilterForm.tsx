/** Saves the filter of the bar under a name. */
import { useId, useState } from 'react';
import type { PreferencesChange, SavedFilter } from '../../shared/api/preferences.ts';
import { FILTER } from '../words/filter.ts';

const { saved: WORDS } = FILTER;

/** As long as the preferences take it. */
const NAME_LENGTH = 80;

interface SaveFilterFormProps {
  readonly text: string;
  readonly readable: boolean;
  /** What it is saved as already. */
  readonly name: string | undefined;
  readonly filters: readonly SavedFilter[];
  readonly onSave: (change: PreferencesChange) => void;
}

export function SaveFilterForm({ text, readable, name, filters, onSave }: SaveFilterFormProps) {
  const [typed, setTyped] = useState('');
  const id = useId();
  if (text === '') return <p className="cell-quiet">{WORDS.nothingToSave}</p>;
  if (!readable) return <p className="cell-quiet">{WORDS.wrong}</p>;
  if (name !== undefined) return <p className="cell-quiet">{WORDS.isSaved(name)}</p>;
  const chosen = typed.trim();
  return (
    <form
      className="saved-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen === '') return;
        onSave({ kind: 'saveFilter', filter: { name: chosen, filter: text } });
        setTyped('');
      }}
    >
      <label htmlFor={id}>{WORDS.saveAs}</label>
      <input
        id={id}
        className="text-field"
        value={typed}
        placeholder={WORDS.name}
        maxLength={NAME_LENGTH}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="button button-primary" disabled={chosen === ''}>
        {WORDS.save}
      </button>
      {filters.some((one) => one.name === chosen) ? (
        <p className="saved-replaces tone-write">{WORDS.replaces(chosen)}</p>
      ) : null}
    </form>
  );
}
