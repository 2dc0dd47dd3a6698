/** A text that is edited where it stands: Enter or leaving it keeps it, Esc leaves it as it was. */
import { Pencil } from 'lucide-react';
import { useRef, useState } from 'react';
import { visibleLine } from '../../shared/replay/visible.ts';
import { GLYPH } from '../ui/marks.tsx';

interface EditInPlaceProps {
  /** What is edited, for those who do not see it. */
  readonly name: string;
  /** Of the button that begins it. */
  readonly edit: string;
  readonly text: string;
  /** Stands where there is no text. */
  readonly none: string;
  readonly most: number;
  /** Whether it may be empty. */
  readonly optional?: boolean;
  readonly suggestions?: readonly string[];
  readonly onSave: (text: string) => void;
}

export function EditInPlace(props: EditInPlaceProps) {
  const { name, edit, text, none, most, optional = false, suggestions = [], onSave } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useListId(name);

  const end = (kept: string | null): void => {
    setDraft(null);
    const trimmed = kept?.trim() ?? text;
    if (trimmed !== text && (optional || trimmed !== '')) onSave(trimmed);
    // The button is there again only after this has been rendered.
    requestAnimationFrame(() => button.current?.focus({ preventScroll: true }));
  };

  if (draft === null) {
    return (
      <button
        ref={button}
        type="button"
        className="edit-in-place"
        aria-label={`${edit}: ${text === '' ? none : visibleLine(text, most)}`}
        title={edit}
        onClick={() => setDraft(text)}
      >
        <span className={text === '' ? 'cell-quiet' : undefined}>
          {text === '' ? none : visibleLine(text, most)}
        </span>
        <Pencil size={GLYPH} className="edit-glyph" aria-hidden />
      </button>
    );
  }
  return (
    <>
      <input
        className="field edit-field"
        aria-label={name}
        list={suggestions.length === 0 ? undefined : list}
        value={draft}
        maxLength={most}
        // It takes the place of the button that was pressed.
        autoFocus
        onChange={({ target }) => setDraft(target.value)}
        onBlur={() => end(draft)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') end(draft);
          else if (event.key === 'Escape') end(null);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {suggestions.length === 0 ? null : (
        <datalist id={list}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
    </>
  );
}

function useListId(name: string): string {
  return `suggestions-${name.toLowerCase().replaceAll(/\W/g, '-')}`;
}
