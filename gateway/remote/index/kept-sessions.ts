/** Sessions while a log is folded: what their rows in the index will say. */
import type { EventFields } from '../../../shared/recording/event.ts';
import type { Counters, KnownToken, SessionStore, StoredSession } from '../../archive/fold/store.ts';
import type { AgentIndexRow, JobIndexRow, SessionIndexRow } from './rows.ts';
import type { NamedJob, NamedToken, Names } from './names.ts';

type OpeningFields = Pick<
  EventFields<'sessionOpened'>,
  'connection' | 'user' | 'applicationName' | 'clientAddress'
>;

const UNCOUNTED: Counters = {
  statements: 0,
  rows: 0,
  errors: 0,
  bytes: 0,
  events: 0,
  denied: 0,
  held: 0,
  masked: 0,
};

/** Of a session without a token. */
const NO_TOKEN = {
  agent: '',
  issuer: '',
  profile: '',
  subject: '',
  client: null,
  user_id: null,
  jti: null,
  fingerprint: '',
  groups: [],
  scopes: [],
  expires: 0,
} as const;

const NO_JOB = {
  job: '',
  job_path: '',
  provenance: '',
  provider: '',
  run: '',
  job_name: '',
  repository: null,
  ref: null,
  actor: null,
  ci_issuer: null,
} as const;

/** One session. */
export interface KeptSession {
  readonly key: number;
  readonly id: string;
  readonly position: number;
  readonly started: number;
  readonly opening: OpeningFields;
  counters: Counters;
  token: NamedToken | null;
  job: NamedJob | null;
  dbUser: string | null;
  mismatch: string | null;
  policy: { readonly hash: string; readonly mode: string } | null;
  imported: string | null;
  end: { readonly time: number | null; readonly outcome: string; readonly reason: string | null } | null;
  /** How many statements have each. */
  readonly verbs: Map<string, number>;
  readonly tables: Map<string, number>;
  readonly decisions: Set<string>;
  readonly masks: Set<string>;
}

export class KeptSessions implements SessionStore {
  readonly #names: Names;
  readonly #sessions = new Map<number, KeptSession>();
  readonly #changed = new Set<KeptSession>();
  readonly #agents = new Map<string, AgentIndexRow>();
  readonly #jobs = new Map<string, JobIndexRow>();
  #last = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  /** A session that begins; how the fold goes on with it. */
  open(id: string, position: number, time: number, opening: OpeningFields): StoredSession {
    const key = ++this.#last;
    const session: KeptSession = {
      key,
      id,
      position,
      started: time,
      opening,
      counters: UNCOUNTED,
      token: null,
      job: null,
      dbUser: null,
      mismatch: null,
      policy: null,
      imported: null,
      end: null,
      verbs: new Map(),
      tables: new Map(),
      decisions: new Set(),
      masks: new Set(),
    };
    this.#sessions.set(key, session);
    this.#changed.add(session);
    return { ...UNCOUNTED, id: key, carried: 0, job_id: null, provenance: null };
  }

  of(key: number): KeptSession {
    const found = this.#sessions.get(key);
    if (found === undefined) throw new Error(`no session ${key} is kept`);
    return found;
  }

  /** Nothing more comes of it. */
  forget(key: number): void {
    this.#sessions.delete(key);
  }

  /** Its gateway died, or the log goes on without it: nobody knows how it ended. */
  abandon(key: number): void {
    this.#change(key).end = { time: null, outcome: 'unknown', reason: null };
  }

