/** Words that several formats share for the same facts. */
import { isIP } from 'node:net';
import type { SessionRow } from '../../../shared/api/session.ts';
import type { ImportGap } from '../../../shared/recording/event.ts';
import type { Parameter } from '../../../shared/replay/parameters.ts';
import type { Asked } from './asked.ts';
import type { RecordedSession, StatementRecord } from './record.ts';

/** What an imported session's source does not know is said to be so, and never shown as nothing. */
export const NOT_RECORDED = 'not recorded';

/** Whether the session's source does not know this. */
export function lacks({ facts }: RecordedSession, gap: ImportGap): boolean {
  return facts.lacks.includes(gap);
}

/** The SQL, or in brackets why it is not there. */
export function textOf({ text }: Pick<Asked, 'text'>): string {
  return typeof text === 'string' ? text : `(text ${text.missing})`;
}

/** The parameters, or null and why they are not there. */
export function parametersOf({ parameters }: Pick<Asked, 'parameters'>): {
  readonly list: readonly Parameter[];
  readonly missing: string | null;
} {
  if (!('missing' in parameters)) return { list: parameters, missing: null };
  return { list: [], missing: parameters.missing };
}

/** µs since 1970 as ISO 8601 in UTC with all six digits; a time that nobody has as the number it is. */
export function isoTime(micros: number): string {
  const date = new Date(Math.floor(micros / 1000));
  if (Number.isNaN(date.getTime())) return String(micros);
  const below = String(((micros % 1000) + 1000) % 1000).padStart(3, '0');
  return date.toISOString().replace('Z', `${below}Z`);
}

/** Rows of the statement; null where the source of an import does not tell. */
export function rowsOf({ row }: StatementRecord, session: RecordedSession): number | null {
  return lacks(session, 'row count') ? null : row.rows;
}

/** `provider/run/job`; null without a CI context. */
export function jobOf({ ci }: SessionRow): string | null {
  return ci === null ? null : `${ci.provider}/${ci.run}/${ci.job}`;
}

/** Who approved or rejected, each with their verdict. */
export function votersOf({ votes }: StatementRecord): string[] {
  return votes.map(({ verdict, name, subject }) => `${name ?? subject} (${verdict})`);
}

/** Whether it is the address of IPv4 or IPv6, which a Unix socket has not: fields of that type refuse anything else. */
export function isIp(text: string): boolean {
  return isIP(text) !== 0;
}
