/**
 * Facets of one volume: how many sessions have each value, and when they started. Over everything the dictionaries' own counters
 * tell it; filtered, the sessions that match are gathered first. Sessions in several volumes are joined by facets.ts.
 */
import type { FacetField } from '../../../shared/api/session.ts';
import type { Volume } from './read-volume.ts';
import { IN_PARTS } from './session-query.ts';

/** A value with its count; `provenance` for jobs. */
export interface Count {
  readonly value: string;
  readonly provenance: 'attested' | 'asserted' | null;
  readonly count: number;
}

/** Which sessions: all, as counters tell; or those in `temp.matching`. */
export type Counted = 'all' | 'matching';

/** Values of a field taken from one volume. */
export const TAKEN = 1000;

type Queries = Readonly<Record<FacetField, string>>;

const WHOLE = `NOT (${IN_PARTS})`;

/** Counters count a session where it began; what is counted here by rows leaves out sessions in parts. */
const OF_ALL: Queries = {
  token: told('agent', 'b.subject'),
  job: told('job', 'b.path', 'b.provenance'),
  table: told('tbl', 'b.name'),
  verb: told('verb', 'b.verb'),
  connection: own('connection', `session s WHERE ${WHOLE}`),
  outcome: own('outcome', `session s WHERE ${WHOLE}`),
  policy: sessionsBy(
    'session_verdict y',
    'y.verdict_id',
    'verdict',
    'b.decision',
    `y.session_id NOT IN (SELECT s.id FROM session s WHERE ${IN_PARTS})`,
  ),
  masked: told('mask', 'b.name', 'NULL', `b.kind <> 'rule'`),
};

const MATCHING = 'temp.matching m CROSS JOIN session s ON s.id = m.id';

const OF_MATCHING: Queries = {
  token: keyed('s.agent_id', MATCHING, 'agent', 'b.subject'),
  job: keyed('s.job_id', MATCHING, 'job', 'b.path', 'b.provenance'),
  table: keyed('y.table_id', usedBy('session_table'), 'tbl', 'b.name'),
  verb: keyed('y.verb_id', usedBy('session_verb'), 'verb', 'b.verb'),
  connection: own('connection', MATCHING),
  outcome: own('outcome', MATCHING),
  policy: sessionsBy(usedBy('session_verdict'), 'y.verdict_id', 'verdict', 'b.decision'),
  masked: sessionsBy(usedBy('session_mask'), 'y.mask_id', 'mask', 'b.name', `b.kind <> 'rule'`),
};

/** The fields that are counted, in the order a panel shows them. */
export const COUNTED_FIELDS = Object.keys(OF_ALL) as FacetField[];

/** Fields that counters of dictionaries tell. */
export const TOLD_FIELDS: ReadonlySet<FacetField> = new Set(['token', 'job', 'table', 'verb', 'masked']);

function told(table: string, value: string, provenance = 'NULL', condition = '1'): string {
  return `SELECT ${value} AS value, ${provenance} AS provenance, sum(b.sessions) AS count FROM ${table} b
    WHERE b.sessions > 0 AND ${value} <> '' AND ${condition} GROUP BY 1, 2`;
}

/** Counted key by key and named after: names are long. A session has each key once. */
function keyed(key: string, from: string, table: string, value: string, provenance = 'NULL'): string {
  return `SELECT ${value} AS value, ${provenance} AS provenance, sum(c.n) AS count
    FROM (SELECT ${key} AS k, count(*) AS n FROM ${from} GROUP BY 1) c CROSS JOIN ${table} b ON b.id = c.k
    WHERE ${value} <> '' GROUP BY 1, 2`;
}

function own(column: string, from: string): string {
  return `SELECT s.${column} AS value, NULL AS provenance, count(*) AS count FROM ${from} GROUP BY 1`;
}

function usedBy(junction: string): string {
  return `temp.matching m CROSS JOIN ${junction} y ON y.session_id = m.id`;
}

