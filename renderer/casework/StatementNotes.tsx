/** How many notes are about a statement: on its line. */
import { useMemo } from 'react';
import type { StatementRow } from '../../shared/api/session.ts';
import { useAnnotations } from '../casework.ts';
import { NoteCount } from './SessionMarks.tsx';
import { isAbout, runOf } from './threads.ts';

export function StatementNotes({ row }: { readonly row: StatementRow }) {
  const notes = useAnnotations(row.session);
  const { sequence, outcomeSequence } = row;
  const count = useMemo(() => {
    const run = runOf({ sequence, outcomeSequence });
    return (notes.data ?? []).filter(({ removed, anchor }) => !removed && isAbout(anchor, run)).length;
  }, [notes.data, sequence, outcomeSequence]);
  return count === 0 ? null : <NoteCount count={count} />;
}
