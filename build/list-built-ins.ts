/**
 * Writes gateway/postgres/facts/built-in-names.ts: which functions PostgreSQL brings, which of them only compute, and what its types are called.
 * Run it against a server of a new major version: `node build/list-built-ins.ts postgres://…`.
 */
import { writeFileSync } from 'node:fs';
import { Client } from 'pg';

/**
 * What is not pure although PostgreSQL calls it immutable or stable: it reads tables, catalogs, files, settings or statistics, takes SQL or
 * names as text, or asks about privileges (an error of theirs quotes the name they were given).
 */
const NOT_PURE = [
  '^pg_(?!typeof$|column_size$|size_pretty$|size_bytes$|client_encoding$|backend_pid$|lsn)',
  '^(_pg|has|row_security|acl|makeacl|hashacl|fmgr|RI_FKey|lo|binary_upgrade|index|inet_client|inet_server|txid)_',
  '^acl',
  '_to_xml',
  '^ts_(stat|rewrite|debug|parse|token_type|lexize)',
  '^(current_setting|satisfies_hash_partition|regclass|getdatabaseencoding|aclexplode|aclitem|makeaclitem|loread|lowrite)$',
  '^to_reg(?!exp)',
  '_(recv|send|out|in|support|sortsupport|validator|typanalyze)$|(send|recv)$',
].map((pattern) => new RegExp(pattern));

/** Show how things are defined, never what is in them, and take them by OID: psql asks for these all the time. */
const DEFINITIONS =
  /^(pg_get_(expr|indexdef|constraintdef|userbyid|function_(arguments|identity_arguments|result|arg_default)|functiondef|triggerdef|ruledef|partkeydef|statisticsobjdef_columns)|pg_\w+_is_visible|pg_encoding_to_char|(obj|col|shobj)_description)$/;

/** Volatile only because their results differ each time. */
const HARMLESS = /^(random|random_normal|gen_random_uuid|uuidv4|uuidv7|clock_timestamp|timeofday)$/;

/** All but what the server itself calls: index methods, input of types, triggers. */
const FUNCTIONS = `
  select p.proname as name, bool_and(p.provolatile in ('i', 's')) as steady, bool_or(p.prokind = 'a') as gathers,
    case when count(distinct coalesce(array_to_string(p.proargnames[array_position(p.proargmodes, 'o'):], ','), '')) > 1 then '?'
      else max(array_to_string(p.proargnames[array_position(p.proargmodes, 'o'):], ',')) end as columns
  from pg_proc p
  where p.pronamespace = 'pg_catalog'::regnamespace and p.oid < 16384 and p.prokind in ('f', 'a', 'w')
    and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype, 'language_handler'::regtype,
      'fdw_handler'::regtype, 'index_am_handler'::regtype, 'table_am_handler'::regtype, 'tsm_handler'::regtype, 'cstring'::regtype)
    and not (p.proargtypes::oid[] && array['internal'::regtype, 'cstring'::regtype]::oid[])
  group by p.proname order by p.proname collate "C"`;

const TYPES = `
  select typname as name from pg_type
  where typnamespace = 'pg_catalog'::regnamespace and oid < 16384 and typtype in ('b', 'r', 'm') and typelem = 0
  order by typname collate "C"`;

interface BuiltIn {
  readonly name: string;
  readonly steady: boolean;
  readonly gathers: boolean;
  readonly columns: string | null;
}

const client = new Client(process.argv[2]);
await client.connect();
const functions = (await client.query<BuiltIn>(FUNCTIONS)).rows;
const types = (await client.query<{ name: string }>(TYPES)).rows.map(({ name }) => name);
await client.end();

const pure = functions.filter(isPure);
writeFileSync(
  new URL('../gateway/postgres/facts/built-in-names.ts', import.meta.url),
  [
    '/** Written by build/list-built-ins.ts: names of what PostgreSQL 18 brings in pg_catalog. */\n',
    list(
      'PURE_FUNCTIONS',
      'Functions that only compute; with the columns of their rows, `?` where these depend on the arguments.',
      pure,
    ),
    list(
      'PURE_AGGREGATES',
      'Aggregates; all are pure.',
      pure.filter(({ gathers }) => gathers),
      false,
    ),
    list(
      'OTHER_FUNCTIONS',
      'Functions that do more, or tell more.',
      functions.filter((one) => !isPure(one)),
      false,
    ),
    list(
      'TYPES',
      'Base, range and multirange types.',
      types.map((name) => ({ name, columns: null })),
    ),
  ].join('\n'),
);

function isPure({ name, steady }: BuiltIn): boolean {
  if (HARMLESS.test(name) || DEFINITIONS.test(name)) return true;
  return steady && !NOT_PURE.some((pattern) => pattern.test(name));
}

function list(
  constant: string,
  about: string,
  items: readonly Pick<BuiltIn, 'name' | 'columns'>[],
  columns = true,
): string {
  const words = items.map((item) =>
    columns && item.columns !== null ? `${item.name}(${item.columns})` : item.name,
  );
  const lines = [''];
  for (const word of words) {
    if ((lines.at(-1) ?? '').length + word.length > 148) lines.push('');
    lines.push(`${lines.pop() ?? ''}${lines.at(-1) === undefined ? '' : ''}${word} `);
  }
  return `/** ${about} */\nexport const ${constant} = \`\n${lines.map((line) => line.trimEnd()).join('\n')}\n\`;\n`;
}
