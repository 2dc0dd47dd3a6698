/**
 * The SQL by which queries of views and bodies of functions are had. PostgreSQL takes a lock on every table of a query that it prints
 * (AcquireRewriteLocks in ruleutils.c), so these questions would wait for whoever locks one exclusively, and hold locks until the
 * transaction ends: they are asked outside of transactions alone, for few at once, without what is locked, and waiting has an end.
 */

/** Locks come from a table of the server's that all its sessions share (max_locks_per_transaction), and a view may read many tables. */
export const DEFINITIONS_PER_QUESTION = 200;

/** Relations that another session has locked so that printing a query of them would wait. */
const LOCKED = `WITH locked AS MATERIALIZED (SELECT k.relation FROM pg_catalog.pg_locks k
    WHERE k.mode OPERATOR(pg_catalog.=) 'AccessExclusiveLock' AND k.locktype OPERATOR(pg_catalog.=) 'relation'
      AND k.database OPERATOR(pg_catalog.=) (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
      AND k.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid())`;

function isFree(catalog: number, object: string): string {
  return `NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d, locked k WHERE d.classid OPERATOR(pg_catalog.=) ${catalog}::pg_catalog.oid
      AND d.objid OPERATOR(pg_catalog.=) ${object} AND d.refobjid OPERATOR(pg_catalog.=) k.relation)`;
}

/** Waiting has an end, which is one for this question alone: it is a transaction of its own. */
const BOUNDED = `(SELECT pg_catalog.set_config('lock_timeout', '500ms', true)) IS NOT NULL`;

/**
 * Rows [OID, SQL] of the views $1 and the functions $2 (OIDs), and one with the OID 0 and JSON of current_schemas(true): names in the SQL
 * are qualified where this path does not find them.
 */
export const DEFINITIONS = `${LOCKED}
  SELECT '0', pg_catalog.to_json(pg_catalog.current_schemas(true))::pg_catalog.text
  UNION ALL SELECT c.oid::pg_catalog.text, pg_catalog.pg_get_viewdef(c.oid) FROM pg_catalog.pg_class c, pg_catalog.pg_rewrite r
    WHERE c.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[]) AND r.ev_class OPERATOR(pg_catalog.=) c.oid
      AND r.rulename OPERATOR(pg_catalog.=) '_RETURN' AND ${isFree(2618, 'r.oid')} AND ${BOUNDED}
  UNION ALL SELECT p.oid::pg_catalog.text, pg_catalog.pg_get_function_sqlbody(p.oid) FROM pg_catalog.pg_proc p
    WHERE p.oid OPERATOR(pg_catalog.=) ANY ($2::pg_catalog.oid[]) AND ${isFree(1255, 'p.oid')} AND ${BOUNDED}`;