  /** The rows of all that changed since the last time. */
  taken(log: string, version: number): SessionIndexRow[] {
    const rows = [...this.#changed].map((session) => rowOf(session, log, version));
    this.#changed.clear();
    return rows;
  }

  takenAgents(): AgentIndexRow[] {
    return emptied(this.#agents);
  }

  takenJobs(): JobIndexRow[] {
    return emptied(this.#jobs);
  }

  identify(id: number, { tokenId }: KnownToken): void {
    const token = this.#names.takeToken(tokenId) ?? null;
    this.#change(id).token = token;
    if (token !== null) this.#agents.set(token.agent.key, token.agent);
  }

  login(id: number, user: string): void {
    this.#change(id).dbUser = user;
  }

  source(id: number, { format, file, lacks }: EventFields<'imported'>): void {
    this.#change(id).imported = JSON.stringify({ format, file, lacks });
  }

  assign(id: number, jobId: number): void {
    const job = this.#names.takeJob(jobId) ?? null;
    this.#change(id).job = job;
    if (job !== null) this.#jobs.set(job.row.key, job.row);
  }

  mismatch(id: number, asserted: string): void {
    const session = this.#change(id);
    session.mismatch ??= asserted;
  }

  count(id: number, counters: Counters): void {
    this.#change(id).counters = { ...counters };
  }

  close(id: number, time: number, { outcome, reason }: EventFields<'sessionClosed'>): void {
    // Of an imported session whose source does not tell how it ended nobody knows when it did.
    const ended = outcome === 'unknown' ? null : time;
    this.#change(id).end = { time: ended, outcome, reason: reason === '' ? null : reason };
  }

  usesVerb(id: number, verbId: number): void {
    const { verbs } = this.#change(id);
    const name = this.#names.verbName(verbId);
    verbs.set(name, verbs.get(name) ?? 0);
  }

  usesTable(id: number, tableId: number): void {
    const { tables } = this.#change(id);
    const name = this.#names.tableName(tableId);
    tables.set(name, tables.get(name) ?? 0);
  }

  govern(id: number, { hash, mode }: EventFields<'policyApplied'>): void {
    this.#change(id).policy = { hash: Buffer.from(hash).toString('hex'), mode };
  }

  decide(id: number, verdictId: number): void {
    const verdict = this.#names.verdictOf(verdictId);
    if (verdict !== null) this.#change(id).decisions.add(verdict.decision);
  }

  mask(id: number, maskId: number): void {
    this.#change(id).masks.add(this.#names.maskName(maskId));
  }

  #change(key: number): KeptSession {
    const session = this.of(key);
    this.#changed.add(session);
    return session;
  }
}

function rowOf(session: KeptSession, log: string, version: number): SessionIndexRow {
  const { opening, end, started, policy, verbs, tables } = session;
  return {
    id: session.id,
    log,
    position: session.position,
    version,
    started,
    ended: end?.time ?? null,
    duration: end === null || end.time === null ? null : Math.max(0, end.time - started),
    outcome: end?.outcome ?? 'live',
    reason: end?.reason ?? null,
    connection: opening.connection,
    user: opening.user,
    db_user: session.dbUser,
    application: opening.applicationName,
    address: opening.clientAddress,
    ...tokenOf(session.token),
    ...jobOf(session.job),
    ci_mismatch: session.mismatch,
    policy_hash: policy?.hash ?? null,
    policy_mode: policy?.mode ?? null,
    imported: session.imported,
    ...session.counters,
    verbs: [...verbs.keys()],
    verb_statements: [...verbs.values()],
    tables: [...tables.keys()],
    table_statements: [...tables.values()],
    decisions: [...session.decisions],
    masks: [...session.masks],
  };
}

function tokenOf(token: NamedToken | null): Pick<SessionIndexRow, keyof typeof NO_TOKEN> {
  if (token === null) return NO_TOKEN;
  const { issuer, profile, subject, clientId, userId, tokenId, fingerprint, groups, scopes, expires } =
    token.fields;
  return {
    agent: token.agent.key,
    issuer,
    profile,
    subject,
    client: clientId,
    user_id: userId,
    jti: tokenId,
    fingerprint: Buffer.from(fingerprint).toString('hex'),
    groups,
    scopes,
    expires,
  };
}

function jobOf(job: NamedJob | null): Pick<SessionIndexRow, keyof typeof NO_JOB> {
  if (job === null) return NO_JOB;
  const { provenance, provider, run, job: name, repository, ref, actor, issuer } = job.fields;
  const { key, path } = job.row;
  return {
    job: key,
    job_path: path,
    provenance,
    provider,
    run,
    job_name: name,
    repository,
    ref,
    actor,
    ci_issuer: issuer,
  };
}

function emptied<V>(map: Map<string, V>): V[] {
  const values = [...map.values()];
  map.clear();
  return values;
}
