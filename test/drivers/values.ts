/** What the drivers from npm ask, and how they tell what they got. */
import { createHash } from 'node:crypto';

/** A value of each type that drivers treat apart. */
export const VALUES = `SELECT 42 AS i, -1.50::numeric AS n, 'quote '' \\ ü🙂' AS t, NULL AS nothing, true AS b,
  '{1,NULL,3}'::int[] AS a, '\\x00ff'::bytea AS raw, '2026-11-22 10:00:00+00'::timestamptz AS z`;

/** Answers that outgrow every buffer on their way: in few rows, and in many. */
export const BIG = [
  'SELECT i, repeat(md5(i::text), 65536) AS wide FROM generate_series(1, 6) i',
  'SELECT i, md5(i::text) AS many FROM generate_series(1, 30000) i',
];

/** A table of 5,000 rows named `copied`. */
export const COPIED = `CREATE TABLE copied AS
  SELECT i, repeat('ü', i % 90) AS word FROM generate_series(1, 5000) i`;

/** A whole of it. */
export const COUNTED = 'SELECT count(*), sum(i), sum(length(word)) FROM copied';

/** The result of some work, or how it failed. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return 'it did not fail';
  } catch (error) {
    if (!(error instanceof Error) || !('severity' in error)) throw error;
    return [error.message, Object.entries(error)];
  }
}

/** SHA-256 over all values. */
export function digest(values: Iterable<unknown>): string {
  const hash = createHash('sha256');
  for (const value of values) hash.update(value instanceof Uint8Array ? value : String(value));
  return hash.digest('hex');
}
