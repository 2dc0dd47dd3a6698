/**
 * The tables of (key, statement) that lists of statements are met by. They are filled for many statements at once, sorted by
 * key: rows that come in the order of a table cost half of those that come in any order.
 */
import type Database from 'better-sqlite3';
import type { Tally } from '../fold/store.ts';

/** Statements behind the last that is filled in, and those that were stored late: before it, but after it was filled in. */
const BULK = 'x.id > ?';
const LATE = 'x.id IN (SELECT value FROM json_each(?))';

/** What fills the tables with the statements of a condition. */
const FILLS: readonly ((condition: string) => string)[] = [
  (condition) =>
    `INSERT INTO statement_session SELECT x.session_id, x.number, x.ordinal, x.id FROM statement x
     WHERE ${condition} ORDER BY 1, 2, 3`,
  (condition) =>
    `INSERT INTO statement_text SELECT x.text_id, x.id FROM statement x WHERE ${condition} ORDER BY 1, 2`,
  (condition) =>
    `INSERT OR IGNORE INTO statement_table SELECT t.table_id, x.id FROM statement x CROSS JOIN text_table t ON t.text_id = x.text_id
     WHERE ${condition} ORDER BY 1, 2`,
  (condition) => ofOwner('agent', condition),
  (condition) => ofOwner('job', condition),
];

function ofOwner(owner: 'agent' | 'job', condition: string): string {
  return `INSERT INTO statement_${owner} SELECT s.${owner}_id, x.id FROM statement x CROSS JOIN session s ON s.id = x.session_id
    WHERE ${condition} AND s.${owner}_id IS NOT NULL ORDER BY 1, 2`;
}

/** How many statements are of whom. */
function owners(condition: string): string {
  return `SELECT s.agent_id AS agent, s.job_id AS job, c.n FROM
    (SELECT session_id, count(*) AS n FROM statement x WHERE ${condition} GROUP BY 1) c JOIN session s ON s.id = c.session_id`;
}

interface Owned {
  readonly agent: number | null;
  readonly job: number | null;
  readonly n: number;
}

export class StatementPostings {
  readonly #counts: Tally;
  readonly #bulk;
  readonly #late;
  readonly #reassign;
  readonly #assign;
  readonly #oldJob;
  #filled: number;
  #lateIds: number[] = [];

  /** `lastId`: of the newest statement that is stored; all before were filled in. */
  constructor(db: Database.Database, counts: Tally, lastId: number) {
    this.#counts = counts;
    this.#filled = lastId;
    const prepared = <P extends number | string>(condition: string) => ({
      fills: FILLS.map((fill) => db.prepare<[P]>(fill(condition))),
      owners: db.prepare<[P], Owned>(owners(condition)),
    });
    this.#bulk = prepared<number>(BULK);
    this.#late = prepared<string>(LATE);
    const ofSession = 'SELECT statement_id FROM statement_session WHERE session_id = ?';
    this.#oldJob = db.prepare<[number], number | null>('SELECT job_id FROM session WHERE id = ?').pluck();
    this.#reassign = db.prepare<[number, number]>(
      `DELETE FROM statement_job WHERE job_id = ? AND statement_id IN (${ofSession})`,
    );
    this.#assign = db.prepare<[number, number]>(
      `INSERT INTO statement_job SELECT ?, statement_id FROM statement_session WHERE session_id = ?`,
    );
  }

  /** A statement is stored; one that began before others that are filled in may come after them. */
  stored(id: number): void {
    if (id <= this.#filled) this.#lateIds.push(id);
  }

  /** Fills in what is stored up to `lastId`. */
  fill(lastId: number): void {
    if (this.#lateIds.length > 0) {
      const ids = JSON.stringify(this.#lateIds);
      for (const fill of this.#late.fills) fill.run(ids);
      this.#count(this.#late.owners.all(ids));
      this.#lateIds = [];
    }
    if (lastId <= this.#filled) return;
    for (const fill of this.#bulk.fills) fill.run(this.#filled);
    this.#count(this.#bulk.owners.all(this.#filled));
    this.#filled = lastId;
  }

  #count(owned: readonly Owned[]): void {
    for (const { agent, job, n } of owned) {
      if (agent !== null) this.#counts.add('agentStatements', agent, n);
      if (job !== null) this.#counts.add('jobStatements', job, n);
    }
  }

  /** The session is found to be of another job; to be called before its row says so, with everything filled in. */
  assign(sessionId: number, jobId: number): void {
    const old = this.#oldJob.get(sessionId) ?? null;
    if (old !== null) {
      const { changes } = this.#reassign.run(old, sessionId);
      this.#counts.add('jobStatements', old, -changes);
    }
    this.#counts.add('jobStatements', jobId, this.#assign.run(jobId, sessionId).changes);
  }
}
