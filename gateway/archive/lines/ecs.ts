/**
 * Elastic Common Schema 9.5 as JSON lines. ECS has no fields for databases: SQL stands under `auditorium`, which is this program's
 * own name space.
 */
import type { Act, RecordedSession, StatementRecord } from './record.ts';
import { isIp, isoTime, jobOf, lacks, parametersOf, rowsOf, textOf } from './words.ts';
import { activityOf, gravityOf, isMasked, successOf } from './activity.ts';
import { jsonLine } from './json-line.ts';
import { present } from './ocsf-parts.ts';

const VERSION = '9.5.0';

/** ECS risk scores go to 100. */
const RISK = [0, 21, 47, 73, 99] as const;

/** A session that began. */
export function ecsSession(session: RecordedSession): string {
  const { row } = session;
  return jsonLine({
    '@timestamp': isoTime(row.started),
    ...common(session),
    event: {
      kind: 'event',
      category: ['database', 'session'],
      type: ['start'],
      action: 'session',
      dataset: 'auditorium.session',
      provider: 'auditorium',
      id: row.id,
      outcome: row.outcome === 'refused' ? 'failure' : 'success',
      ...present({ reason: row.reason }),
    },
  });
}

/** One statement. */
export function ecsStatement(statement: StatementRecord, session: RecordedSession): string {
  const { row, leaf, decision } = statement;
  const { list, missing } = parametersOf(statement);
  const gravity = gravityOf(statement);
  return jsonLine({
    '@timestamp': isoTime(row.time),
    ...common(session),
    event: {
      kind: gravity >= 2 ? 'alert' : 'event',
      category: ['database'],
      type: typesOf(statement),
      action: row.verb === '' ? 'statement' : row.verb.toLowerCase(),
      dataset: 'auditorium.statement',
      provider: 'auditorium',
      id: `${row.session}/${row.statement}/${row.ordinal}`,
      outcome: successOf(statement, session),
      sequence: leaf.index,
      hash: Buffer.from(leaf.hash).toString('hex'),
      risk_score: RISK[gravity],
      ...present({
        code: row.sqlstate,
        duration: row.duration === null || lacks(session, 'duration') ? null : row.duration * 1000,
        reason: decision?.message ?? null,
      }),
    },
    ...(row.sqlstate === null ? {} : { error: present({ code: row.sqlstate, message: row.errorMessage }) }),
    ...(row.rules.length === 0 ? {} : { rule: { name: row.rules.join(', '), ruleset: 'policy' } }),
    auditorium: {
      ...own(session),
      statement: present({
        text: textOf(statement),
        verb: row.verb,
        tables: row.tables,
        parameters: missing === null ? list.map(({ text }) => text ?? 'NULL') : [`(${missing})`],
        rows: rowsOf(statement, session),
        status: row.status,
        transaction: row.transaction,
        decision: row.decision,
        votes: statement.votes.map(({ verdict, subject }) => `${subject}: ${verdict}`),
        masked: isMasked(statement),
        masked_columns: row.maskedColumns,
        detectors: row.detectors,
      }),
    },
  });
}

/** Anything else that was recorded: what the gateway and people did, and how a session ended. */
export function ecsAct(act: Act, session: RecordedSession | null): string {
  const isEnd = act.kind === 'sessionClosed';
  return jsonLine({
    '@timestamp': isoTime(act.time),
    ...(session === null ? { ecs: { version: VERSION } } : common(session)),
    message: act.sentence,
    event: {
      kind: act.gravity >= 2 ? 'alert' : 'event',
      category: isEnd ? ['database', 'session'] : ['database'],
      type: [isEnd ? 'end' : 'info'],
      action: act.kind,
      dataset: 'auditorium.act',
      provider: 'auditorium',
      id: act.id,
      sequence: act.index,
      risk_score: RISK[act.gravity],
    },
    auditorium: { ...(session === null ? {} : own(session)), log: act.log, act: act.fields },
  });
}

function common({ row, facts }: RecordedSession): object {
  const { clientAddress: ip } = row;
  const port = facts.clientPort;
  const isKnown = !facts.lacks.includes('address');
  const subject = row.identity?.subject ?? null;
  return {
    ecs: { version: VERSION },
    user: present({
      name: subject ?? row.user,
      id: row.identity?.userId ?? null,
      roles: row.identity?.groups ?? [],
      domain: row.identity?.issuer ?? null,
    }),
    ...(isKnown ? { source: present({ address: row.clientAddress, ip: isIp(ip) ? ip : null, port }) } : {}),
    ...(facts.target === null
      ? {}
      : { destination: { address: facts.target.host, port: facts.target.port } }),
    service: present({ name: row.connection, type: 'postgresql' }),
    related: present({
      user: [...new Set([subject, row.user].filter((name) => name !== null && name !== ''))],
      ip: isKnown && isIp(ip) ? [ip] : [],
    }),
    auditorium: own({ row, facts }),
  };
}

function own({ row, facts }: RecordedSession): object {
  return {
    session: present({
      id: row.id,
      connection: row.connection,
      database: facts.target?.database ?? null,
      user_asserted: row.user,
      application_asserted: row.applicationName,
      token_fingerprint: row.identity?.fingerprint ?? null,
      ci_job: jobOf(row),
      ci_provenance: row.ci?.provenance ?? null,
      log: facts.log,
      not_recorded: facts.lacks,
    }),
  };
}

/** Of ECS’s types those that fit the category `database`. */
function typesOf({ row }: StatementRecord): string[] {
  const activity = activityOf(row.verb);
  const base = ['read', 'query'].includes(activity)
    ? 'access'
    : ['write', 'update', 'create', 'delete'].includes(activity)
      ? 'change'
      : 'info';
  return row.status === 'failed' ? [base, 'error'] : [base];
}
