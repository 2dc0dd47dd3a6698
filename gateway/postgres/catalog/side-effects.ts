/** What runs beside a statement when it changes rows: no lineage tells of it, but whoever approves the statement approves it too. */
import type { Backend } from './backend.ts';
import { arrayOf, askRows } from './catalog-error.ts';

/**
 * Of relations $1: triggers with the functions that they call, defaults, constraints, policies, each with its xmin, which is another
 * one whenever it was changed.
 */
const SIDE_EFFECTS = `SELECT 'trigger', pg_catalog.json_build_array(t.oid::pg_catalog.int8, t.xmin, t.tgenabled, p.oid::pg_catalog.int8, p.xmin)::pg_catalog.text
    FROM pg_catalog.pg_trigger t, pg_catalog.pg_proc p
    WHERE t.tgrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[]) AND p.oid OPERATOR(pg_catalog.=) t.tgfoid
  UNION ALL SELECT 'default', pg_catalog.json_build_array(d.oid::pg_catalog.int8, d.xmin)::pg_catalog.text
    FROM pg_catalog.pg_attrdef d WHERE d.adrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])
  UNION ALL SELECT 'constraint', pg_catalog.json_build_array(k.oid::pg_catalog.int8, k.xmin)::pg_catalog.text
    FROM pg_catalog.pg_constraint k WHERE k.conrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])
  UNION ALL SELECT 'policy', pg_catalog.json_build_array(p.oid::pg_catalog.int8, p.xmin)::pg_catalog.text
    FROM pg_catalog.pg_policy p WHERE p.polrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])
  UNION ALL SELECT 'security', pg_catalog.json_build_array(c.oid::pg_catalog.int8, c.relrowsecurity, c.relforcerowsecurity)::pg_catalog.text
    FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])`;

/** Versions of all that runs for these relations, sorted. Throws CatalogError. */
export async function sideEffects(
  relations: readonly number[],
  backend: Backend,
): Promise<readonly string[]> {
  const rows = await askRows(backend, SIDE_EFFECTS, [arrayOf(relations)], 'verify');
  return rows.map(([kind, version]) => `${kind} ${version}`).toSorted();
}
