/** How the statements of one session are numbered. */
import type { StatementRow } from '../../shared/api/session.ts';

/** 12, and 12.2 for the second SQL statement of one Query. */
export function numberOf({ statement, ordinal }: Pick<StatementRow, 'statement' | 'ordinal'>): string {
  return ordinal === 0 ? String(statement) : `${statement}.${ordinal + 1}`;
}

/** What tells the statements of one session apart. */
export function idOfStatement({ statement, ordinal }: Pick<StatementRow, 'statement' | 'ordinal'>): string {
  return `${statement}.${ordinal}`;
}
