/** One note: what, who, when, how its place stands; its earlier texts, and what may be done with it. */
import { useState } from 'react';
import type { Annotation } from '../../shared/findings/annotation.ts';
import { visible, visibleLine } from '../../shared/replay/visible.ts';
import { api } from '../api.ts';
import { useWriting } from '../casework.ts';
import { useDenied } from '../me.ts';
import { ReadOnly } from '../ui/Denied.tsx';
import { ColourMark, StandingMark } from '../ui/case-marks.tsx';
import { formatDateTime, formatExact } from '../ui/format.ts';
import { Prose } from '../ui/Prose.tsx';
import { placeWords } from '../words/casework.ts';
import { NOTES } from '../words/notes.ts';
import type { Draft } from './marking.ts';
import { NoteForm } from './NoteForm.tsx';

/** Longest name and words of a place shown. */
const NAME_LENGTH = 80;
const PLACE_LENGTH = 160;

interface NoteCardProps {
  readonly note: Annotation;
  readonly inUse: readonly string[];
  /** Goes to where it was written; absent on answers, which are where their thread is. */
  readonly onGo?: (() => void) | undefined;
  readonly onReply?: (() => void) | undefined;
}

export function NoteCard({ note, inUse, onGo, onReply }: NoteCardProps) {
  const [change, setChange] = useState<Draft | null>(null);
  const writing = useWriting((input: Parameters<typeof api.changeAnnotation>[0]) =>
    api.changeAnnotation(input),
  );
  const denied = useDenied('case:write');
  const author = visibleLine(note.author.name, NAME_LENGTH);
  const remove = (removed: boolean): void => writing.mutate({ id: note.id, removed });
  const keep = ({ text, tags, colour }: Draft): void =>
    writing.mutate({ id: note.id, text, tags: [...tags], colour }, { onSuccess: () => setChange(null) });

  if (note.removed) {
    return (
      <article className="note-card note-removed" data-testid="note">
        <p className="cell-quiet">{NOTES.takenBack(author, formatDateTime(note.made))}</p>
        <History note={note} />
        <div className="note-acts">
          <ReadOnly why={denied}>
            <button
              type="button"
              className="value-button"
              title={denied ?? undefined}
              onClick={() => remove(false)}
            >
              {NOTES.restore}
            </button>
          </ReadOnly>
        </div>
      </article>
    );
  }
  return (
    <article className={`note-card edge-${note.colour}`} data-testid="note">
      <header className="note-head">
        <ColourMark colour={note.colour} />
        {onGo === undefined ? null : (
          <button type="button" className="value-button note-place ellipsis" title={NOTES.go} onClick={onGo}>
            {visibleLine(placeWords(note.anchor), PLACE_LENGTH)}
          </button>
        )}
        {onGo === undefined ? null : (
          <code className="cell-quiet ellipsis">{visibleLine(note.anchor.label, PLACE_LENGTH)}</code>
        )}
        <StandingMark standing={note.standing} />
        <span className="fill" />
        <span className="cell-quiet ellipsis note-author" title={NOTES.key(note.author.key)}>
          {author}
        </span>
        <time className="cell-quiet note-time" title={formatExact(note.made)}>
          {formatDateTime(note.made)}
        </time>
      </header>
      {change === null ? (
        <>
          {note.text === '' ? <p className="cell-quiet">{NOTES.empty}</p> : <Prose text={note.text} />}
          <Tags tags={note.tags} />
          <History note={note} />
          <div className="note-acts">
            <ReadOnly why={denied}>
              {onReply === undefined ? null : (
                <button type="button" className="value-button" onClick={onReply}>
                  {NOTES.reply}
                </button>
              )}
              <button type="button" className="value-button" onClick={() => setChange(note)}>
                {NOTES.edit}
              </button>
              <button type="button" className="value-button" onClick={() => remove(true)}>
                {NOTES.takeBack}
              </button>
            </ReadOnly>
            {writing.error === null ? null : (
              <span className="tone-error" role="alert">
                {NOTES.failed(writing.error.message)}
              </span>
            )}
          </div>
        </>
      ) : (
        <NoteForm
          draft={change}
          onDraft={setChange}
          inUse={inUse}
          keep={NOTES.keepChange}
          busy={writing.isPending}
          error={writing.error}
          onKeep={() => keep(change)}
          onCancel={() => setChange(null)}
        />
      )}
    </article>
  );
}

function Tags({ tags }: { readonly tags: readonly string[] }) {
  if (tags.length === 0) return null;
  return (
    <ul className="tags" aria-label={NOTES.tags}>
      {tags.map((tag) => (
        <li key={tag} className="tag">
          {visible(tag)}
        </li>
      ))}
    </ul>
  );
}

/** What the note said before; nothing is ever gone. */
function History({ note: { history } }: { readonly note: Annotation }) {
  if (history.length === 0) return null;
  return (
    <details className="note-history">
      <summary className="cell-quiet">{NOTES.edited(history.length)}</summary>
      <ol aria-label={NOTES.history}>
        {history.map((earlier) => (
          <li key={`${earlier.time}-${earlier.author.key}`}>
            <p className="cell-quiet">
              {visibleLine(earlier.author.name, NAME_LENGTH)}{' '}
              <time title={formatExact(earlier.time)}>{formatDateTime(earlier.time)}</time>{' '}
              <ColourMark colour={earlier.colour} />
            </p>
            {earlier.text === '' ? (
              <p className="cell-quiet">{NOTES.empty}</p>
            ) : (
              <Prose text={earlier.text} />
            )}
            <Tags tags={earlier.tags} />
          </li>
        ))}
      </ol>
    </details>
  );
}
