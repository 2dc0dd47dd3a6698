/**
 * Takes statements out of a volume whose fate was open when it ended: the next volume repeats them, and their rows are there,
 * once and with what became of them.
 */
import type Database from 'better-sqlite3';
import type { UsageCounts } from './usage-counts.ts';

/** What the statements of a JSON array of ids are counted by. */
const COUNTED = {
  verbStatements:
    'SELECT t.verb_id AS id, count(*) AS n FROM statement x JOIN text t ON t.id = x.text_id WHERE x.id IN (SELECT value FROM json_each(?)) GROUP BY 1',
  tableStatements:
    'SELECT table_id AS id, count(*) AS n FROM statement_table WHERE table_id IN (SELECT id FROM tbl) AND statement_id IN (SELECT value FROM json_each(?)) GROUP BY 1',
  agentStatements:
    'SELECT s.agent_id AS id, count(*) AS n FROM statement x JOIN session s ON s.id = x.session_id WHERE s.agent_id IS NOT NULL AND x.id IN (SELECT value FROM json_each(?)) GROUP BY 1',
  jobStatements:
    'SELECT s.job_id AS id, count(*) AS n FROM statement x JOIN session s ON s.id = x.session_id WHERE s.job_id IS NOT NULL AND x.id IN (SELECT value FROM json_each(?)) GROUP BY 1',
} as const;

/** Every table of (key, statement), its key, and where the keys are listed, so that none is searched whole. */
const POSTINGS = [
  ['statement_agent', 'agent_id', 'agent'],
  ['statement_job', 'job_id', 'job'],
  ['statement_table', 'table_id', 'tbl'],
  ['statement_mask', 'mask_id', 'mask'],
  ['statement_approver', 'approver_id', 'approver'],
] as const;

export class WithdrawnRows {
  readonly #counts: UsageCounts;
  readonly #find;
  readonly #counted;
  readonly #removals;
  readonly #total;

  constructor(db: Database.Database, counts: UsageCounts) {
    this.#counts = counts;
    this.#find = db
      .prepare<[number, string], number>(
        'SELECT statement_id FROM statement_session WHERE session_id = ? AND number IN (SELECT value FROM json_each(?))',
      )
      .pluck();
    this.#counted = Object.entries(COUNTED).map(
      ([what, sql]) =>
        [what as keyof typeof COUNTED, db.prepare<[string], { id: number; n: number }>(sql)] as const,
    );
    this.#total = db.prepare<[number]>('UPDATE total SET statements = statements - ?');
    const ids = '(SELECT value FROM json_each(?))';
    this.#removals = [
      ...POSTINGS.map(
        ([table, key, keys]) =>
          `DELETE FROM ${table} WHERE ${key} IN (SELECT id FROM ${keys}) AND statement_id IN ${ids}`,
      ),
      `DELETE FROM statement_text WHERE (text_id, statement_id) IN (SELECT text_id, id FROM statement WHERE id IN ${ids})`,
      `DELETE FROM statement_session WHERE (session_id, number, ordinal) IN (SELECT session_id, number, ordinal FROM statement WHERE id IN ${ids})`,
      `DELETE FROM statement WHERE id IN ${ids}`,
    ].map((sql) => db.prepare<[string]>(sql));
  }

  /** Takes out the statements of a session with these numbers, all rows being stored; returns how many rows they were. */
  withdraw(sessionId: number, numbers: ReadonlySet<number>): number {
    if (numbers.size === 0) return 0;
    const found = this.#find.all(sessionId, JSON.stringify([...numbers]));
    if (found.length === 0) return 0;
    const ids = JSON.stringify(found);
    for (const [what, counted] of this.#counted)
      for (const { id, n } of counted.all(ids)) this.#counts.add(what, id, -n);
    for (const removal of this.#removals) removal.run(ids);
    this.#total.run(found.length);
    return found.length;
  }
}
