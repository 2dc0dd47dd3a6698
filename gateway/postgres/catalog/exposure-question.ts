/** The SQL that asks the database who can read masked columns. Written as structure-questions.ts says. */
import { FIRST_OWN_OID } from './structure-questions.ts';

/** Roles that read or run what they like on the server's machine, its data files too (manual §21.5 "Predefined Roles"). */
const SERVER_ROLES = ['pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'] as const;

/** The role that logged in and every one it can SET ROLE to: who the agent can be. */
const ME = `me AS MATERIALIZED (SELECT r.oid, r.rolname, r.rolsuper, r.rolcreaterole, r.rolreplication FROM pg_catalog.pg_roles r
    WHERE pg_catalog.pg_has_role(session_user, r.oid, 'MEMBER'))`;

/** The role that logged in first, then by name: one is named, and it should be the one people know. */
const FIRST = `ORDER BY m.rolname OPERATOR(pg_catalog.=) session_user DESC, m.rolname LIMIT 1`;

/**
 * $1, $2: OIDs and numbers of columns, masked ones and those that may show them; $3: OIDs of relations with rules that use them. Rows
 * [kind, OID, number, role, more]:
 * - `power`: what makes privileges pointless (more: superuser, server, replication, createrole);
 * - `owner`, `trigger`: of a relation;
 * - `select`: of a column; more says how its relation reads what is below it: `owner` with the owner's rights, who is nobody the agent
 *   can be, `own` with rights the agent has itself;
 * - `function`: with its owner's rights, of one who can read the column; role is who may call it, more its signature;
 * - `rule`: role may insert, update or delete where a rule does something with its owner's rights.
 * Those of a superuser are not looked for: there is no end to them.
 */
export const EXPOSURES = `WITH ${ME},
  columns AS MATERIALIZED (SELECT u.relation, u.number FROM ROWS FROM (
    pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.int2[])) u (relation, number)),
  plain AS MATERIALIZED (SELECT NOT EXISTS (SELECT 1 FROM me m WHERE m.rolsuper) AS user)
  SELECT 'power', '0', '0', m.rolname::pg_catalog.text, p.power FROM me m, LATERAL (SELECT CASE WHEN m.rolsuper THEN 'superuser'
      WHEN m.rolname OPERATOR(pg_catalog.=) ANY ('{${SERVER_ROLES.join(',')}}'::pg_catalog.name[]) THEN 'server'
      WHEN m.rolreplication THEN 'replication'
      WHEN m.rolcreaterole AND pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog.<) 160000
        THEN 'createrole' END AS power) p
    WHERE p.power IS NOT NULL AND CASE WHEN m.rolsuper THEN m.oid OPERATOR(pg_catalog.=) (SELECT m.oid FROM me m WHERE m.rolsuper ${FIRST})
      ELSE (SELECT x.user FROM plain x) END
  UNION ALL SELECT 'owner', c.oid::pg_catalog.text, '0', m.rolname::pg_catalog.text, NULL
    FROM pg_catalog.pg_class c, me m WHERE c.relowner OPERATOR(pg_catalog.=) m.oid AND (SELECT x.user FROM plain x)
      AND c.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])
  UNION ALL SELECT 'trigger', c.oid::pg_catalog.text, '0', r.rolname::pg_catalog.text, NULL
    FROM pg_catalog.pg_class c, LATERAL (SELECT m.rolname FROM me m
      WHERE pg_catalog.has_table_privilege(m.oid, c.oid, 'TRIGGER') ${FIRST}) r
    WHERE c.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[]) AND (SELECT x.user FROM plain x)
      AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,f}'::pg_catalog."char"[])
  UNION ALL SELECT 'select', u.relation::pg_catalog.text, u.number::pg_catalog.text, r.rolname::pg_catalog.text,
      CASE WHEN EXISTS (SELECT 1 FROM me m WHERE m.oid OPERATOR(pg_catalog.=) c.relowner)
          OR (SELECT pg_catalog.bool_or(pg_catalog.split_part(o.option, '=', 2) OPERATOR(pg_catalog.=) ANY ('{true,on,yes,1}'::pg_catalog.text[]))
            FROM pg_catalog.unnest(c.reloptions) o (option)
            WHERE pg_catalog.split_part(o.option, '=', 1) OPERATOR(pg_catalog.=) 'security_invoker') THEN 'own' ELSE 'owner' END
    FROM columns u, pg_catalog.pg_class c, LATERAL (SELECT m.rolname FROM me m
      WHERE pg_catalog.has_column_privilege(m.oid, u.relation, u.number, 'SELECT') ${FIRST}) r
    WHERE c.oid OPERATOR(pg_catalog.=) u.relation AND (SELECT x.user FROM plain x)
  UNION ALL SELECT 'function', u.relation::pg_catalog.text, u.number::pg_catalog.text, r.rolname::pg_catalog.text, p.signature
    FROM columns u, (SELECT f.oid, f.proowner, pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(f.proname), '(',
          pg_catalog.pg_get_function_identity_arguments(f.oid), ')') AS signature
        FROM pg_catalog.pg_proc f, pg_catalog.pg_namespace n WHERE f.prosecdef AND f.oid OPERATOR(pg_catalog.>=) ${FIRST_OWN_OID}::pg_catalog.oid
          AND n.oid OPERATOR(pg_catalog.=) f.pronamespace
          AND f.prorettype OPERATOR(pg_catalog.<>) ALL ('{trigger,event_trigger}'::pg_catalog.regtype[]::pg_catalog.oid[])
          AND NOT EXISTS (SELECT 1 FROM me m WHERE m.oid OPERATOR(pg_catalog.=) f.proowner) OFFSET 0) p,
      LATERAL (SELECT m.rolname FROM me m WHERE pg_catalog.has_function_privilege(m.oid, p.oid, 'EXECUTE') ${FIRST}) r
    WHERE (SELECT x.user FROM plain x) AND pg_catalog.has_column_privilege(p.proowner, u.relation, u.number, 'SELECT')
  UNION ALL SELECT 'rule', c.oid::pg_catalog.text, '0', r.rolname::pg_catalog.text, NULL
    FROM pg_catalog.pg_class c, LATERAL (SELECT m.rolname FROM me m
      WHERE pg_catalog.has_any_column_privilege(m.oid, c.oid, 'INSERT, UPDATE') OR pg_catalog.has_table_privilege(m.oid, c.oid, 'DELETE') ${FIRST}) r
    WHERE c.oid OPERATOR(pg_catalog.=) ANY ($3::pg_catalog.oid[]) AND (SELECT x.user FROM plain x)
      AND NOT EXISTS (SELECT 1 FROM me m WHERE m.oid OPERATOR(pg_catalog.=) c.relowner)`;

