/** The keys that mark what is shown: n notes, N begins a range, f adds to the finding used last, F chooses one. */
import { useMemo } from 'react';
import type { SessionId } from '../../shared/api/session.ts';
import { useFindings } from '../casework.ts';
import { useCommands } from '../commands.ts';
import { useSteady } from '../ui/use-steady.ts';
import { NOTES } from '../words/notes.ts';
import { addToLast } from './add-frames.ts';
import { beginRange, chooseFinding, useMarking, writeNote } from './marking.ts';
import { scopesOf, type Moment, type Scope } from './scopes.ts';

/** What may be done with the moment that is shown. */
export interface MarkActions {
  readonly note: () => void;
  readonly range: () => void;
  /** To the finding used last where there is one, else to one that is asked for. */
  readonly add: () => void;
  readonly choose: () => void;
}

/** What may be done with what is shown, and the keys that do it; always the same object. */
export function useMarks(moment: Omit<Moment, 'from'>): MarkActions {
  const { from, finding } = useMarking();
  const findings = useFindings();
  const listed = findings.data?.find(({ id }) => id === finding?.id);
  // Right after a frame was added the list is still that of before.
  const last = (listed?.changed ?? 0) < (finding?.changed ?? 0) ? finding : listed;
  const scopes = (): Scope[] =>
    scopesOf({ ...moment, from: from?.session === moment.session ? from.sequence : null });
  const note = useSteady(() => writeNote(scopes()));
  const range = useSteady(() => {
    if (moment.sequence !== null) beginRange({ session: moment.session, sequence: moment.sequence });
  });
  const add = useSteady(() => {
    const all = scopes();
    if (!last || all[0] === undefined) chooseFinding(all);
    else addToLast(last, all[0].place);
  });
  const choose = useSteady(() => chooseFinding(scopes()));
  const actions = useMemo<MarkActions>(() => ({ note, range, add, choose }), [note, range, add, choose]);
  useCommands([
    { id: 'notes.write', name: NOTES.commands.note, group: 'notes', keys: ['n'], run: actions.note },
    { id: 'notes.range', name: NOTES.commands.range, group: 'notes', keys: ['N'], run: actions.range },
    { id: 'findings.add', name: NOTES.commands.add, group: 'findings', keys: ['f'], run: actions.add },
    {
      id: 'findings.choose',
      name: NOTES.commands.choose,
      group: 'findings',
      keys: ['F'],
      run: actions.choose,
    },
  ]);
  return actions;
}

/** Notes the session as a whole: where no moment of it is shown. */
export function noteSession(session: SessionId): void {
  writeNote(scopesOf({ session, sequence: null, statement: null }));
}
