/** Facets: how many sessions have each value, and when they started. */
import type { FacetField, Facets, FacetValue } from '../../../shared/api/session.ts';
import type { Filter } from '../../../shared/filter/filter.ts';
import { NEVER } from '../../archive/conditions.ts';
import { bound } from './condition.ts';
import { rowsOf, type Engine } from './engine.ts';
import { questionOf } from './question.ts';
import { exactly } from './session-lists.ts';

/** Values of one field that facets show. */
const VALUES = 50;

/** Bars of the histogram. */
const BUCKETS = 60;

/** Value and provenance of each field; a session counts once for each. */
const FIELDS: Readonly<Record<FacetField, string>> = {
  token: `subject`,
  job: 'job_path',
  table: 'arrayJoin(arrayDistinct(tables))',
  verb: 'arrayJoin(arrayDistinct(verbs))',
  connection: 'connection',
  outcome: 'outcome',
  policy: 'arrayJoin(arrayDistinct(decisions))',
  masked: `arrayJoin(arrayDistinct(arrayMap(v -> substring(v, position(v, ' ') + 1), arrayFilter(v -> NOT startsWith(v, 'rule '), masks))))`,
};

export async function facetsOf(engine: Engine, filter: Filter): Promise<Facets> {
  const { sql, values } = exactly(await questionOf(engine, filter), NEVER);
  const from = `FROM session FINAL WHERE ${sql}`;
  const ask = <T>(select: string) => {
    const asked = bound({ sql: select, values });
    return rowsOf<T>(engine, asked.sql, asked.values);
  };
  const [span] = await ask<{ total: number; first: number; last: number }>(
    `SELECT count() AS total, min(started) AS first, max(started) AS last ${from}`,
  );
  const { total = 0, first = 0, last = 0 } = span ?? {};
  const fields = {} as Record<FacetField, FacetValue[]>;
  for (const [field, value] of Object.entries(FIELDS) as [FacetField, string][]) {
    const provenance = field === 'job' ? 'toString(provenance)' : `''`;
    // Names of their own: ClickHouse takes a column of the condition for what is selected under its name.
    const found = await ask<Counted>(
      `SELECT toString(${value}) AS facet_value, ${provenance} AS facet_provenance, count() AS facet_count ${from}
       GROUP BY facet_value, facet_provenance HAVING facet_value <> ''
       ORDER BY facet_count DESC, facet_value LIMIT ${VALUES}`,
    );
    fields[field] = found.map(shown);
  }
  if (total === 0) return { fields, histogram: { from: 0, bucket: 1, counts: [] }, total, whole: true };
  const width = Math.max(1, Math.ceil((last - first + 1) / BUCKETS));
  const buckets = await ask<{ bucket: number; n: number }>(
    `SELECT intDiv(started - ${first}, ${width}) AS bucket, count() AS n ${from} GROUP BY bucket`,
  );
  const counts = Array.from({ length: BUCKETS }, () => 0);
  for (const { bucket, n } of buckets) counts[bucket] = n;
  return { fields, histogram: { from: first, bucket: width, counts }, total, whole: true };
}

interface Counted {
  readonly facet_value: string;
  readonly facet_provenance: string;
  readonly facet_count: number;
}

function shown({
  facet_value: value,
  facet_provenance: provenance,
  facet_count: count,
}: Counted): FacetValue {
  return provenance === 'attested' || provenance === 'asserted'
    ? { value, count, provenance }
    : { value, count };
}
