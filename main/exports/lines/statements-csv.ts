/** Statements as lines of a table. */
import { decisionText } from '../../../shared/policy/recorded-decision.ts';
import type { RecordedSession, StatementRecord } from '../../../gateway/archive/lines/record.ts';
import {
  isoTime,
  jobOf,
  lacks,
  NOT_RECORDED,
  parametersOf,
  rowsOf,
  textOf,
  votersOf,
} from '../../../gateway/archive/lines/words.ts';
import { csvLine } from './csv.ts';

type Cell = string | number | null;
type Read = (statement: StatementRecord, session: RecordedSession) => Cell;

/** Columns in their order. */
const COLUMNS: Readonly<Record<string, Read>> = {
  session: ({ row }) => row.session,
  statement: ({ row }) => row.statement,
  ordinal: ({ row }) => row.ordinal,
  time: ({ row }) => isoTime(row.time),
  duration_ms: ({ row }, session) =>
    lacks(session, 'duration') ? NOT_RECORDED : row.duration === null ? null : row.duration / 1000,
  agent: ({ row }, session) => (lacks(session, 'identity') ? NOT_RECORDED : row.agent),
  issuer: (_, { row }) => row.identity?.issuer ?? null,
  client_id: (_, { row }) => row.identity?.clientId ?? null,
  token_id: (_, { row }) => row.identity?.tokenId ?? null,
  ci_job: (_, { row }) => jobOf(row),
  ci_provenance: (_, { row }) => row.ci?.provenance ?? null,
  connection: ({ row }) => row.connection,
  database: (_, { facts }) => facts.target?.database ?? null,
  user_asserted: (_, { row }) => row.user,
  application_asserted: (_, { row }) => row.applicationName,
  client_address: (_, session) => (lacks(session, 'address') ? NOT_RECORDED : session.row.clientAddress),
  verb: ({ row }) => row.verb,
  tables: ({ row }) => row.tables.join(' '),
  status: ({ row }, session) =>
    lacks(session, 'outcome') && row.status === 'unknown' ? NOT_RECORDED : row.status,
  rows: (statement, session) => rowsOf(statement, session) ?? NOT_RECORDED,
  sqlstate: ({ row }) => row.sqlstate,
  error: ({ row }) => row.errorMessage,
  transaction: ({ row }) => row.transaction,
  decision: ({ row }) => (row.decision === null ? null : decisionText(row.decision)),
  rules: ({ row }) => row.rules.join(' '),
  severity: ({ row }) => row.severity,
  decided_by: (statement) => votersOf(statement).join('; '),
  masked_columns: ({ row }) => row.maskedColumns.join(' '),
  detectors: ({ row }) => row.detectors.join(' '),
  secrets_masked: ({ row }) => (row.masked ? 'yes' : 'no'),
  parameters: (statement, session) => {
    if (lacks(session, 'parameters')) return NOT_RECORDED;
    const { list, missing } = parametersOf(statement);
    return missing === null ? JSON.stringify(list.map(({ text }) => text)) : `(${missing})`;
  },
  text: textOf,
  event: ({ leaf }) => leaf.index,
  log: (_, { facts }) => facts.log,
};

/** The header line. */
export const STATEMENT_HEADER = csvLine(Object.keys(COLUMNS));

/** One statement. */
export function statementLine(statement: StatementRecord, session: RecordedSession): string {
  return csvLine(Object.values(COLUMNS).map((read) => read(statement, session)));
}
