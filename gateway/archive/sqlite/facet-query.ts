/** Facets of one volume: how many of the matching sessions have each value, and when they started. */
import type { FacetField } from '../../../shared/api/session.ts';
import type { Query } from './query.ts';
import type { Volume } from './read-volume.ts';
import { matchSession } from './session-query.ts';

/** A value with its count; `provenance` for jobs. */
export interface Count {
  readonly value: string;
  readonly provenance: 'attested' | 'asserted' | null;
  readonly count: number;
}

/** Values of a field taken from one volume: enough that the 50 most frequent of all volumes are among them. */
const TAKEN = 1000;

/** Counted per key first and named after: names are long and keys are indexed. */
const COUNTS: Readonly<Record<FacetField, (from: string) => string>> = {
  token: (from) => named(`SELECT s.token_id AS k, count(*) AS n ${from} GROUP BY 1`, 'token', 'b.subject'),
  job: (from) =>
    named(`SELECT s.job_id AS k, count(*) AS n ${from} GROUP BY 1`, 'job', 'b.path', 'b.provenance'),
  table: (from) => named(junction('session_table', 'table_id', from), 'tbl', 'b.name'),
  verb: (from) => named(junction('session_verb', 'verb_id', from), 'verb', 'b.verb'),
  connection: (from) => own('connection', from),
  outcome: (from) => own('outcome', from),
  policy: (from) => distinct('session_verdict', 'verdict_id', 'verdict', 'b.decision', '1', from),
  masked: (from) => distinct('session_mask', 'mask_id', 'mask', 'b.name', `b.kind <> 'rule'`, from),
};

/** The fields that are counted, in the order a panel shows them. */
export const COUNTED_FIELDS = Object.keys(COUNTS) as FacetField[];

function named(counts: string, table: string, value: string, provenance = 'NULL'): string {
  return `SELECT ${value} AS value, ${provenance} AS provenance, sum(c.n) AS count FROM (${counts}) c JOIN ${table} b ON b.id = c.k
    WHERE ${value} <> '' GROUP BY 1, 2 ORDER BY 3 DESC, 1 LIMIT ${TAKEN}`;
}

function junction(table: string, column: string, from: string): string {
  const matching = from === EVERY ? '' : `WHERE y.session_id IN (SELECT id FROM matching)`;
  return `SELECT y.${column} AS k, count(*) AS n FROM ${table} y ${matching} GROUP BY 1`;
}

/** Keys whose values repeat: a session counts once for each value. */
function distinct(
  table: string,
  column: string,
  dictionary: string,
  value: string,
  condition: string,
  from: string,
): string {
  const matching = from === EVERY ? '1' : 'y.session_id IN (SELECT id FROM matching)';
  return `SELECT ${value} AS value, NULL AS provenance, count(DISTINCT y.session_id) AS count
    FROM ${table} y JOIN ${dictionary} b ON b.id = y.${column} WHERE ${matching} AND ${condition}
    GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT ${TAKEN}`;
}

function own(column: string, from: string): string {
  return `SELECT s.${column} AS value, NULL AS provenance, count(*) AS count ${from} GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT ${TAKEN}`;
}

const EVERY = 'FROM session s';
const MATCHING = 'FROM matching m CROSS JOIN session s ON s.id = m.id';

/** The matching sessions of one volume, ready to be counted. */
export class MatchingSessions {
  readonly #db: Volume['db'];
  readonly #from: string;

  /** `filtered`: whether the query asks anything at all. */
  constructor({ db }: Volume, query: Query, filtered: boolean) {
    this.#db = db;
    this.#from = filtered ? MATCHING : EVERY;
    if (!filtered) return;
    db.exec('CREATE TEMP TABLE IF NOT EXISTS matching (id INTEGER PRIMARY KEY); DELETE FROM matching');
    if (query.impossible) return;
    const { sql, values } = matchSession(query);
    db.prepare(`INSERT INTO matching SELECT s.id FROM session s WHERE ${sql}`).run(...values);
  }

  counts(field: FacetField): Count[] {
    return this.#db.prepare<[], Count>(COUNTS[field](this.#from)).all();
  }

  /** How many, and when the first and the last of them started. */
  span(): { readonly total: number; readonly first: number | null; readonly last: number | null } {
    const span = this.#db
      .prepare<[], { total: number; first: number | null; last: number | null }>(
        `SELECT count(*) AS total, min(s.started) AS first, max(s.started) AS last ${this.#from}`,
      )
      .get();
    return span ?? { total: 0, first: null, last: null };
  }

  /** Adds how many started in each bucket of `width` µs from `from` on. */
  addTo(buckets: number[], from: number, width: number): void {
    const found = this.#db
      .prepare<[number, number], { bucket: number; n: number }>(
        `SELECT CAST((s.started - ?) / ? AS INTEGER) AS bucket, count(*) AS n ${this.#from} GROUP BY 1`,
      )
      .all(from, width);
    for (const { bucket, n } of found) buckets[bucket] = (buckets[bucket] ?? 0) + n;
  }
}
