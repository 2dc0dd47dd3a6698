/**
 * The SQL by which a database's structure is read. It runs on an agent's session, so under any search_path, role and setting: every name
 * is qualified, operators too; constructs that look up operators by name (IN, BETWEEN, USING, IS DISTINCT FROM) are left out; no constant holds
 * a backslash; nothing here locks a table or fails for want of a privilege. PostgreSQL 14 and later.
 */
import { QUIET } from './quiet-question.ts';

/** OIDs below are given by initdb: PostgreSQL's own (src/include/access/transam.h, FirstNormalObjectId). */
export const FIRST_OWN_OID = 16_384;

/**
 * Relations in one answer: bounds what server and gateway hold at once. So many are estimated to cost some 94,000, below
 * jit_above_cost, above which the server would spend 100 ms on compiling the question.
 */
export const RELATIONS_PER_QUESTION = 1_000;

/** OIDs of the catalogs that pg_depend speaks of (pg_class, pg_proc, pg_operator, pg_rewrite, pg_attrdef): fixed in PostgreSQL's source. */
const CATALOGS = { relation: 1259, function: 1255, operator: 2617, rule: 2618, default: 2604 } as const;

/** What a rule or a function was made of, in one catalog, as a JSON array of OIDs or null. */
function dependencies(catalog: number, object: string, referenced: number, except: string): string {
  return `(SELECT pg_catalog.json_agg(u.o ORDER BY u.o) FROM (
      SELECT DISTINCT d.refobjid::pg_catalog.int8 AS o FROM pg_catalog.pg_depend d
      WHERE d.classid OPERATOR(pg_catalog.=) ${catalog}::pg_catalog.oid AND d.objid OPERATOR(pg_catalog.=) ${object}
        AND d.refclassid OPERATOR(pg_catalog.=) ${referenced}::pg_catalog.oid AND d.refobjid OPERATOR(pg_catalog.<>) ${except}) u)`;
}

/** Columns that a generated one is made of: pg_depend names the column itself up to PostgreSQL 14, its expression from 15 on. */
const GENERATED_FROM = `(SELECT pg_catalog.json_agg(g.n ORDER BY g.n) FROM (
      SELECT DISTINCT d.refobjsubid AS n FROM pg_catalog.pg_depend d
      WHERE d.refclassid OPERATOR(pg_catalog.=) ${CATALOGS.relation}::pg_catalog.oid AND d.refobjid OPERATOR(pg_catalog.=) a.attrelid
        AND d.refobjsubid OPERATOR(pg_catalog.>) 0 AND d.refobjsubid OPERATOR(pg_catalog.<>) a.attnum
        AND (d.classid OPERATOR(pg_catalog.=) ${CATALOGS.relation}::pg_catalog.oid AND d.objid OPERATOR(pg_catalog.=) a.attrelid
            AND d.objsubid OPERATOR(pg_catalog.=) a.attnum
          OR d.classid OPERATOR(pg_catalog.=) ${CATALOGS.default}::pg_catalog.oid AND d.objid OPERATOR(pg_catalog.=)
            (SELECT f.oid FROM pg_catalog.pg_attrdef f WHERE f.adrelid OPERATOR(pg_catalog.=) a.attrelid
              AND f.adnum OPERATOR(pg_catalog.=) a.attnum))) g)`;

/**
 * What a relation's row begins with: `relation`, its head and its columns (`HeadRow`, `ColumnRow` in loaded-relation.ts). Both texts
 * together are its version: they change whenever something changes that names, columns or rules depend on. A rule, or the expression of a
 * generated column, that is replaced has a new xmin.
 */
