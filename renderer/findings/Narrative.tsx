/** What happened, in the words of whoever found it: Markdown, with a preview beside it while it is written. */
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import type { EntryId } from '../../shared/findings/annotation.ts';
import { Button } from '../ui/Button.tsx';
import { GLYPH } from '../ui/marks.tsx';
import { Prose } from '../ui/Prose.tsx';
import { FINDING } from '../words/finding.ts';

/** What the API takes. */
const MOST = 20_000;

/** Texts that were begun and not saved, by finding: whoever looks something up elsewhere finds theirs again. */
const begun = new Map<EntryId, string>();

interface NarrativeProps {
  readonly id: EntryId;
  readonly text: string;
  readonly frames: number;
  readonly onSave: (text: string) => void;
}

export function Narrative({ id, text, frames, onSave }: NarrativeProps) {
  const [draft, showDraft] = useState(() => begun.get(id) ?? null);
  const setDraft = (next: string | null): void => {
    if (next === null) begun.delete(id);
    else begun.set(id, next);
    showDraft(next);
  };
  const save = (): void => {
    if (draft !== null && draft !== text) onSave(draft);
    setDraft(null);
  };
  return (
    <section aria-labelledby="finding-narrative" data-testid="narrative">
      <div className="finding-section">
        <h2 id="finding-narrative">{FINDING.narrative}</h2>
        {draft === null ? (
          <Button look="plain" onClick={() => setDraft(text)}>
            <Pencil size={GLYPH} aria-hidden />
            {text === '' ? FINDING.writeNarrative : FINDING.editNarrative}
          </Button>
        ) : null}
      </div>
      {draft === null ? (
        <Told text={text} frames={frames} />
      ) : (
        <>
          <div className="narrative-editor">
            <textarea
              className="field"
              aria-label={FINDING.narrative}
              value={draft}
              maxLength={MOST}
              rows={12}
              // It takes the place of the text that was to be edited.
              autoFocus
              onChange={({ target }) => setDraft(target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
                // A text is not thrown away by a slip: Esc ends only what changed nothing.
                else if (event.key === 'Escape' && draft === text) setDraft(null);
                else return;
                event.preventDefault();
              }}
            />
            <div className="narrative-preview" aria-label={FINDING.preview} role="region">
              <Prose text={draft} frames={frames} />
            </div>
          </div>
          <div className="form-end">
            <span className="cell-quiet">{FINDING.narrativeHint}</span>
            <span className="fill" />
            <Button onClick={() => setDraft(null)}>{FINDING.cancel}</Button>
            <Button look="primary" onClick={save}>
              {FINDING.save}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function Told({ text, frames }: { readonly text: string; readonly frames: number }) {
  if (text.trim() === '') return <p className="cell-quiet">{FINDING.noNarrative}</p>;
  return <Prose text={text} frames={frames} />;
}
