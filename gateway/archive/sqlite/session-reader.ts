/** Sessions of a volume as the API shows them. Of shared/api only types come in here, as in statement-reader.ts. */
import type { SessionId, SessionOutcome, SessionRow } from '../../../shared/api/session.ts';
import { SESSION_OUTCOMES } from '../../../shared/recording/event.ts';
import type { Volume } from './read-volume.ts';
import { listOf } from './text-facts.ts';

const OUTCOMES: readonly SessionOutcome[] = ['live', ...SESSION_OUTCOMES];

interface StoredSession {
  readonly id: number;
  readonly sid: Buffer;
  readonly started: number;
  readonly ended: number | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly connection: string;
  readonly user: string;
  readonly db_user: string | null;
  readonly application: string;
  readonly address: string;
  readonly statements: number;
  readonly rows: number;
  readonly errors: number;
  readonly bytes: number;
  readonly events: number;
  readonly denied: number;
  readonly held: number;
  readonly masked: number;
  readonly policy_hash: string | null;
  readonly policy_mode: string | null;
  readonly ci_mismatch: string | null;
  readonly imported: string | null;
  readonly verbs: string;
  readonly fingerprint: string | null;
  readonly issuer: string;
  readonly profile: string;
  readonly subject: string;
  readonly client: string | null;
  readonly jti: string | null;
  readonly groups: string;
  readonly scopes: string;
  readonly expires: number;
  readonly user_id: string | null;
  readonly provenance: 'attested' | 'asserted' | null;
  readonly provider: string;
  readonly run: string;
  readonly job: string;
  readonly repository: string | null;
  readonly ref: string | null;
  readonly actor: string | null;
  readonly ci_issuer: string | null;
}

/** A page of them is asked for at once: for each by itself SQLite takes many times as long. */
const SESSIONS = `SELECT s.id, s.sid, s.started, s.ended, s.outcome, s.reason, s.connection, s.user, s.db_user, s.application, s.address,
  s.statements, s.rows, s.errors, s.bytes, s.events, s.denied, s.held, s.masked, s.policy_hash, s.policy_mode, s.ci_mismatch, s.imported,
  (SELECT json_group_array(v.verb) FROM session_verb y JOIN verb v ON v.id = y.verb_id
   WHERE y.session_id = s.id AND v.verb <> '') AS verbs,
  t.fingerprint, a.issuer, t.profile, a.subject, a.client, t.jti, t.groups, t.scopes, t.expires, a.user_id,
  j.provenance, j.provider, j.run, j.job, j.repository, j.ref, j.actor, j.issuer AS ci_issuer
FROM json_each(?) e CROSS JOIN session s ON s.id = e.value LEFT JOIN token t ON t.id = s.token_id LEFT JOIN agent a ON a.id = t.agent_id LEFT JOIN job j ON j.id = s.job_id`;

/** Makes the rows of one volume's sessions. */
export class SessionReader {
  readonly #sessions;
  readonly #find;

  constructor({ db }: Volume) {
    this.#sessions = db.prepare<[string], StoredSession>(SESSIONS);
    this.#find = db.prepare<[Buffer], number>('SELECT id FROM session WHERE sid = ?').pluck();
  }

  /** The key of a session in this volume; null when it is not in it. */
  idOf(id: SessionId): number | null {
    return this.#find.get(Buffer.from(id, 'hex')) ?? null;
  }

  /** The rows of those that are in the volume, by id. */
  rows(ids: readonly number[]): ReadonlyMap<number, SessionRow> {
    return new Map(this.#sessions.all(JSON.stringify(ids)).map((row) => [row.id, rowOf(row)]));
  }
}

function rowOf(row: StoredSession): SessionRow {
  const { started, ended, reason, connection, user, statements, rows, errors, bytes, events } = row;
  return {
    id: toSessionId(row.sid),
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
    policy: policyOf(row),
    imported: importedOf(row.imported),
    verbs: listOf(row.verbs).toSorted(),
  };
}

function identityOf(row: StoredSession): SessionRow['identity'] {
  if (row.fingerprint === null) return null;
  const { issuer, profile, subject, fingerprint, expires } = row;
  return {
    issuer,
    profile,
    subject,
    clientId: row.client,
    userId: row.user_id,
    groups: listOf(row.groups),
    scopes: listOf(row.scopes),
    tokenId: row.jti,
    fingerprint,
    expires,
  };
}

function ciOf(row: StoredSession): SessionRow['ci'] {
  if (row.provenance === null) return null;
  const { provenance, provider, run, job, repository, ref, actor } = row;
  return { provenance, provider, run, job, repository, ref, actor, issuer: row.ci_issuer };
}

function policyOf({ policy_hash, policy_mode }: StoredSession): SessionRow['policy'] {
  if (policy_hash === null) return null;
  return { hash: policy_hash, mode: policy_mode === 'observe' ? 'observe' : 'enforce' };
}

/** A session's 16 bytes as the API writes them. */
export function toSessionId(sid: Buffer): SessionId {
  return sid.toString('hex') as SessionId;
}

/** Where an imported session comes from, as session-rows.ts wrote it. */
function importedOf(stored: string | null): SessionRow['imported'] {
  if (stored === null) return null;
  const source = JSON.parse(stored) as {
    readonly format: string;
    readonly file: string;
    readonly lacks: string[];
  };
  return { format: source.format, file: source.file, lacks: source.lacks };
}
