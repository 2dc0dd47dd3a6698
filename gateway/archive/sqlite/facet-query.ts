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
  token: keyed('agent', 'b.subject'),
  job: keyed('job', 'b.path', 'b.provenance'),
  table: keyed('tbl', 'b.name'),
  verb: keyed('verb', 'b.verb'),
  connection: own('connection', MATCHING),
  outcome: own('outcome', MATCHING),
  policy: sessionsBy(usedBy('session_verdict'), 'y.verdict_id', 'verdict', 'b.decision'),
  masked: sessionsBy(usedBy('session_mask'), 'y.mask_id', 'mask', 'b.name', `b.kind <> 'rule'`),
};

/** What the keys are that {@link keyed} is told: SQLite would sort them all to count them. */
const KEYS: Readonly<Partial<Record<FacetField, string>>> = {
  token: `SELECT s.agent_id FROM ${MATCHING}`,
  job: `SELECT s.job_id FROM ${MATCHING}`,
  table: `SELECT y.table_id FROM ${usedBy('session_table')}`,
  verb: `SELECT y.verb_id FROM ${usedBy('session_verb')}`,
};

/** The fields that are counted, in the order a panel shows them. */
export const COUNTED_FIELDS = Object.keys(OF_ALL) as FacetField[];

/** Fields that counters of dictionaries tell. */
export const TOLD_FIELDS: ReadonlySet<FacetField> = new Set(['token', 'job', 'table', 'verb', 'masked']);

function told(table: string, value: string, provenance = 'NULL', condition = '1'): string {
  return `SELECT ${value} AS value, ${provenance} AS provenance, sum(b.sessions) AS count FROM ${table} b
    WHERE b.sessions > 0 AND ${value} <> '' AND ${condition} GROUP BY 1, 2`;
}

/** Counted key by key and named after: names are long. A session has each key once. `?`: pairs of a key and its count. */
function keyed(table: string, value: string, provenance = 'NULL'): string {
  return `SELECT ${value} AS value, ${provenance} AS provenance, sum(e.value ->> 1) AS count
    FROM json_each(?) e CROSS JOIN ${table} b ON b.id = e.value ->> 0 WHERE ${value} <> '' GROUP BY 1, 2`;
}

/** How many times each key is there, as JSON; empty for a field that SQLite counts. */
function keysOf({ db }: Volume, field: FacetField, counted: Counted): string[] {
  const sql = counted === 'matching' ? KEYS[field] : undefined;
  if (sql === undefined) return [];
  const counts = new Map<number, number>();
  const keys = db.prepare<[], number | null>(sql).pluck().all();
  for (const key of keys) if (key !== null) counts.set(key, 1 + (counts.get(key) ?? 0));
  return [JSON.stringify([...counts])];
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

/** Values of some sessions, with the session of each. */
const OF_SOME: Queries = {
  token: ofSome('b.subject', 'CROSS JOIN agent b ON b.id = s.agent_id'),
  job: ofSome('b.path', 'CROSS JOIN job b ON b.id = s.job_id', 'b.provenance'),
  table: usedBySome('session_table', 'table_id', 'tbl', 'b.name'),
  verb: usedBySome('session_verb', 'verb_id', 'verb', 'b.verb'),
  connection: ofSome('s.connection', ''),
  outcome: ofSome('s.outcome', ''),
  policy: usedBySome('session_verdict', 'verdict_id', 'verdict', 'b.decision'),
  masked: usedBySome('session_mask', 'mask_id', 'mask', `b.name`, `b.kind <> 'rule'`),
};

function ofSome(value: string, joined: string, provenance = 'NULL'): string {
  return `SELECT s.id, ${value} AS value, ${provenance} AS provenance
    FROM json_each(?) e CROSS JOIN session s ON s.id = e.value ${joined}`;
}

function usedBySome(junction: string, key: string, table: string, value: string, condition = '1'): string {
  return `SELECT y.session_id AS id, ${value} AS value, NULL AS provenance
    FROM json_each(?) e CROSS JOIN ${junction} y ON y.session_id = e.value CROSS JOIN ${table} b ON b.id = y.${key}
    WHERE ${value} <> '' AND ${condition}`;
}

/** The values that each of some sessions has. */
export function valuesOfSessions(
  { db }: Volume,
  field: FacetField,
  ids: readonly number[],
): ReadonlyMap<number, readonly Count[]> {
  const found = new Map<number, Count[]>(ids.map((id) => [id, []]));
  const rows = db.prepare<[string], Omit<Count, 'count'> & { readonly id: number }>(OF_SOME[field]);
  for (const { id, value, provenance } of rows.all(JSON.stringify(ids)))
    found.get(id)?.push({ value, provenance, count: 1 });
  return found;
}

/** The most frequent values of a field, at most {@link TAKEN}. */
export function topCounts(volume: Volume, field: FacetField, counted: Counted): Count[] {
  const sql = (counted === 'all' ? OF_ALL : OF_MATCHING)[field];
  return volume.db
    .prepare<string[], Count>(`${sql} ORDER BY 3 DESC, 1 LIMIT ${TAKEN}`)
    .all(...keysOf(volume, field, counted));
}

/** The counts of some values of a field. */
export function countsOf(
  volume: Volume,
  field: FacetField,
  counted: Counted,
  values: readonly string[],
): Count[] {
  const sql = (counted === 'all' ? OF_ALL : OF_MATCHING)[field];
  return volume.db
    .prepare<string[], Count>(`SELECT * FROM (${sql}) WHERE value IN (SELECT value FROM json_each(?))`)
    .all(...keysOf(volume, field, counted), JSON.stringify(values));
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