/** A session counts once for each value, however many keys have it. */
function sessionsBy(from: string, key: string, table: string, value: string, condition = '1'): string {
  return `SELECT ${value} AS value, NULL AS provenance, count(DISTINCT y.session_id) AS count
    FROM ${from} CROSS JOIN ${table} b ON b.id = ${key} WHERE ${value} <> '' AND ${condition} GROUP BY 1`;
}

/** Values of one session. */
const OF_ONE: Queries = {
  token: 'SELECT b.subject AS value FROM session s CROSS JOIN agent b ON b.id = s.agent_id WHERE s.id = ?',
  job: 'SELECT b.path AS value, b.provenance FROM session s CROSS JOIN job b ON b.id = s.job_id WHERE s.id = ?',
  table: usedByOne('session_table', 'table_id', 'tbl', 'b.name'),
  verb: usedByOne('session_verb', 'verb_id', 'verb', 'b.verb'),
  connection: 'SELECT s.connection AS value FROM session s WHERE s.id = ?',
  outcome: 'SELECT s.outcome AS value FROM session s WHERE s.id = ?',
  policy: usedByOne('session_verdict', 'verdict_id', 'verdict', 'b.decision'),
  masked: usedByOne('session_mask', 'mask_id', 'mask', `b.name`, `b.kind <> 'rule'`),
};

function usedByOne(junction: string, key: string, table: string, value: string, condition = '1'): string {
  return `SELECT ${value} AS value FROM ${junction} y CROSS JOIN ${table} b ON b.id = y.${key}
    WHERE y.session_id = ? AND ${value} <> '' AND ${condition}`;
}

/** The values that one session has. */
export function valuesOfSession({ db }: Volume, field: FacetField, id: number): Count[] {
  const rows = db
    .prepare<[number], { value: string; provenance?: Count['provenance'] }>(OF_ONE[field])
    .all(id);
  return rows.map(({ value, provenance = null }) => ({ value, provenance, count: 1 }));
}

/** The most frequent values of a field, at most {@link TAKEN}. */
export function topCounts({ db }: Volume, field: FacetField, counted: Counted): Count[] {
  const sql = (counted === 'all' ? OF_ALL : OF_MATCHING)[field];
  return db.prepare<[], Count>(`${sql} ORDER BY 3 DESC, 1 LIMIT ${TAKEN}`).all();
}

/** The counts of some values of a field. */
export function countsOf(
  { db }: Volume,
  field: FacetField,
  counted: Counted,
  values: readonly string[],
): Count[] {
  const sql = (counted === 'all' ? OF_ALL : OF_MATCHING)[field];
  return db
    .prepare<[string], Count>(`SELECT * FROM (${sql}) WHERE value IN (SELECT value FROM json_each(?))`)
    .all(JSON.stringify(values));
}

/** How many sessions, and when the first and the last of them started. */
export interface Span {
  readonly total: number;
  readonly first: number | null;
  readonly last: number | null;
}

function sessionsOf(counted: Counted): string {
  return counted === 'all' ? `session s WHERE ${WHOLE}` : MATCHING;
}

export function spanOf({ db }: Volume, counted: Counted): Span {
  const span = db
    .prepare<[], Span>(
      `SELECT count(*) AS total, min(s.started) AS first, max(s.started) AS last FROM ${sessionsOf(counted)}`,
    )
    .get();
  return span ?? { total: 0, first: null, last: null };
}

/** How many sessions started in each bucket of `width` µs from `from` on; only buckets that have any. */
export function bucketsOf(
  { db }: Volume,
  counted: Counted,
  from: number,
  width: number,
): { readonly bucket: number; readonly n: number }[] {
  return db
    .prepare<[number, number], { bucket: number; n: number }>(
      `SELECT CAST((s.started - ?) / ? AS INTEGER) AS bucket, count(*) AS n FROM ${sessionsOf(counted)} GROUP BY 1`,
    )
    .all(from, width);
}