const VERSION = `'relation', pg_catalog.json_build_array(c.oid::pg_catalog.int8, n.nspname, c.relname, c.relkind,
    (SELECT pg_catalog.json_agg(i.inhparent::pg_catalog.int8 ORDER BY i.inhseqno) FROM pg_catalog.pg_inherits i
      WHERE i.inhrelid OPERATOR(pg_catalog.=) c.oid),
    CASE WHEN c.relhassubclass THEN (SELECT pg_catalog.json_build_array(pg_catalog.count(*), pg_catalog.sum(i.inhrelid::pg_catalog.int8))
      FROM pg_catalog.pg_inherits i WHERE i.inhparent OPERATOR(pg_catalog.=) c.oid) END,
    CASE WHEN c.relhasrules AND c.oid OPERATOR(pg_catalog.>=) ${FIRST_OWN_OID}::pg_catalog.oid THEN
      (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(r.oid::pg_catalog.int8, r.xmin, r.ev_type, r.ev_enabled) ORDER BY r.oid)
        FROM pg_catalog.pg_rewrite r WHERE r.ev_class OPERATOR(pg_catalog.=) c.oid) END)::pg_catalog.text,
  (SELECT pg_catalog.json_agg(CASE WHEN a.attgenerated OPERATOR(pg_catalog.=) ''
        THEN pg_catalog.json_build_array(a.attnum, a.attname, a.atttypid::pg_catalog.int8)
        ELSE pg_catalog.json_build_array(a.attnum, a.attname, a.atttypid::pg_catalog.int8, (SELECT f.xmin FROM pg_catalog.pg_attrdef f
          WHERE f.adrelid OPERATOR(pg_catalog.=) a.attrelid AND f.adnum OPERATOR(pg_catalog.=) a.attnum)) END ORDER BY a.attnum)::pg_catalog.text
    FROM pg_catalog.pg_attribute a WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped)`;

/** What follows from what is in the version, so that only who loads needs it (`MoreRow` in loaded-relation.ts). */
const MORE = `pg_catalog.json_build_array(c.reltype::pg_catalog.int8,
    (SELECT t.typarray::pg_catalog.int8 FROM pg_catalog.pg_type t WHERE t.oid OPERATOR(pg_catalog.=) c.reltype),
    CASE WHEN c.relhasrules AND c.oid OPERATOR(pg_catalog.>=) ${FIRST_OWN_OID}::pg_catalog.oid THEN
      (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
          ${dependencies(CATALOGS.rule, 'r.oid', CATALOGS.relation, 'c.oid')},
          ${dependencies(CATALOGS.rule, 'r.oid', CATALOGS.function, '0::pg_catalog.oid')},
          ${dependencies(CATALOGS.rule, 'r.oid', CATALOGS.operator, '0::pg_catalog.oid')}) ORDER BY r.oid)
        FROM pg_catalog.pg_rewrite r WHERE r.ev_class OPERATOR(pg_catalog.=) c.oid) END,
    (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.attnum, ${GENERATED_FROM}) ORDER BY a.attnum)
      FROM pg_catalog.pg_attribute a WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attgenerated OPERATOR(pg_catalog.<>) ''
        AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped))::pg_catalog.text`;

const FROM_RELATIONS = `FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n
  WHERE n.oid OPERATOR(pg_catalog.=) c.relnamespace AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f,S,c}'::pg_catalog."char"[])`;

/** Relations from OID $1 to below $2, temporary ones aside, in order of OID, {@link RELATIONS_PER_QUESTION} at most. */
export const RELATIONS = `SELECT ${VERSION}, ${MORE} ${FROM_RELATIONS}
  AND c.oid OPERATOR(pg_catalog.>=) $1::pg_catalog.oid AND c.oid OPERATOR(pg_catalog.<) $2::pg_catalog.oid
  AND NOT pg_catalog.pg_is_other_temp_schema(n.oid) AND n.oid OPERATOR(pg_catalog.<>) pg_catalog.pg_my_temp_schema()
  ORDER BY c.oid LIMIT ${RELATIONS_PER_QUESTION}`;

/** Versions of relations by OID. */
export const RELATIONS_BY_OID = `SELECT ${VERSION} ${FROM_RELATIONS} AND c.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])`;

/** The session's own temporary relations; nothing is read where it has none. */
const TEMPORARY_RELATIONS = `SELECT ${VERSION}, ${MORE} ${FROM_RELATIONS}
  AND pg_catalog.pg_my_temp_schema() OPERATOR(pg_catalog.<>) 0::pg_catalog.oid AND c.relnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()`;

