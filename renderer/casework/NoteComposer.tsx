/** Writes a new note at one of the scopes of the moment it was asked for. */
import { useMemo, useState } from 'react';
import { api } from '../api.ts';
import { useAnnotations, useWriting } from '../casework.ts';
import { NOTES } from '../words/notes.ts';
import { closeWriting, keepDraft, type Draft } from './marking.ts';
import { NoteForm } from './NoteForm.tsx';
import { ScopeField } from './ScopeField.tsx';
import type { Scope } from './scopes.ts';
import { tagsInUse } from './threads.ts';

interface NoteComposerProps {
  readonly scopes: readonly Scope[];
  readonly draft: Draft;
}

export function NoteComposer({ scopes, draft }: NoteComposerProps) {
  const [name, setName] = useState(scopes[0]?.name ?? 'session');
  const notes = useAnnotations();
  const inUse = useMemo(() => tagsInUse(notes.data ?? []), [notes.data]);
  const writing = useWriting((input: Parameters<typeof api.annotate>[0]) => api.annotate(input));
  const chosen = scopes.find((scope) => scope.name === name);
  if (chosen === undefined) return null;

  const keep = (): void =>
    writing.mutate(
      { place: chosen.place, text: draft.text, tags: [...draft.tags], colour: draft.colour },
      { onSuccess: () => closeWriting(true) },
    );
  return (
    <>
      <ScopeField scopes={scopes} chosen={chosen} onScope={setName} />
      <NoteForm
        draft={draft}
        onDraft={keepDraft}
        inUse={inUse}
        keep={NOTES.keep}
        busy={writing.isPending}
        error={writing.error}
        onKeep={keep}
        onCancel={() => closeWriting(false)}
      />
    </>
  );
}
