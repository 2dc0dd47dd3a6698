/** Rows as a filter asks them (shared/filter/asked.ts): for what indexes cannot tell, such as words that follow each other. */
import type { AskedSession, AskedStatement } from '../../../shared/filter/asked.ts';
import type { SessionRow, StatementRow } from '../../../shared/api/session.ts';

export function askedSession(row: SessionRow): AskedSession {
  const { identity, ci } = row;
  return {
    id: row.id,
    token: identity && {
      fingerprint: identity.fingerprint,
      issuer: identity.issuer,
      subject: identity.subject,
      client: identity.clientId,
      jti: identity.tokenId,
      userId: identity.userId,
      groups: identity.groups,
    },
    job: ci && {
      provider: ci.provider,
      run: ci.run,
      job: ci.job,
      repository: ci.repository,
      provenance: ci.provenance,
    },
    mismatch: row.ciMismatch !== null,
    connection: row.connection,
    users: row.dbUser === null ? [row.user] : [row.user, row.dbUser],
    address: row.clientAddress,
    application: row.applicationName,
    outcome: row.outcome,
    started: row.started,
    ended: row.ended,
  };
}

/** `normalised` is the text without literals, `texts` what free text searches. */
export function askedStatement(
  row: StatementRow,
  normalised: string,
  texts: readonly string[],
): AskedStatement {
  return {
    time: row.time,
    tables: row.tables,
    columns: row.columns,
    functions: row.functions,
    verb: row.verb,
    class: row.class,
    normalised,
    fingerprint: row.fingerprint,
    status: row.status,
    sqlstate: row.sqlstate,
    decision: row.decision,
    rules: row.rules,
    severity: row.severity,
    maskedColumns: row.maskedColumns,
    maskedBy: [...row.maskedBy, ...row.detectors],
    approvers: row.approvers.flatMap(({ subject, name }) => (name === null ? [subject] : [subject, name])),
    rows: row.rows,
    bytes: row.bytes,
    duration: row.duration,
    texts,
  };
}
