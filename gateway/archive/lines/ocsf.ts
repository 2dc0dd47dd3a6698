/**
 * OCSF Datastore Activity (class 6005, schema.ocsf.io): one event a line for each session that connected and each statement. Valid
 * under OCSF 1.8; with 1.9 `ai_agent` and `attestation_list` are there, too.
 */
import type { RecordedSession, StatementRecord } from './record.ts';
import { parametersOf, rowsOf, textOf } from './words.ts';
import { activityOf, gravityOf, isMasked, successOf, type Activity } from './activity.ts';
import { jsonLine } from './json-line.ts';
import { actorOf, databaseOf, present, sourceOf, targetOf, unmappedOf } from './ocsf-parts.ts';

export type OcsfVersion = '1.8' | '1.9';

/** Size and root (base64) of each log's tree as it was signed last. */
export type SignedTrees = ReadonlyMap<string, { readonly size: number; readonly root: string }>;

const CLASS = 6005;

/** OCSF's activity_id and activity_name. */
const ACTIVITY_IDS: Readonly<Record<Activity, readonly [id: number, name: string]>> = {
  read: [1, 'Read'],
  update: [2, 'Update'],
  query: [4, 'Query'],
  write: [5, 'Write'],
  create: [6, 'Create'],
  delete: [7, 'Delete'],
  other: [99, 'Other'],
  unknown: [0, 'Unknown'],
};
const CONNECT: readonly [number, string] = [3, 'Connect'];

/** Names of OCSF's severities from informational on. */
export const SEVERITIES = ['Informational', 'Low', 'Medium', 'High', 'Critical'] as const;
const STATUS = { success: [1, 'Success'], failure: [2, 'Failure'], unknown: [0, 'Unknown'] } as const;

/** Who made the events, and by which version of OCSF they are written. */
export interface OcsfOptions {
  readonly software: string;
  readonly version: OcsfVersion;
  /** The newest signed tree of each log, by its id in hex: what events of 1.9 are proven against. */
  readonly trees: SignedTrees;
}

/** A session that began. */
export function ocsfSession(session: RecordedSession, options: OcsfOptions): string {
  const { row } = session;
  const refused = row.outcome === 'refused';
  return jsonLine({
    ...common(session, CONNECT, refused ? 1 : 0, options, { uid: row.id, sequence: 0 }),
    ...status(refused ? 'failure' : 'success'),
    ...present({ status_detail: refused ? row.reason : null }),
    time: Math.floor(row.started / 1000),
    type_id: 1,
    type: 'Database',
    action_id: refused ? 2 : 1,
    action: refused ? 'Denied' : 'Allowed',
    disposition_id: refused ? 2 : 1,
    disposition: refused ? 'Blocked' : 'Allowed',
    message: `session ${row.id} to ${row.connection}`,
    unmapped: unmappedOf(session),
  });
}

/** One statement. */
export function ocsfStatement(
  statement: StatementRecord,
  session: RecordedSession,
  options: OcsfOptions,
): string {
  const { row, leaf } = statement;
  const verb = row.verb === '' ? 'statement' : row.verb;
  const [id, name] = ACTIVITY_IDS[activityOf(row.verb)];
  const activity = [id, id === 99 ? verb : name] as const;
  const uid = `${row.session}/${row.statement}/${row.ordinal}`;
  const [table] = row.tables;
  return jsonLine({
    ...common(session, activity, gravityOf(statement), options, { uid, sequence: leaf.index }),
    ...status(successOf(statement, session)),
    ...present({ status_code: row.sqlstate, status_detail: row.errorMessage }),
    time: Math.floor(row.time / 1000),
    ...present({ duration: row.duration === null ? null : Math.floor(row.duration / 1000) }),
    message: `${verb} by ${row.agent || row.connection}`,
    type_id: table === undefined ? 1 : 3,
    type: table === undefined ? 'Database' : 'Table',
    ...present({ table: table === undefined ? null : { name: table } }),
    query_info: { query_string: textOf(statement), uid },
    ...control(statement),
    ...(options.version === '1.9' ? { attestation_list: [attestation(statement, session)] } : {}),
    unmapped: {
      ...unmappedOf(session),
      ...unmappedStatement(statement, session),
      ...(options.version === '1.9' ? present({ tree: options.trees.get(session.facts.log) ?? null }) : {}),
    },
  });
}

