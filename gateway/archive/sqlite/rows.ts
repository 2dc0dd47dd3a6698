/**
 * Rows of a volume as the API shows them. Only types of shared/api come in here: its schemas would cost every reader's
 * process a quarter of a second to load.
 */
import type { SessionId, SessionOutcome, SessionRow, StatementRow } from '../../../shared/api/session.ts';
import { DECISIONS, type Decided } from '../../../shared/policy/recorded-decision.ts';
import { SEVERITIES } from '../../../shared/policy/decision.ts';
import { SESSION_OUTCOMES, STATEMENT_STATUSES } from '../../../shared/recording/event.ts';
import { MASK } from '../../../shared/recording/mask.ts';
import { clipBytes, decodeText } from '../../../shared/replay/text.ts';
import { firstBody, readErrorFields } from '../../../shared/replay/wire.ts';
import type { Volume } from './read-volume.ts';
import type { SegmentReader } from './segment-reader.ts';

const OUTCOMES: readonly SessionOutcome[] = ['live', ...SESSION_OUTCOMES];

const TRANSACTIONS = ['I', 'T', 'E'] as const;

/** Characters of a statement's text that a row shows. */
const TEXT_LENGTH = 2000;

/** Bytes that hold so many characters of UTF-8. */
const TEXT_BYTES = TEXT_LENGTH * 4;

interface StoredSession {
  readonly sid: Buffer;
  readonly started: number;
  readonly ended: number | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly connection: string;
  readonly user: string;
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

const SESSION = `SELECT s.sid, s.started, s.ended, s.outcome, s.reason, s.connection, s.user, s.application, s.address,
  s.statements, s.rows, s.errors, s.bytes, s.events, s.denied, s.held, s.masked, s.policy_hash, s.policy_mode, s.ci_mismatch,
  (SELECT json_group_array(v.verb) FROM session_verb y JOIN verb v ON v.id = y.verb_id
   WHERE y.session_id = s.id AND v.verb <> '') AS verbs,
  t.fingerprint, t.issuer, t.profile, t.subject, t.client, t.jti, t.groups, t.scopes, t.expires, t.user_id,
  j.provenance, j.provider, j.run, j.job, j.repository, j.ref, j.actor, j.issuer AS ci_issuer
FROM session s LEFT JOIN token t ON t.id = s.token_id LEFT JOIN job j ON j.id = s.job_id`;

interface StoredStatement {
  readonly session_id: number;
  readonly sid: Buffer;
  readonly number: number;
  readonly ordinal: number;
  readonly sequence: number;
  readonly text_sequence: number;
  readonly text_start: number | null;
  readonly text_length: number | null;
  readonly outcome_sequence: number | null;
  readonly time: number;
  readonly duration: number | null;
  readonly normal: string;
  readonly verb: string;
  readonly tables: string;
  readonly rows: number;
  readonly status: string;
  readonly sqlstate: string | null;
  readonly transaction_status: string | null;
  readonly agent: string | null;
  readonly job: string | null;
  readonly provenance: string | null;
  readonly connection: string;
  readonly session_outcome: string;
  readonly decision: string | null;
  readonly rules: string;
  readonly severity: string;
  readonly masks: string;
}

const STATEMENT = `SELECT x.session_id, s.sid, x.number, x.ordinal, x.sequence, x.text_sequence, x.text_start, x.text_length,
  x.outcome_sequence, x.time, x.duration, d.text AS normal, v.verb, d.tables, x.rows, x.status, x.sqlstate, x.transaction_status,
  t.subject AS agent, j.path AS job, j.provenance, s.connection, s.outcome AS session_outcome,
  p.decision, p.rules, p.severity,
  (SELECT json_group_array(m.kind || ' ' || m.name) FROM statement_mask y JOIN mask m ON m.id = y.mask_id
   WHERE y.statement_id = x.id) AS masks
FROM statement x JOIN session s ON s.id = x.session_id JOIN text d ON d.id = x.text_id JOIN verb v ON v.id = x.verb_id
  LEFT JOIN token t ON t.id = x.token_id LEFT JOIN job j ON j.id = x.job_id
  LEFT JOIN verdict p ON p.id = x.verdict_id WHERE x.id = ?`;

function provenanceOf(stored: string | null): StatementRow['provenance'] {
  return stored === 'attested' || stored === 'asserted' ? stored : null;
}

/** Makes the rows of one volume. */
export class Rows {
  readonly #segments: SegmentReader;
  readonly #session;
  readonly #statement;
  readonly #find;

  constructor({ db }: Volume, segments: SegmentReader) {
    this.#segments = segments;
    this.#session = db.prepare<[number], StoredSession>(`${SESSION} WHERE s.id = ?`);
    this.#statement = db.prepare<[number], StoredStatement>(STATEMENT);
    this.#find = db.prepare<[Buffer], number>('SELECT id FROM session WHERE sid = ?').pluck();
  }

