/** What a legal hold is placed on, as a filter. */
import type { SessionRow } from '../../shared/api/session.ts';
import { printTerm } from '../../shared/filter/print.ts';

/** What may be chosen. */
export type HoldScope = 'session' | 'connection' | 'time' | 'filter';

/** What is chosen; times as a field of date and time has them (`2026-11-23T09:00`), in UTC; empty: open. */
export interface HoldChoice {
  readonly scope: HoldScope;
  readonly from: string;
  readonly to: string;
  readonly filter: string;
}

/** The filter; null where something is missing. */
export function holdFilter(
  choice: HoldChoice,
  session: Pick<SessionRow, 'id' | 'connection'> | null,
): string | null {
  const { scope, from, to, filter } = choice;
  if (scope === 'filter') return filter.trim() === '' ? null : filter.trim();
  if (session === null) return null;
  if (scope === 'session') return term('session', ':', session.id);
  const connection = term('connection', '=', session.connection);
  if (scope === 'connection') return connection;
  if ((from === '' && to === '') || (from !== '' && to !== '' && from >= to)) return null;
  return [
    connection,
    ...(from === '' ? [] : [term('after', ':', `${from}Z`)]),
    ...(to === '' ? [] : [term('before', ':', `${to}Z`)]),
  ].join(' ');
}

function term(
  field: 'session' | 'connection' | 'after' | 'before',
  comparison: ':' | '=',
  value: string,
): string {
  return printTerm({ field, comparison, value });
}
