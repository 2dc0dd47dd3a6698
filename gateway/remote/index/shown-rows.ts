/** Rows of the index as the API shows them. */
import type { SessionId, SessionOutcome, SessionRow, StatementRow } from '../../../shared/api/session.ts';
import { SEVERITIES } from '../../../shared/policy/decision.ts';
import { STATEMENT_CLASSES } from '../../../shared/policy/facts.ts';
import { SESSION_OUTCOMES, STATEMENT_STATUSES } from '../../../shared/recording/event.ts';
import { decidedOf, masksOf } from '../../archive/fold/shown-decision.ts';
import { rowsOf, type Engine } from './engine.ts';
import type { SessionIndexRow, StatementIndexRow } from './rows.ts';

const OUTCOMES: readonly SessionOutcome[] = ['live', ...SESSION_OUTCOMES];
const TRANSACTIONS = ['I', 'T', 'E'] as const;

/** What of its session a statement's row shows. */
type OfSession = Pick<SessionIndexRow, 'id' | 'outcome' | 'subject' | 'job_path' | 'provenance' | 'imported'>;

/** Statements with what their sessions are by now. */
export async function shownStatements(
  engine: Engine,
  rows: readonly StatementIndexRow[],
): Promise<StatementRow[]> {
  const ids = [...new Set(rows.map(({ session }) => session))];
  if (ids.length === 0) return [];
  const found = await rowsOf<OfSession>(
    engine,
    `SELECT id, outcome, subject, job_path, provenance, imported FROM session
     WHERE id IN {ids:Array(String)} ORDER BY version DESC LIMIT 1 BY id`,
    { ids },
  );
  const sessions = new Map(found.map((session) => [session.id, session]));
  return rows.map((row) => shownStatement(row, sessions.get(row.session)));
}

function shownStatement(row: StatementIndexRow, session: OfSession | undefined): StatementRow {
  const outcome = session?.outcome ?? 'unknown';
  const { provenance = '' } = session ?? {};
  return {
    session: row.session as SessionId,
    statement: row.number,
    ordinal: row.ordinal,
    sequence: row.sequence,
    outcomeSequence: row.outcome_sequence,
    time: row.time,
    duration: row.duration,
    text: row.text,
    textTruncated: row.text_truncated === 1,
    masked: row.text_masked === 1,
    verb: row.verb,
    class: STATEMENT_CLASSES.find((known) => known === row.class) ?? null,
    fingerprint: row.fingerprint,
    tables: [...row.tables],
    columns: [...row.columns],
    functions: [...row.functions],
    rows: row.rows,
    bytes: row.bytes,
    status: STATEMENT_STATUSES.find((known) => known === row.status) ?? 'unknown',
    sqlstate: row.sqlstate,
    errorMessage: row.error_message,
    transaction: TRANSACTIONS.find((status) => status === row.transaction) ?? null,
    agent: session?.subject ?? '',
    job: session === undefined || session.job_path === '' ? null : session.job_path,
    provenance: provenance === 'attested' || provenance === 'asserted' ? provenance : null,
    connection: row.connection,
    live: outcome === 'live',
    imported: (session?.imported ?? null) !== null,
    decision: row.decision === '' ? null : decidedOf(row.decision, outcome),
    rules: [...row.rules],
    severity: SEVERITIES.find((severity) => severity === row.severity) ?? null,
    ...masksOf(row.masks),
    approvers: row.approvers.map(([subject, name]) => ({ subject, name: name === '' ? null : name })),
    // What an index holds of a statement free text is not looked for in.
    searchable: 'whole',
  };
}

export function shownSession(row: SessionIndexRow): SessionRow {
  const { started, ended, reason, connection, user, statements, rows, errors, bytes, events } = row;
  return {
    id: row.id as SessionId,
    started,
    ended,
    outcome: OUTCOMES.find((outcome) => outcome === row.outcome) ?? 'unknown',
    reason,
    connection,
    user,
    dbUser: row.db_user,
    applicationName: row.application,
    clientAddress: row.address,
    identity: identityOf(row),
    ci: ciOf(row),
    ciMismatch: row.ci_mismatch,
    statements,
    rows,
    errors,
    bytes,
    events,
    denied: row.denied,
    held: row.held,
    masked: row.masked,
    policy:
      row.policy_hash === null
        ? null
        : { hash: row.policy_hash, mode: row.policy_mode === 'observe' ? 'observe' : 'enforce' },
    imported: row.imported === null ? null : (JSON.parse(row.imported) as SessionRow['imported']),
    verbs: row.verbs.filter((verb) => verb !== '').toSorted(),
  };
}

function identityOf(row: SessionIndexRow): SessionRow['identity'] {
  if (row.fingerprint === '') return null;
  const { issuer, profile, subject, fingerprint, expires } = row;
  return {
    issuer,
    profile,
    subject,
    clientId: row.client,
    userId: row.user_id,
    groups: [...row.groups],
    scopes: [...row.scopes],
    tokenId: row.jti,
    fingerprint,
    expires,
  };
}

function ciOf(row: SessionIndexRow): SessionRow['ci'] {
  const { provenance, provider, run, job_name, repository, ref, actor } = row;
  if (provenance !== 'attested' && provenance !== 'asserted') return null;
  return { provenance, provider, run, job: job_name, repository, ref, actor, issuer: row.ci_issuer };
}
