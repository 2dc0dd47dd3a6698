/** Writes session rows and what lists need of a session: its verbs and tables. */
import type Database from 'better-sqlite3';
import type { EventFields } from '../../../shared/recording/event.ts';
import type { Counters, KnownToken, SessionStore, StoredSession, Tally } from '../fold/store.ts';

/** What a session's row says of its opening. */
type OpeningFields = Pick<
  EventFields<'sessionOpened'>,
  'connection' | 'user' | 'applicationName' | 'clientAddress'
>;

const UNCOUNTED = {
  job_id: null,
  provenance: null,
  statements: 0,
  rows: 0,
  errors: 0,
  bytes: 0,
  events: 0,
  denied: 0,
  held: 0,
  masked: 0,
};

export class SessionRows implements SessionStore {
  readonly #insert;
  readonly #find;
  readonly #identify;
  readonly #login;
  readonly #source;
  readonly #assign;
  readonly #mismatch;
  readonly #count;
  readonly #close;
  readonly #abandon;
  readonly #live;
  readonly #leave;
  readonly #verb;
  readonly #table;
  readonly #policy;
  readonly #verdict;
  readonly #mask;

  constructor(db: Database.Database) {
    this.#insert = db.prepare(
      `INSERT INTO session (sid, carried, started, outcome, connection, user, application, address) VALUES (?, ?, ?, 'live', ?, ?, ?, ?)
       ON CONFLICT (sid) DO NOTHING`,
    );
    this.#find = db.prepare<[Uint8Array], StoredSession>(
      `SELECT s.id, s.carried, s.job_id, j.provenance, s.statements, s.rows, s.errors, s.bytes, s.events,
         s.denied, s.held, s.masked
       FROM session s LEFT JOIN job j ON j.id = s.job_id WHERE s.sid = ?`,
    );
    this.#identify = db.prepare('UPDATE session SET token_id = ?, agent_id = ? WHERE id = ?');
    this.#login = db.prepare('UPDATE session SET db_user = ? WHERE id = ?');
    this.#source = db.prepare('UPDATE session SET imported = ? WHERE id = ?');
    this.#assign = db.prepare('UPDATE session SET job_id = ? WHERE id = ?');
    this.#mismatch = db.prepare('UPDATE session SET ci_mismatch = coalesce(ci_mismatch, ?) WHERE id = ?');
    this.#count = db.prepare(
      'UPDATE session SET statements = ?, rows = ?, errors = ?, bytes = ?, events = ?, denied = ?, held = ?, masked = ?, changed = ? WHERE id = ?',
    );
    this.#close = db.prepare(
      'UPDATE session SET ended = ?, duration = max(0, ? - started), outcome = ?, reason = ? WHERE id = ?',
    );
    this.#abandon = db.prepare(`UPDATE session SET outcome = 'unknown', changed = ? WHERE outcome = 'live'`);
    this.#live = db
      .prepare<[], Uint8Array>(`SELECT sid FROM session WHERE outcome = 'live' ORDER BY id`)
      .pluck();
    this.#leave = db.prepare(`UPDATE session SET outcome = 'continued', changed = ? WHERE outcome = 'live'`);
    this.#verb = db.prepare('INSERT OR IGNORE INTO session_verb (verb_id, session_id) VALUES (?, ?)');
    this.#table = db.prepare('INSERT OR IGNORE INTO session_table (table_id, session_id) VALUES (?, ?)');
    this.#policy = db.prepare('UPDATE session SET policy_hash = ?, policy_mode = ? WHERE id = ?');
    this.#verdict = db.prepare(
      'INSERT OR IGNORE INTO session_verdict (verdict_id, session_id) VALUES (?, ?)',
    );
    this.#mask = db.prepare('INSERT OR IGNORE INTO session_mask (mask_id, session_id) VALUES (?, ?)');
  }

  /** A new session's row; null where it has one. `carried`: the session began in an earlier volume. */
  open(sid: Uint8Array, time: number, fields: OpeningFields, carried: boolean): StoredSession | null {
    const { connection, user, applicationName, clientAddress } = fields;
    const added = this.#insert.run(
      sid,
      Number(carried),
      time,
      connection,
      user,
      applicationName,
      clientAddress,
    );
    if (added.changes === 0) return null;
    return { ...UNCOUNTED, id: Number(added.lastInsertRowid), carried: Number(carried) };
  }

  /** Ids of those that are open. */
  live(): Uint8Array[] {
    return this.#live.all();
  }

  /** What is open goes on in the next volume. */
  leave(changed: number): void {
    this.#leave.run(changed);
  }

  find(sid: Uint8Array): StoredSession | undefined {
    return this.#find.get(sid);
  }

  identify(id: number, { tokenId, agentId }: KnownToken): void {
    this.#identify.run(tokenId, agentId, id);
  }

  /** The user that the gateway logged in as. */
  login(id: number, user: string): void {
    this.#login.run(user, id);
  }

  /** Where an imported session was read from, and what that does not tell. */
  source(id: number, { format, file, lacks }: EventFields<'imported'>): void {
    this.#source.run(JSON.stringify({ format, file, lacks }), id);
  }

  assign(id: number, jobId: number): void {
    this.#assign.run(jobId, id);
  }

  /** The agent named another job than the session's; the first one counts. */
  mismatch(id: number, asserted: string): void {
    this.#mismatch.run(asserted, id);
  }

  count(id: number, counters: Counters, changed: number): void {
    const { statements, rows, errors, bytes, events, denied, held, masked } = counters;
    this.#count.run(statements, rows, errors, bytes, events, denied, held, masked, changed, id);
  }

  close(id: number, time: number, fields: EventFields<'sessionClosed'>): void {
    const { outcome, reason } = fields;
    // Of an imported session whose source does not tell how it ended nobody knows when it did.
    const ended = outcome === 'unknown' ? null : time;
    this.#close.run(ended, ended, outcome, reason === '' ? null : reason, id);
  }

  /** Sessions that were live when their gateway died: how they ended is unknown. */
  abandon(changed: number): void {
    this.#abandon.run(changed);
  }

  /** The session has a statement of this verb; `counts` is told when that is new. */
  usesVerb(id: number, verbId: number, counts: Tally | null): void {
    if (this.#verb.run(verbId, id).changes > 0) counts?.add('verbSessions', verbId);
  }

  /** The same for a table. */
  usesTable(id: number, tableId: number, counts: Tally | null): void {
    if (this.#table.run(tableId, id).changes > 0) counts?.add('tableSessions', tableId);
  }

  /** The policy in force from here on. */
  govern(id: number, fields: EventFields<'policyApplied'>): void {
    this.#policy.run(Buffer.from(fields.hash).toString('hex'), fields.mode, id);
  }

  decide(id: number, verdictId: number): void {
    this.#verdict.run(verdictId, id);
  }

  mask(id: number, maskId: number, counts: Tally | null): void {
    if (this.#mask.run(maskId, id).changes > 0) counts?.add('maskSessions', maskId);
  }
}
