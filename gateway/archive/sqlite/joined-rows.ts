/** A session that lies in several volumes as one row. */
import type { SessionRow } from '../../../shared/api/session.ts';

/** Joins the rows of its parts, which come in their order; null where there is none. */
export function joinedRows(rows: readonly SessionRow[]): SessionRow | null {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined || rows.length === 1) return last ?? null;
  const sum = (count: (row: SessionRow) => number) => rows.reduce((total, row) => total + count(row), 0);
  const latest = <T>(read: (row: SessionRow) => T | null) =>
    rows.reduce<T | null>((known, row) => read(row) ?? known, null);
  return {
    ...last,
    started: first.started,
    identity: latest((row) => row.identity),
    ci: latest((row) => row.ci),
    ciMismatch: latest((row) => row.ciMismatch),
    policy: latest((row) => row.policy),
    statements: sum((row) => row.statements),
    rows: sum((row) => row.rows),
    errors: sum((row) => row.errors),
    bytes: sum((row) => row.bytes),
    events: sum((row) => row.events),
    denied: sum((row) => row.denied),
    held: sum((row) => row.held),
    masked: sum((row) => row.masked),
    verbs: [...new Set(rows.flatMap((row) => row.verbs))].toSorted(),
  };
}
