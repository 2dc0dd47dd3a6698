/** The notes of the session: those at the current statement first, then all others; and where new ones begin. */
import { useMemo, useState } from 'react';
import type { SessionId } from '../../shared/api/session.ts';
import { useAnnotations } from '../casework.ts';
import { NoteThread } from '../casework/NoteThread.tsx';
import { isAbout, stands, tagsInUse, threadsOf, type EventRun, type Thread } from '../casework/threads.ts';
import type { MarkActions } from '../casework/use-marks.ts';
import { Button } from '../ui/Button.tsx';
import { Fault } from '../ui/Note.tsx';
import { EVIDENCE } from '../words/evidence.ts';
import { NOTES } from '../words/notes.ts';

interface NotesTabProps {
  readonly session: SessionId;
  /** The events of the current statement, or the one event before any; null: none is shown. */
  readonly run: EventRun | null;
  readonly actions: MarkActions;
  readonly onSeek: (sequence: number) => void;
}

export function NotesTab({ session, run, actions, onSeek }: NotesTabProps) {
  const notes = useAnnotations(session);
  const all = useAnnotations();
  const inUse = useMemo(() => tagsInUse(all.data ?? []), [all.data]);
  const threads = useMemo(() => threadsOf(notes.data ?? []), [notes.data]);
  const [withGone, setWithGone] = useState(false);
  const gone = threads.filter((thread) => !stands(thread)).length;
  const shown = withGone ? threads : threads.filter(stands);
  const isHere = ({ root }: Thread): boolean => run !== null && isAbout(root.anchor, run);
  const here = shown.filter(isHere);
  const others = shown.filter((thread) => !isHere(thread));

  if (notes.isError) {
    return <Fault title={NOTES.loadFailed} error={notes.error} onRetry={() => void notes.refetch()} />;
  }
  const listed = (list: readonly Thread[]) => (
    <ul className="notes-section">
      {list.map((thread) => {
        const { sequence } = thread.root.anchor;
        return (
          <NoteThread
            key={thread.root.id}
            thread={thread}
            inUse={inUse}
            onGo={sequence === null ? null : () => onSeek(sequence)}
          />
        );
      })}
    </ul>
  );
  return (
    <div className="tab-scroll notes-tab">
      <div className="notes-bar">
        <Button onClick={actions.note}>{NOTES.write}</Button>
        <Button look="plain" onClick={actions.choose}>
          {EVIDENCE.title}
        </Button>
        {gone === 0 ? null : (
          <Button look="plain" pressed={withGone} onClick={() => setWithGone(!withGone)}>
            {NOTES.showTakenBack(gone)}
          </Button>
        )}
      </div>
      {notes.isSuccess && shown.length === 0 ? <None /> : null}
      {here.length === 0 ? null : (
        <section className="notes-section">
          <h3 className="section-title">{NOTES.here}</h3>
          {listed(here)}
        </section>
      )}
      {others.length === 0 ? null : (
        <section className="notes-section">
          <h3 className="section-title">{NOTES.elsewhere}</h3>
          {listed(others)}
        </section>
      )}
    </div>
  );
}

function None() {
  return (
    <div className="cell-quiet">
      <p>{NOTES.none}</p>
      {NOTES.how.map(({ keys, does }) => (
        <p key={does}>
          {keys.map((key) => (
            <kbd key={key} className="key">
              {key}
            </kbd>
          ))}{' '}
          {does}
        </p>
      ))}
    </div>
  );
}
