/** Writes session rows and what lists need of a session: its verbs and tables. */
import type Database from 'better-sqlite3';
import type { EventFields } from '../../../shared/recording/event.ts';

/** What a session's row counts. */
export interface Counters {
  statements: number;
  rows: number;
  errors: number;
  bytes: number;
  events: number;
  denied: number;
  held: number;
  masked: number;
}

/** A session's row as the writer goes on with it. */
export interface StoredSession extends Counters {
  readonly id: number;
  readonly token_id: number | null;
  readonly job_id: number | null;
  readonly provenance: string | null;
}

export class SessionRows {
  readonly #insert;
  readonly #find;
  readonly #identify;
  readonly #assign;
  readonly #mismatch;
  readonly #count;
  readonly #close;
  readonly #abandon;
  readonly #verb;
  readonly #table;
  readonly #policy;
  readonly #verdict;
  readonly #mask;

  constructor(db: Database.Database) {
    this.#insert = db.prepare(
      `INSERT INTO session (sid, started, outcome, connection, user, application, address) VALUES (?, ?, 'live', ?, ?, ?, ?)`,
    );
    this.#find = db.prepare<[Uint8Array], StoredSession>(
      `SELECT s.id, s.token_id, s.job_id, j.provenance, s.statements, s.rows, s.errors, s.bytes, s.events,
         s.denied, s.held, s.masked
       FROM session s LEFT JOIN job j ON j.id = s.job_id WHERE s.sid = ?`,
    );
    this.#identify = db.prepare('UPDATE session SET token_id = ? WHERE id = ?');
    this.#assign = db.prepare('UPDATE session SET job_id = ? WHERE id = ?');
    this.#mismatch = db.prepare('UPDATE session SET ci_mismatch = coalesce(ci_mismatch, ?) WHERE id = ?');
    this.#count = db.prepare(
      'UPDATE session SET statements = ?, rows = ?, errors = ?, bytes = ?, events = ?, denied = ?, held = ?, masked = ?, changed = ? WHERE id = ?',
    );
    this.#close = db.prepare(
      'UPDATE session SET ended = ?, duration = ? - started, outcome = ?, reason = ? WHERE id = ?',
    );
    this.#abandon = db.prepare(`UPDATE session SET outcome = 'unknown', changed = ? WHERE outcome = 'live'`);
    this.#verb = db.prepare('INSERT OR IGNORE INTO session_verb (verb_id, session_id) VALUES (?, ?)');
    this.#table = db.prepare('INSERT OR IGNORE INTO session_table (table_id, session_id) VALUES (?, ?)');
    this.#policy = db.prepare('UPDATE session SET policy_hash = ?, policy_mode = ? WHERE id = ?');
    this.#verdict = db.prepare(
      'INSERT OR IGNORE INTO session_verdict (verdict_id, session_id) VALUES (?, ?)',
    );
    this.#mask = db.prepare('INSERT OR IGNORE INTO session_mask (mask_id, session_id) VALUES (?, ?)');
  }

  /** A new session's row; returns its id. */
  open(sid: Uint8Array, time: number, fields: EventFields<'sessionOpened'>): number {
    const { connection, user, applicationName, clientAddress } = fields;
    return Number(
      this.#insert.run(sid, time, connection, user, applicationName, clientAddress).lastInsertRowid,
    );
  }

  find(sid: Uint8Array): StoredSession | undefined {
    return this.#find.get(sid);
  }

  identify(id: number, tokenId: number): void {
    this.#identify.run(tokenId, id);
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
    this.#close.run(time, time, fields.outcome, fields.reason === '' ? null : fields.reason, id);
  }

  /** Sessions that were live when their gateway died: how they ended is unknown. */
  abandon(changed: number): void {
    this.#abandon.run(changed);
  }

  uses(id: number, verbId: number, tableIds: readonly number[]): void {
    this.#verb.run(verbId, id);
    for (const tableId of tableIds) this.#table.run(tableId, id);
  }

  /** The policy in force from here on. */
  govern(id: number, fields: EventFields<'policyApplied'>): void {
    this.#policy.run(Buffer.from(fields.hash).toString('hex'), fields.mode, id);
  }

  decide(id: number, verdictId: number): void {
    this.#verdict.run(verdictId, id);
  }

  mask(id: number, maskId: number): void {
    this.#mask.run(maskId, id);
  }
}
