/** What is said of a session in more than one place. */
import type { CiContext, SessionRow } from '../../shared/api/session.ts';
import { lacks } from '../ui/NotRecorded.tsx';
import { COLUMNS } from '../words/columns.ts';

/** A job as the filter writes it. */
export function jobOf({ provider, run, job }: CiContext): string {
  return `${provider}/${run}/${job}`;
}

/** What stands for the agent: the token's subject, else the start-up user's own word. */
export function agentOf(row: SessionRow): string {
  return row.identity?.subject ?? row.user;
}

/** How long a session took; null while its end is not known. */
export function durationOf(row: SessionRow): number | null {
  return row.ended === null ? null : row.ended - row.started;
}

/** What is known of who it was. */
export function userTitle(row: SessionRow): string {
  return lacks(row, 'identity') ? COLUMNS.identityNotRecorded : COLUMNS.notVerified;
}