/** One row a function: `function`, its head (`FunctionRow` in loaded-function.ts) and null. Altered in any way, it has a new xmin. */
const FUNCTION_VERSION = `'function', pg_catalog.json_build_array(p.oid::pg_catalog.int8, n.nspname, p.proname, l.lanname, p.pronargs, p.xmin,
    p.prosqlbody IS NOT NULL)::pg_catalog.text, NULL::pg_catalog.text`;

const FROM_FUNCTIONS = `FROM pg_catalog.pg_proc p, pg_catalog.pg_namespace n, pg_catalog.pg_language l
  WHERE n.oid OPERATOR(pg_catalog.=) p.pronamespace AND l.oid OPERATOR(pg_catalog.=) p.prolang
    AND p.oid OPERATOR(pg_catalog.>=) ${FIRST_OWN_OID}::pg_catalog.oid`;

/** Functions of the database's own, with what follows from their versions (`MoreFunctionRow`). */
const FUNCTIONS = `SELECT ${FUNCTION_VERSION}, pg_catalog.json_build_array(
    (SELECT t.typrelid::pg_catalog.int8 FROM pg_catalog.pg_type t WHERE t.oid OPERATOR(pg_catalog.=) p.prorettype),
    CASE WHEN p.prosqlbody IS NOT NULL THEN pg_catalog.json_build_array(
      ${dependencies(CATALOGS.function, 'p.oid', CATALOGS.relation, '0::pg_catalog.oid')},
      ${dependencies(CATALOGS.function, 'p.oid', CATALOGS.function, 'p.oid')},
      ${dependencies(CATALOGS.function, 'p.oid', CATALOGS.operator, '0::pg_catalog.oid')}) END)::pg_catalog.text ${FROM_FUNCTIONS}`;

/** Versions of the database's own functions that have one of the names $`parameter`. */
export function functionsNamed(parameter: number): string {
  return `SELECT ${FUNCTION_VERSION} ${FROM_FUNCTIONS} AND p.proname OPERATOR(pg_catalog.=) ANY ($${parameter}::pg_catalog.name[])`;
}

/**
 * An operator or cast that an extension brought, on a function in C or of PostgreSQL that it brought too (or none, for a cast), which is not volatile: it computes,
 * as PostgreSQL's own do. Nobody but a superuser makes such functions, and whoever may change an extension cannot add another's.
 */
function brought(catalog: 'pg_operator' | 'pg_cast', object: string, called: string): string {
  const part = (alias: string, kind: string, oid: string) =>
    `${alias}.classid OPERATOR(pg_catalog.=) 'pg_catalog.${kind}'::pg_catalog.regclass::pg_catalog.oid
      AND ${alias}.objid OPERATOR(pg_catalog.=) ${oid} AND ${alias}.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char"`;
  return `EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE ${part('d', catalog, object)}
      AND (${called} OPERATOR(pg_catalog.=) 0::pg_catalog.oid OR EXISTS (
        SELECT 1 FROM pg_catalog.pg_depend f, pg_catalog.pg_proc p, pg_catalog.pg_language l WHERE ${part('f', 'pg_proc', called)}
          AND f.refobjid OPERATOR(pg_catalog.=) d.refobjid AND p.oid OPERATOR(pg_catalog.=) ${called}
          AND l.oid OPERATOR(pg_catalog.=) p.prolang AND l.lanname OPERATOR(pg_catalog.=) ANY ('{c,internal}'::pg_catalog.name[])
          AND NOT p.proretset AND p.provolatile OPERATOR(pg_catalog.<>) 'v'::pg_catalog."char")))`;
}

/** One row an operator of the database's own: `operator`, [OID, name, xmin]. */
const OPERATORS = `SELECT 'operator', pg_catalog.json_build_array(o.oid::pg_catalog.int8, o.oprname, o.xmin)::pg_catalog.text, NULL::pg_catalog.text`;
const FROM_OPERATORS = `FROM pg_catalog.pg_operator o WHERE o.oid OPERATOR(pg_catalog.>=) ${FIRST_OWN_OID}::pg_catalog.oid
  AND NOT ${brought('pg_operator', 'o.oid', 'o.oprcode::pg_catalog.oid')}`;

