/** Sessions as lines of a table. */
import type { RecordedSession } from '../../../gateway/archive/lines/record.ts';
import { isoTime, jobOf, lacks, NOT_RECORDED } from '../../../gateway/archive/lines/words.ts';
import { csvLine } from './csv.ts';

type Read = (session: RecordedSession) => string | number | null;

/** Columns in their order. */
const COLUMNS: Readonly<Record<string, Read>> = {
  session: ({ row }) => row.id,
  started: ({ row }) => isoTime(row.started),
  ended: ({ row }) => (row.ended === null ? null : isoTime(row.ended)),
  outcome: (session) => (lacks(session, 'session end') ? NOT_RECORDED : session.row.outcome),
  reason: ({ row }) => row.reason,
  agent: (session) => (lacks(session, 'identity') ? NOT_RECORDED : (session.row.identity?.subject ?? null)),
  issuer: ({ row }) => row.identity?.issuer ?? null,
  client_id: ({ row }) => row.identity?.clientId ?? null,
  token_fingerprint: ({ row }) => row.identity?.fingerprint ?? null,
  groups: ({ row }) => row.identity?.groups.join(' ') ?? null,
  ci_job: ({ row }) => jobOf(row),
  ci_provenance: ({ row }) => row.ci?.provenance ?? null,
  ci_repository: ({ row }) => row.ci?.repository ?? null,
  ci_mismatch: ({ row }) => row.ciMismatch,
  connection: ({ row }) => row.connection,
  user_asserted: ({ row }) => row.user,
  application_asserted: ({ row }) => row.applicationName,
  client_address: (session) => (lacks(session, 'address') ? NOT_RECORDED : session.row.clientAddress),
  statements: ({ row }) => row.statements,
  rows: (session) => (lacks(session, 'row count') ? NOT_RECORDED : session.row.rows),
  errors: ({ row }) => row.errors,
  denied: ({ row }) => row.denied,
  held: ({ row }) => row.held,
  masked: ({ row }) => row.masked,
  policy_mode: ({ row }) => row.policy?.mode ?? null,
  policy_sha256: ({ row }) => row.policy?.hash ?? null,
  read_from: ({ facts }) => (facts.source === null ? null : `${facts.source.file} (${facts.source.format})`),
  log: ({ facts }) => facts.log,
};

/** The header line. */
export const SESSION_HEADER = csvLine(Object.keys(COLUMNS));

/** One session. */
export function sessionLine(session: RecordedSession): string {
  return csvLine(Object.values(COLUMNS).map((read) => read(session)));
}
