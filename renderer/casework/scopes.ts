/** What a note or a piece of evidence may be about at a moment of a replay, from the smallest to the whole session. */
import type { CellPlace, Place } from '../../shared/findings/anchor.ts';
import type { SessionId, StatementRow } from '../../shared/api/session.ts';
import type { NOTES } from '../words/notes.ts';

export type ScopeName = keyof typeof NOTES.scopes;

export interface Scope {
  readonly name: ScopeName;
  readonly place: Place;
  /** Others of its kind, when it stands for several. */
  readonly further?: readonly Place[];
}

/** What is shown when somebody marks it. */
export interface Moment {
  readonly session: SessionId;
  /** Event of the step that is shown; null: none, or none is meant. */
  readonly sequence: number | null;
  /** The statement it belongs to, as far as its row is here. */
  readonly statement: Pick<StatementRow, 'statement' | 'ordinal' | 'sequence' | 'outcomeSequence'> | null;
  /** Event at which a range was begun. */
  readonly from?: number | null;
  readonly cell?: CellPlace | null;
}

/** The session as a whole. */
export function wholeSession(session: SessionId): Scope {
  return { name: 'session', place: { session, sequence: null, last: null, statement: null, cell: null } };
}

/** Sessions as a whole, one or more. */
export function wholeSessions([first, ...others]: readonly SessionId[]): Scope | null {
  if (first === undefined) return null;
  const further = others.map((session) => wholeSession(session).place);
  return further.length === 0
    ? wholeSession(first)
    : { name: 'sessions', place: wholeSession(first).place, further };
}

/** All scopes of a moment; the first is the one most likely meant. */
export function scopesOf({ session, sequence, statement, from = null, cell = null }: Moment): Scope[] {
  const scopes: Scope[] = [];
  const base = { session, last: null, statement: null, cell: null };
  if (sequence !== null) {
    if (cell !== null) scopes.push({ name: 'cell', place: { ...base, sequence, cell } });
    if (from !== null && from !== sequence) {
      const [first, last] = from < sequence ? [from, sequence] : [sequence, from];
      scopes.push({ name: 'range', place: { ...base, sequence: first, last } });
    }
    scopes.push({ name: 'frame', place: { ...base, sequence } });
  }
  if (statement !== null) scopes.push({ name: 'statement', place: statementPlace(session, statement) });
  return [...scopes, wholeSession(session)];
}

function statementPlace(session: SessionId, row: NonNullable<Moment['statement']>): Place {
  return {
    session,
    sequence: row.sequence,
    last: row.outcomeSequence,
    statement: { number: row.statement, ordinal: row.ordinal },
    cell: null,
  };
}
