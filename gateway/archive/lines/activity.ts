/** What the formats of security tools ask of a statement: what it did, how grave that was, and how it ended. */
import type { RecordedSession, StatementRecord } from './record.ts';
import { lacks } from './words.ts';

/** What a statement does to data. */
export const ACTIVITIES = {
  read: ['FETCH', 'COPY TO', 'SHOW', 'TABLE'],
  query: ['SELECT', 'VALUES', 'EXPLAIN'],
  write: ['INSERT', 'COPY FROM'],
  update: ['UPDATE', 'MERGE', 'ALTER', 'REFRESH', 'COMMENT'],
  create: ['CREATE', 'SELECT INTO'],
  delete: ['DELETE', 'TRUNCATE', 'DROP'],
} as const;
export type Activity = keyof typeof ACTIVITIES | 'other' | 'unknown';

/** The longest of {@link ACTIVITIES} that the verb is, or begins with. */
export function activityOf(verb: string): Activity {
  if (verb === '') return 'unknown';
  let [best, length]: [Activity, number] = ['other', 0];
  for (const [activity, verbs] of Object.entries(ACTIVITIES) as [Activity, readonly string[]][]) {
    for (const known of verbs) {
      const fits = verb === known || verb.startsWith(`${known} `);
      if (fits && known.length > length) [best, length] = [activity, known.length];
    }
  }
  return best;
}

/** `unknown`: the record ends before the answer, or the source of an import has none. */
export function successOf(
  { row }: StatementRecord,
  session: RecordedSession,
): 'success' | 'failure' | 'unknown' {
  if (row.status === 'unknown' || (lacks(session, 'outcome') && row.status !== 'failed')) return 'unknown';
  return row.status === 'failed' || row.status === 'skipped' ? 'failure' : 'success';
}

/** How grave: 0 informational to 4 critical. A rule that refused or held says how grave it is; an error is low by itself. */
export function gravityOf({ row }: StatementRecord): 0 | 1 | 2 | 3 | 4 {
  const { decision, severity } = row;
  if (decision !== null && decision !== 'allowed' && severity !== null) return GRAVITIES[severity];
  return row.status === 'failed' ? 1 : 0;
}
const GRAVITIES = { info: 0, low: 1, medium: 2, high: 3, critical: 4 } as const;

/** Whether anything in the answer, or in the record of what was asked, stands masked. */
export function isMasked({ row, maskedColumns }: StatementRecord): boolean {
  return row.masked || row.maskedColumns.length > 0 || maskedColumns.length > 0 || row.detectors.length > 0;
}