/** What every event of class 6005 has. */
function common(
  session: RecordedSession,
  [activity, name]: readonly [number, string],
  gravity: 0 | 1 | 2 | 3 | 4,
  { software, version }: OcsfOptions,
  { uid, sequence }: { readonly uid: string; readonly sequence: number },
): object {
  const { row } = session;
  return {
    activity_id: activity,
    activity_name: name,
    category_uid: 6,
    category_name: 'Application Activity',
    class_uid: CLASS,
    class_name: 'Datastore Activity',
    type_uid: CLASS * 100 + activity,
    type_name: `Datastore Activity: ${name}`,
    severity_id: 1 + gravity,
    severity: SEVERITIES[gravity],
    actor: actorOf(session),
    src_endpoint: sourceOf(session),
    ...present({ dst_endpoint: targetOf(session) }),
    database: databaseOf(session),
    metadata: {
      product: { name: 'Auditorium', vendor_name: 'Auditorium', version: software },
      version: version === '1.9' ? '1.9.0' : '1.8.0',
      profiles:
        version === '1.9' ? ['security_control', 'ai_operation', 'record_integrity'] : ['security_control'],
      uid,
      correlation_uid: row.id,
      sequence,
    },
    ...(version === '1.9' ? { ai_agent: agent(session) } : {}),
  };
}

function status(success: keyof typeof STATUS): object {
  const [status_id, name] = STATUS[success];
  return { status_id, status: name };
}

/** The profile security_control: what policy did. */
function control(statement: StatementRecord): object {
  const { row, decision } = statement;
  const [action, disposition] = controlled(statement);
  return {
    action_id: action,
    action: ACTIONS[action],
    disposition_id: disposition,
    disposition: DISPOSITIONS[disposition],
    ...(row.rules.length === 0
      ? {}
      : {
          policy: present({
            name: row.rules.join(', '),
            desc: decision?.because.join('; ') ?? null,
            is_applied: decision?.enforced ?? true,
          }),
        }),
  };
}
const ACTIONS = { 1: 'Allowed', 2: 'Denied', 3: 'Observed', 4: 'Modified' } as const;
const DISPOSITIONS = {
  1: 'Allowed',
  2: 'Blocked',
  8: 'Approved',
  14: 'Delayed',
  17: 'Logged',
  25: 'Rejected',
} as const;

function controlled(statement: StatementRecord): readonly [keyof typeof ACTIONS, keyof typeof DISPOSITIONS] {
  switch (statement.row.decision) {
    case 'denied':
      return [2, 2];
    case 'rejected':
      return [2, 25];
    case 'timeout':
    case 'changed':
    case 'abandoned':
      return [2, 2];
    case 'held':
      return [2, 14];
    case 'approved':
      return [isMasked(statement) ? 4 : 1, 8];
    case 'observed-deny':
    case 'observed-hold':
      return [3, 17];
    case 'allowed':
    case null:
      return isMasked(statement) ? [4, 1] : [1, 1];
  }
}

/** OCSF 1.9: who acted, where it is an agent that a token names. */
function agent({ row }: RecordedSession): object {
  return present({
    uid: row.identity?.clientId ?? row.identity?.subject ?? row.user,
    instance_uid: row.id,
    name: row.identity?.subject ?? row.user,
    type_id: 0,
    version: row.applicationName,
  });
}

/** OCSF 1.9: where in which log's tree the event stands that this was read from. */
function attestation({ leaf }: StatementRecord, { facts }: RecordedSession): object {
  return {
    chain_uid: `auditorium.local/${facts.log}`,
    fingerprint: { algorithm_id: 3, algorithm: 'SHA-256', value: Buffer.from(leaf.hash).toString('hex') },
  };
}

function unmappedStatement(statement: StatementRecord, session: RecordedSession): object {
  const { facts } = session;
  const { row, leaf } = statement;
  const { list, missing } = parametersOf(statement);
  return present({
    tables: row.tables,
    rows: rowsOf(statement, session),
    transaction: row.transaction,
    outcome: row.status,
    decision: row.decision,
    votes: statement.votes.map(({ verdict, subject, reason }) => ({ verdict, subject, reason })),
    masked_columns: row.maskedColumns,
    detectors: row.detectors,
    secrets_masked: row.masked || null,
    parameters: missing === null ? list.map(({ text }) => text ?? 'NULL') : `(${missing})`,
    log: facts.log,
    leaf_index: leaf.index,
  });
}