/**
 * Who was granted what of it: $1 OIDs of relations, $2 signatures of functions; rows [kind (`relation`, `column`, `function` or, of roles that read
 * what they like, `member`), OID, signature or role, number, grantee ('' is PUBLIC), privilege]. Only grantees that the agent can be.
 */
export const GRANTS = `WITH ${ME}, grants AS (
  SELECT 'relation' AS kind, c.oid::pg_catalog.text AS what, 0 AS number, g.grantee, g.privilege_type
    FROM pg_catalog.pg_class c, LATERAL pg_catalog.aclexplode(c.relacl) g WHERE c.oid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])
  UNION ALL SELECT 'column', a.attrelid::pg_catalog.text, a.attnum, g.grantee, g.privilege_type
    FROM pg_catalog.pg_attribute a, LATERAL pg_catalog.aclexplode(a.attacl) g WHERE a.attrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])
  UNION ALL SELECT 'function', s.signature, 0, g.grantee, g.privilege_type
    FROM (SELECT f.proacl, f.proowner, pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(f.proname), '(',
        pg_catalog.pg_get_function_identity_arguments(f.oid), ')') AS signature
      FROM pg_catalog.pg_proc f, pg_catalog.pg_namespace n WHERE n.oid OPERATOR(pg_catalog.=) f.pronamespace AND f.prosecdef) s,
      LATERAL pg_catalog.aclexplode(COALESCE(s.proacl, pg_catalog.acldefault('f', s.proowner))) g
    WHERE s.signature OPERATOR(pg_catalog.=) ANY ($2::pg_catalog.text[]))
  SELECT g.kind, g.what, g.number::pg_catalog.text, COALESCE(m.rolname::pg_catalog.text, ''), g.privilege_type
  FROM grants g LEFT JOIN me m ON m.oid OPERATOR(pg_catalog.=) g.grantee
  WHERE m.oid IS NOT NULL OR g.grantee OPERATOR(pg_catalog.=) 0::pg_catalog.oid
  UNION ALL SELECT 'member', r.rolname::pg_catalog.text, '0', m.rolname::pg_catalog.text, 'MEMBER'
  FROM me r, pg_catalog.pg_auth_members a, me m WHERE a.roleid OPERATOR(pg_catalog.=) r.oid AND a.member OPERATOR(pg_catalog.=) m.oid
    AND r.rolname OPERATOR(pg_catalog.=) ANY ('{pg_read_all_data,${SERVER_ROLES.join(',')}}'::pg_catalog.name[])`;
