/** Which tables bring no code of the database's own into what reads or changes them (`Relation.quiet`). */

const FIRST_OWN = "'16384'::pg_catalog.oid";

/** Not immutable, and yet only about time, chance, sequences and how values are written. */
const HARMLESS =
  '^(nextval|now|(clock|statement|transaction)_timestamp|timezone|random|gen_random_uuid|uuidv[47]|(timestamp|timestamptz|date|time|timetz|interval)(_[a-z_]+)?|to_char|to_date|to_timestamp|age|concat|concat_ws|jsonb?_build_(object|array)|to_jsonb?)$';

/** Whether an expression, as the server keeps it, has a function of the database's own, a domain, or what may read tables. */
function calls(expression: string): string {
  return `EXISTS (SELECT 1 FROM pg_catalog.regexp_matches(${expression}::pg_catalog.text,
      ':(funcid|opfuncid|resulttype) ([0-9]+)', 'g') AS m(found)
    WHERE m.found[2]::pg_catalog.oid OPERATOR(pg_catalog.>=) ${FIRST_OWN} OR m.found[1] OPERATOR(pg_catalog.<>) 'resulttype' AND NOT EXISTS (
      SELECT 1 FROM pg_catalog.pg_proc p WHERE p.oid OPERATOR(pg_catalog.=) m.found[2]::pg_catalog.oid
        AND (p.provolatile OPERATOR(pg_catalog.=) 'i'::pg_catalog."char" OR p.proname::pg_catalog.text OPERATOR(pg_catalog.~) '${HARMLESS}')))`;
}

/** Foreign keys of others that change or remove their rows with these: their triggers are put off to the end of the statement. */
function cascades(column: 'confupdtype' | 'confdeltype'): string {
  return `EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.confrelid OPERATOR(pg_catalog.=) c.oid
      AND k.contype OPERATOR(pg_catalog.=) 'f'::pg_catalog."char" AND k.${column} OPERATOR(pg_catalog.=) ANY ('{c,n,d}'::pg_catalog."char"[]))`;
}

/**
 * One row: `quiet`, JSON of OIDs, and which of these tables change others when they are deleted from; none where there are no such tables.
 * Partitions and tables that others inherit from are left out.
 */
export const QUIET = `SELECT 'quiet', pg_catalog.json_agg(c.oid::pg_catalog.int8 ORDER BY c.oid)::pg_catalog.text,
    (pg_catalog.json_agg(c.oid::pg_catalog.int8 ORDER BY c.oid) FILTER (WHERE ${cascades('confdeltype')}))::pg_catalog.text, NULL::pg_catalog.text
  FROM pg_catalog.pg_class c
  WHERE c.oid OPERATOR(pg_catalog.>=) ${FIRST_OWN} AND c.relkind OPERATOR(pg_catalog.=) 'r'::pg_catalog."char"
    AND NOT c.relrowsecurity AND NOT c.relhasrules AND NOT c.relhassubclass AND NOT c.relispartition
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_trigger t WHERE t.tgrelid OPERATOR(pg_catalog.=) c.oid AND NOT t.tgisinternal)
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a, pg_catalog.pg_type y WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid
      AND a.atttypid OPERATOR(pg_catalog.>=) ${FIRST_OWN} AND y.oid OPERATOR(pg_catalog.=) a.atttypid AND y.typtype OPERATOR(pg_catalog.<>) 'e'::pg_catalog."char")
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_attrdef d WHERE d.adrelid OPERATOR(pg_catalog.=) c.oid AND ${calls('d.adbin')})
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conrelid OPERATOR(pg_catalog.=) c.oid AND k.conbin IS NOT NULL AND ${calls('k.conbin')})
    AND NOT ${cascades('confupdtype')}
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid OPERATOR(pg_catalog.=) c.oid
      AND (i.indexprs IS NOT NULL AND ${calls('i.indexprs')} OR i.indpred IS NOT NULL AND ${calls('i.indpred')}))`;