/** One row a cast of the database's own: `operator`, [OID, `::`, xmin]: casts are an operator by that name. */
const CASTS = `SELECT 'operator', pg_catalog.json_build_array(k.oid::pg_catalog.int8, '::', k.xmin)::pg_catalog.text, NULL::pg_catalog.text`;
const FROM_CASTS = `FROM pg_catalog.pg_cast k WHERE k.oid OPERATOR(pg_catalog.>=) ${FIRST_OWN_OID}::pg_catalog.oid
  AND NOT ${brought('pg_cast', 'k.oid', 'k.castfunc')}`;

/** The database's own operators, and casts, that have one of the names $`parameter`. */
export function operatorsNamed(parameter: number): string {
  return `${OPERATORS} ${FROM_OPERATORS} AND o.oprname OPERATOR(pg_catalog.=) ANY ($${parameter}::pg_catalog.name[])
  UNION ALL ${CASTS} ${FROM_CASTS} AND '::' OPERATOR(pg_catalog.=) ANY ($${parameter}::pg_catalog.text[])`;
}

/** Types of the database's own but for those of relations and their arrays, which come with the relations: `type`, [OID, typtype, base, element]. */
const TYPE = `SELECT 'type', pg_catalog.json_build_array(t.oid::pg_catalog.int8, t.typtype, t.typbasetype::pg_catalog.int8,
    CASE WHEN t.typcategory OPERATOR(pg_catalog.=) 'A' THEN t.typelem::pg_catalog.int8 ELSE 0 END)::pg_catalog.text, NULL::pg_catalog.text, NULL::pg_catalog.text
  FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid OPERATOR(pg_catalog.=) t.typelem
  WHERE t.oid OPERATOR(pg_catalog.>=) ${FIRST_OWN_OID}::pg_catalog.oid AND t.typtype OPERATOR(pg_catalog.<>) 'c'
    AND (e.typtype IS NULL OR e.typtype OPERATOR(pg_catalog.<>) 'c')`;

/** Bodies kept as text, as far as the names in them mean what they mean to the caller: `body`, OID, text. */
const BODY = `SELECT 'body', p.oid::pg_catalog.text, p.prosrc, NULL::pg_catalog.text FROM pg_catalog.pg_proc p, pg_catalog.pg_language l
  WHERE l.oid OPERATOR(pg_catalog.=) p.prolang AND l.lanname OPERATOR(pg_catalog.=) 'sql' AND p.prosqlbody IS NULL AND p.proconfig IS NULL
    AND p.oid OPERATOR(pg_catalog.>=) ${FIRST_OWN_OID}::pg_catalog.oid`;

/** Functions, bodies, operators, casts, types and quiet tables of the database's own. */
export const OTHER_OBJECTS = [
  FUNCTIONS,
  BODY,
  `${OPERATORS}, NULL::pg_catalog.text ${FROM_OPERATORS}`,
  `${CASTS}, NULL::pg_catalog.text ${FROM_CASTS}`,
  TYPE,
  QUIET,
].join('\nUNION ALL ');

/**
 * What differs by session: `path`, JSON of current_schemas(true), and which system catalogs these are (version, and the OID of one that
 * initdb numbers otherwise elsewhere); and its temporary relations.
 */
export const SESSION = `SELECT 'path', pg_catalog.to_json(pg_catalog.current_schemas(true))::pg_catalog.text,
  pg_catalog.concat_ws(' ', pg_catalog.current_setting('server_version'),
    (SELECT c.oid FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n WHERE c.relname OPERATOR(pg_catalog.=) 'views'
      AND c.relnamespace OPERATOR(pg_catalog.=) n.oid AND n.nspname OPERATOR(pg_catalog.=) 'information_schema')), NULL::pg_catalog.text
  UNION ALL ${TEMPORARY_RELATIONS}`;
