/** Text, tags and colour of a note: for new ones, answers and changes alike. */
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { Button } from '../ui/Button.tsx';
import { NOTES } from '../words/notes.ts';
import { ColourField } from './ColourField.tsx';
import type { Draft } from './marking.ts';
import { TagField } from './TagField.tsx';

interface NoteFormProps {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  readonly inUse: readonly string[];
  /** What the button says. */
  readonly keep: string;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onKeep: () => void;
  readonly onCancel: () => void;
}

export function NoteForm({ draft, onDraft, inUse, keep, busy, error, onKeep, onCancel }: NoteFormProps) {
  const text = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    text.current?.focus();
    // What is changed is mostly gone on with.
    text.current?.setSelectionRange(text.current.value.length, text.current.value.length);
  }, []);
  const ready = !busy && (draft.text.trim() !== '' || draft.tags.length > 0);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (ready) onKeep();
  };

  return (
    <div className="note-form" onKeyDown={onKeyDown}>
      <textarea
        ref={text}
        className="text-area"
        rows={4}
        aria-label={NOTES.text}
        placeholder={NOTES.textHint}
        value={draft.text}
        onChange={(event) => onDraft({ ...draft, text: event.target.value })}
      />
      <TagField tags={draft.tags} inUse={inUse} onTags={(tags) => onDraft({ ...draft, tags })} />
      <ColourField colour={draft.colour} onColour={(colour) => onDraft({ ...draft, colour })} />
      {error === null ? null : (
        <p className="tone-error" role="alert">
          {NOTES.failed(error.message)}
        </p>
      )}
      <div className="form-buttons">
        <Button look="primary" disabled={!ready} onClick={onKeep}>
          {busy ? NOTES.keeping : keep}
        </Button>
        <Button look="plain" onClick={onCancel}>
          {NOTES.cancel}
        </Button>
      </div>
    </div>
  );
}
