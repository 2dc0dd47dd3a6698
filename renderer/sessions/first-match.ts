/** Where a session is opened that was found by what one of its statements did. */
import type { SessionId, SessionRow, StatementRow } from '../../shared/api/session.ts';
import { allOf, conjunctsOf, EVERYTHING, termsOf, type Expression } from '../../shared/filter/filter.ts';
import { withText } from '../../shared/filter/edit.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { printFilter } from '../../shared/filter/print.ts';
import { STATEMENT_FIELDS } from '../../shared/filter/vocabulary.ts';
import { api } from '../api.ts';

/** The part of a filter that is about statements; '' when it says nothing of them, or does not parse. */
export function aboutStatements(filter: string): string {
  const parsed = parseFilter(filter).filter ?? EVERYTHING;
  const isAbout = (inner: Expression) => termsOf(inner).some(({ field }) => STATEMENT_FIELDS.has(field));
  return printFilter({ root: allOf(conjunctsOf(parsed).filter(isAbout)) });
}

/**
 * The step at which the first statement that the filter looks for was answered, one that had its effect before those that
 * had none; null when there is none, and when it cannot be had.
 */
export async function firstMatch({ id }: SessionRow, filter: string): Promise<number | null> {
  const looksFor = aboutStatements(filter);
  if (looksFor === '') return null;
  try {
    const first =
      (await firstOf(id, withText(looksFor, 'status:completed'))) ?? (await firstOf(id, looksFor));
    return first === undefined ? null : (first.outcomeSequence ?? first.sequence);
  } catch {
    // The session view asks the same host, and says what is wrong.
    return null;
  }
}

async function firstOf(session: SessionId, filter: string): Promise<StatementRow | undefined> {
  return (await api.statements({ session, filter, limit: 1 })).items[0];
}