  /** The key of a session in this volume; null when it is not in it. */
  sessionId(id: SessionId): number | null {
    return this.#find.get(Buffer.from(id, 'hex')) ?? null;
  }

  session(id: number): SessionRow | null {
    const row = this.#session.get(id);
    if (row === undefined) return null;
    const { started, ended, reason, connection, user, statements, rows, errors, bytes, events } = row;
    return {
      id: toSessionId(row.sid),
      started,
      ended,
      outcome: OUTCOMES.find((outcome) => outcome === row.outcome) ?? 'unknown',
      reason,
      connection,
      user,
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
      verbs: listOf(row.verbs).toSorted(),
    };
  }

  statement(id: number): StatementRow | null {
    const row = this.#statement.get(id);
    if (row === undefined) return null;
    const { number, ordinal, sequence, time, duration, rows, verb, sqlstate, job, connection } = row;
    return {
      session: toSessionId(row.sid),
      statement: number,
      ordinal,
      sequence,
      outcomeSequence: row.outcome_sequence,
      time,
      duration,
      ...this.#textOf(row),
      verb,
      tables: listOf(row.tables),
      rows,
      status: STATEMENT_STATUSES.find((status) => status === row.status) ?? 'unknown',
      sqlstate,
      errorMessage: this.#errorMessageOf(row),
      transaction: TRANSACTIONS.find((status) => status === row.transaction_status) ?? null,
      agent: row.agent ?? '',
      job,
      provenance: provenanceOf(row.provenance),
      connection,
      live: row.session_outcome === 'live',
      ...decisionOf(row),
      ...masksOf(listOf(row.masks)),
    };
  }

  /** The text as it was sent; where that is gone, its normal form, which holds no values. */
  #textOf(row: StoredStatement): Pick<StatementRow, 'text' | 'textTruncated' | 'masked'> {
    const stored = this.#segments.event(row.session_id, row.text_sequence);
    const whole = stored?.payloads['text'];
    if (stored === undefined || stored === null || whole === undefined || whole === null)
      return { ...clip(row.normal), masked: false };
    const start = row.text_start ?? 0;
    const own = whole.subarray(start, start + (row.text_length ?? whole.length));
    const { fields } = stored.event;
    // Of several statements in one Query only those that hold a mask; where none does, it is the parameters that were masked.
    const masked = 'masked' in fields && fields.masked && (holdsMask(own) || !holdsMask(whole));
    const clipped = clipBytes(own, TEXT_BYTES);
    const { text, textTruncated } = clip(decodeText(clipped));
    return { text, textTruncated: textTruncated || clipped.length < own.length, masked };
  }

  #errorMessageOf({ session_id, outcome_sequence, status }: StoredStatement): string | null {
    if (status !== 'failed' || outcome_sequence === null) return null;
    const answer = this.#segments.event(session_id, outcome_sequence)?.payloads['answer'];
    const body = answer ? firstBody(answer, 'E') : null;
    return (body && readErrorFields(body)?.message) ?? null;
  }
}

function holdsMask(text: Uint8Array): boolean {
  return Buffer.from(text.buffer, text.byteOffset, text.length).includes(MASK);
}

/** Cut between characters, never within one. */
function clip(text: string): { text: string; textTruncated: boolean } {
  if (text.length <= TEXT_LENGTH) return { text, textTruncated: false };
  const end = (text.charCodeAt(TEXT_LENGTH - 1) & 0xfc00) === 0xd800 ? TEXT_LENGTH - 1 : TEXT_LENGTH;
  return { text: text.slice(0, end), textTruncated: true };
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

function decisionOf(row: StoredStatement): Pick<StatementRow, 'decision' | 'rules' | 'severity'> {
  if (row.decision === null) return { decision: null, rules: [], severity: null };
  return {
    decision: decidedOf(row.decision, row.session_outcome),
    rules: listOf(row.rules),
    severity: SEVERITIES.find((severity) => severity === row.severity) ?? null,
  };
}

/** Nobody waits any more for what was held when its session ended. */
function decidedOf(stored: string, sessionOutcome: string): Decided | null {
  if (stored === 'held' && sessionOutcome !== 'live') return 'abandoned';
  return DECISIONS.find((decision) => decision === stored) ?? null;
}

/** Names of masks as stored, `kind name`. */
function masksOf(masks: readonly string[]): Pick<StatementRow, 'maskedColumns' | 'detectors'> {
  const ofKind = (kind: string) =>
    masks
      .filter((mask) => mask.startsWith(`${kind} `))
      .map((mask) => mask.slice(kind.length + 1))
      .toSorted();
  return { maskedColumns: ofKind('column'), detectors: ofKind('detector') };
}

function listOf(json: string): string[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.map(String) : [];
}

/** A session's 16 bytes as the API writes them. */
export function toSessionId(sid: Buffer): SessionId {
  return sid.toString('hex') as SessionId;
}
