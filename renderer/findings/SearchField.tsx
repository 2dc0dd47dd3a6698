/** A field that narrows what is shown as one types; `/` goes to it, Enter leaves it for what is left, Esc empties it, then leaves. */
import { Search } from 'lucide-react';
import { useRef } from 'react';
import { useCommands } from '../commands.ts';
import { FINDINGS_COMMANDS } from '../words/findings.ts';

interface SearchFieldProps {
  readonly name: string;
  readonly hint: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

export function SearchField({ name, hint, text, onChange }: SearchFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useCommands([
    {
      id: 'findings.filter',
      name: FINDINGS_COMMANDS.filter,
      group: 'findings',
      keys: ['/'],
      run: () => field.current?.focus(),
    },
  ]);
  return (
    <span className="search-field">
      <Search size={14} aria-hidden />
      <input
        ref={field}
        className="field"
        type="text"
        aria-label={name}
        placeholder={hint}
        value={text}
        spellCheck={false}
        onChange={({ target }) => onChange(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' && event.key !== 'Enter') return;
          event.preventDefault();
          if (text === '' || event.key === 'Enter') field.current?.blur();
          else onChange('');
        }}
      />
    </span>
  );
}
