/**
 * Columns of PostgreSQL's own catalogs (and of its best-known extensions) that hold values of tables, statements of others, or secrets.
 * Where anything is masked they are too: nobody can tell which value is in them. The columns are those of PostgreSQL 14 to 18.
 */

/** What such a column holds. */
export type SecretKind =
  /** Samples or copies of values of tables. */
  | 'values'
  /** Texts of statements, with the constants in them. */
  | 'statements'
  /** Passwords, keys and what else lets one in elsewhere. */
  | 'secrets'
  /** What anybody may have put there with set_config. */
  | 'settings';

interface SecretRelation {
  /** `schema.name`; `*.name` for what an extension puts in a schema of its owner's choice. */
  readonly relation: string;
  readonly columns: readonly string[];
  readonly holds: SecretKind;
}

const SECRET_RELATIONS: readonly SecretRelation[] = [
  // ANALYZE keeps the most frequent values and bounds of histograms, of columns, of expressions, of groups of columns.
  {
    relation: 'pg_catalog.pg_statistic',
    columns: ['stavalues1', 'stavalues2', 'stavalues3', 'stavalues4', 'stavalues5'],
    holds: 'values',
  },
  { relation: 'pg_catalog.pg_statistic_ext_data', columns: ['stxdmcv', 'stxdexpr'], holds: 'values' },
  {
    relation: 'pg_catalog.pg_stats',
    columns: ['most_common_vals', 'histogram_bounds', 'most_common_elems', 'range_bounds_histogram'],
    holds: 'values',
  },
  { relation: 'pg_catalog.pg_stats_ext', columns: ['most_common_vals'], holds: 'values' },
  {
    relation: 'pg_catalog.pg_stats_ext_exprs',
    columns: ['most_common_vals', 'histogram_bounds', 'most_common_elems'],
    holds: 'values',
  },
  { relation: 'pg_catalog.pg_largeobject', columns: ['data'], holds: 'values' },

  // Other sessions' statements, and one's own with what was put in them; the second also as names of memory contexts.
  { relation: 'pg_catalog.pg_stat_activity', columns: ['query'], holds: 'statements' },
  { relation: 'pg_catalog.pg_prepared_statements', columns: ['statement'], holds: 'statements' },
  { relation: 'pg_catalog.pg_cursors', columns: ['statement'], holds: 'statements' },
  { relation: 'pg_catalog.pg_backend_memory_contexts', columns: ['ident'], holds: 'statements' },
  { relation: '*.pg_stat_statements', columns: ['query'], holds: 'statements' },
  { relation: '*.pg_stat_monitor', columns: ['query', 'query_plan', 'comments'], holds: 'statements' },
  { relation: '*.pg_store_plans', columns: ['plan'], holds: 'statements' },

  // Hashes that can be guessed at, and what logs in elsewhere.
  { relation: 'pg_catalog.pg_authid', columns: ['rolpassword'], holds: 'secrets' },
  { relation: 'pg_catalog.pg_shadow', columns: ['passwd', 'useconfig'], holds: 'secrets' },
  { relation: 'pg_catalog.pg_user_mapping', columns: ['umoptions'], holds: 'secrets' },
  { relation: 'pg_catalog.pg_user_mappings', columns: ['umoptions'], holds: 'secrets' },
  { relation: 'pg_catalog.pg_foreign_server', columns: ['srvoptions'], holds: 'secrets' },
  { relation: 'pg_catalog.pg_foreign_data_wrapper', columns: ['fdwoptions'], holds: 'secrets' },
  { relation: 'pg_catalog.pg_foreign_table', columns: ['ftoptions'], holds: 'secrets' },
  { relation: 'pg_catalog.pg_attribute', columns: ['attfdwoptions'], holds: 'secrets' },
  { relation: 'pg_catalog.pg_subscription', columns: ['subconninfo'], holds: 'secrets' },
  { relation: 'pg_catalog.pg_stat_wal_receiver', columns: ['conninfo'], holds: 'secrets' },
  { relation: 'pg_catalog.pg_hba_file_rules', columns: ['options'], holds: 'secrets' },
  { relation: 'information_schema.user_mapping_options', columns: ['option_value'], holds: 'secrets' },
  { relation: 'information_schema.foreign_server_options', columns: ['option_value'], holds: 'secrets' },
  {
    relation: 'information_schema.foreign_data_wrapper_options',
    columns: ['option_value'],
    holds: 'secrets',
  },
  { relation: 'information_schema.foreign_table_options', columns: ['option_value'], holds: 'secrets' },
  { relation: 'information_schema.column_options', columns: ['option_value'], holds: 'secrets' },
  { relation: 'information_schema._pg_user_mappings', columns: ['umoptions'], holds: 'secrets' },
  { relation: 'information_schema._pg_foreign_servers', columns: ['srvoptions'], holds: 'secrets' },
  {
    relation: 'information_schema._pg_foreign_data_wrappers',
    columns: ['fdwoptions'],
    holds: 'secrets',
  },
  { relation: 'information_schema._pg_foreign_tables', columns: ['ftoptions'], holds: 'secrets' },
  {
    relation: 'information_schema._pg_foreign_table_columns',
    columns: ['attfdwoptions'],
    holds: 'secrets',
  },

  // A setting is text that any session can set to a value it read, and primary_conninfo among them has a password.
  {
    relation: 'pg_catalog.pg_settings',
    columns: ['setting', 'reset_val'],
    holds: 'settings',
  },
  { relation: 'pg_catalog.pg_file_settings', columns: ['setting'], holds: 'settings' },
  { relation: 'pg_catalog.pg_db_role_setting', columns: ['setconfig'], holds: 'settings' },
  { relation: 'pg_catalog.pg_roles', columns: ['rolconfig'], holds: 'settings' },
  { relation: 'pg_catalog.pg_user', columns: ['useconfig'], holds: 'settings' },
  { relation: 'pg_catalog.pg_stat_activity', columns: ['application_name'], holds: 'settings' },
  { relation: 'pg_catalog.pg_stat_replication', columns: ['application_name'], holds: 'settings' },
];

const BY_RELATION = Map.groupBy(SECRET_RELATIONS, ({ relation }) => relation);

/** What a column of a relation holds that others may not see; null for all others. */
export function secretKind(
  relation: { readonly schema: string; readonly name: string },
  column: string,
): SecretKind | null {
  const { schema, name } = relation;
  const known = BY_RELATION.get(`${schema}.${name}`) ?? BY_RELATION.get(`*.${name}`) ?? [];
  return known.find(({ columns }) => columns.includes(column))?.holds ?? null;
}
