/**
 * The tables of the index, for one server, for replicas and for shards: build/deploy/clickhouse holds them as text. A row is a
 * version of what it tells of; the greatest version counts, and merges throw the others away. Nothing in them is evidence: they can
 * be dropped and made anew from the store.
 */

/** How the servers stand to each other. */
export const LAYOUTS = ['single', 'replicated', 'sharded'] as const;
export type Layout = (typeof LAYOUTS)[number];

interface Table {
  readonly name: string;
  /** Name and type of each column. */
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly key: string;
  readonly partition?: string;
  /** The column of whose rows with one key the greatest counts; left out where all are the same. */
  readonly version?: string;
  /** Rows found by something else: where they stand, in that order. */
  readonly projections?: Readonly<Record<string, string>>;
}

const DAY = 'intDiv(%, 86400000000)';
const WORD = 'LowCardinality(String)';
const WORDS = `Array(${WORD})`;
const TEXT = 'String CODEC(ZSTD)';
const MAYBE_TEXT = 'Nullable(String)';

const TABLES: readonly Table[] = [
  {
    name: 'session',
    columns: [
      ['id', 'FixedString(32)'],
      ['log', WORD],
      ['position', 'UInt64'],
      ['version', 'UInt64'],
      ['started', 'Int64 CODEC(DoubleDelta, ZSTD)'],
      ['ended', 'Nullable(Int64)'],
      ['duration', 'Nullable(Int64)'],
      ['outcome', WORD],
      ['reason', MAYBE_TEXT],
      ['connection', WORD],
      ['user', WORD],
      ['db_user', MAYBE_TEXT],
      ['application', 'String'],
      ['address', WORD],
      ['agent', 'String'],
      ['issuer', WORD],
      ['profile', WORD],
      ['subject', WORD],
      ['client', MAYBE_TEXT],
      ['user_id', MAYBE_TEXT],
      ['jti', MAYBE_TEXT],
      ['fingerprint', 'String'],
      ['groups', WORDS],
      ['scopes', WORDS],
      ['expires', 'Int64'],
      ['job', 'String'],
      ['job_path', 'String'],
      ['provenance', WORD],
      ['provider', WORD],
      ['run', 'String'],
      ['job_name', 'String'],
      ['repository', MAYBE_TEXT],
      ['ref', MAYBE_TEXT],
      ['actor', MAYBE_TEXT],
      ['ci_issuer', MAYBE_TEXT],
      ['ci_mismatch', MAYBE_TEXT],
      ['policy_hash', MAYBE_TEXT],
      ['policy_mode', MAYBE_TEXT],
      ['imported', MAYBE_TEXT],
      ...['statements', 'rows', 'errors', 'bytes', 'events', 'denied', 'held', 'masked'].map(
        (name) => [name, 'Int64'] as const,
      ),
      ['verbs', WORDS],
      ['verb_statements', 'Array(UInt32)'],
      ['tables', WORDS],
      ['table_statements', 'Array(UInt32)'],
      ['decisions', WORDS],
      ['masks', WORDS],
    ],
    key: 'started, log, position',
    partition: DAY.replace('%', 'started'),
    version: 'version',
    projections: { by_id: 'id' },
  },
  {
    name: 'statement',
    columns: [
      ['session', 'FixedString(32)'],
      ['log', WORD],
      ['position', 'UInt64'],
      ['ordinal', 'UInt32'],
      ['version', 'UInt64'],
      ['number', 'UInt32'],
      ['sequence', 'UInt32'],
      ['outcome_sequence', 'Nullable(UInt32)'],
      ['time', 'Int64 CODEC(DoubleDelta, ZSTD)'],
      ['duration', 'Nullable(Int64)'],
      ['agent', 'FixedString(16)'],
      ['job', 'FixedString(16)'],
      ['connection', WORD],
      ['verb', WORD],
      ['class', WORD],
      ['fingerprint', 'FixedString(32) CODEC(ZSTD)'],
      ['normal', TEXT],
      ['text', TEXT],
      ['text_truncated', 'UInt8'],
      ['text_masked', 'UInt8'],
      ['tables', WORDS],
      ['columns', WORDS],
      ['functions', WORDS],
      ['rows', 'Nullable(Int64)'],
      ['bytes', 'Nullable(Int64)'],
      ['status', WORD],
      ['sqlstate', 'LowCardinality(Nullable(String))'],
      ['error_message', MAYBE_TEXT],
      ['transaction', 'LowCardinality(Nullable(String))'],
      ['decision', WORD],
      ['rules', WORDS],
      ['severity', WORD],
      ['masks', WORDS],
      ['approvers', 'Array(Tuple(String, String))'],
      ['text_at', 'UInt64 CODEC(Delta, ZSTD)'],
      ['error_at', 'Nullable(UInt64)'],
    ],
    key: 'time, log, position, ordinal',
    partition: DAY.replace('%', 'time'),
    version: 'version',
    projections: {
      by_agent: 'agent, time',
      by_job: 'job, time',
      by_connection: 'connection, time',
      by_session: 'session, number, ordinal',
    },
  },
  {
    name: 'statement_table',
    columns: [
      ['name', WORD],
      ['time', 'Int64 CODEC(DoubleDelta, ZSTD)'],
      ['log', WORD],
      ['position', 'UInt64'],
      ['ordinal', 'UInt32'],
      ['connection', WORD],
    ],
    key: 'name, time, log, position, ordinal',
    partition: DAY.replace('%', 'time'),
  },
  {
    name: 'segment',
    columns: [
      ['session', 'String'],
      ['bundle', 'String CODEC(ZSTD)'],
      ['from', 'UInt64'],
      ['to', 'UInt64'],
      ['events_packed', 'UInt64'],
      ['bytes', 'UInt64'],
      ['first_sequence', 'UInt64'],
      ['last_sequence', 'UInt64'],
      ['sha256', 'String'],
      ['first_index', 'UInt64'],
      ['key', 'String'],
      ['envelope', 'String CODEC(ZSTD)'],
    ],
    key: 'session, first_sequence',
  },
  { name: 'table_name', columns: [['name', 'String']], key: 'name' },
  {
    name: 'agent',
    columns: [
      ['key', 'String'],
      ['issuer', 'String'],
      ['subject', 'String'],
      ['client', MAYBE_TEXT],
      ['user_id', MAYBE_TEXT],
    ],
    key: 'key',
  },
  {
    name: 'job',
    columns: [
      ['key', 'String'],
      ['path', 'String'],
      ['provenance', WORD],
      ['provider', 'String'],
      ['run', 'String'],
      ['job_name', 'String'],
      ['repository', MAYBE_TEXT],
    ],
    key: 'key',
  },
  {
    name: 'withdrawn',
    columns: [
      ['log', 'String'],
      ['session', 'String'],
      ['event', 'UInt64'],
    ],
    key: 'log, session, event',
  },
  {
    name: 'log_position',
    columns: [
      ['log', 'String'],
      ['next', 'UInt64'],
      ['replay_from', 'UInt64'],
      ['first_time', 'Nullable(Int64)'],
      ['last_time', 'Nullable(Int64)'],
      ['indexed', 'Int64'],
    ],
    key: 'log',
    version: 'next',
  },
];

/** Names of the tables. */
export const TABLE_NAMES: readonly string[] = TABLES.map(({ name }) => name);

/** The columns of a table that an insert names. */
export function columnsOf(table: string): readonly string[] {
  return TABLES.find(({ name }) => name === table)?.columns.map(([name]) => name) ?? [];
}

/** Rows that are read for one, of tables whose rows are looked up one by one and are wide: a page of rare statements reads as many for each. */
const GRANULE = 1024;

/** Inserts that a table remembers by their tokens, so that one that is sent again is passed over. */
const REMEMBERED = 10_000;

/** What makes the tables where they are not there. */
export function statementsFor(layout: Layout): string[] {
  return TABLES.flatMap((table) =>
    layout === 'sharded'
      ? [
          create({ ...table, name: `${table.name}_local` }, 'replicated', " ON CLUSTER '{cluster}'"),
          distributed(table),
        ]
      : [create(table, layout, '')],
  );
}

/** Who runs a file, and where. */
const RUN_ON: Readonly<Record<Layout, string>> = {
  single: 'one server',
  replicated: 'replicas of one shard: run it on each',
  sharded: 'shards: run it on one server of the cluster',
};

/** The same as a file for clickhouse-client. */
export function fileFor(layout: Layout): string {
  const head = `-- The tables of an index on ${RUN_ON[layout]}. Made by npm run docs from gateway/remote/index/schema.ts.\n`;
  return [head, ...statementsFor(layout).map((sql) => `${sql};\n`)].join('\n');
}

function create(table: Table, layout: 'single' | 'replicated', onCluster: string): string {
  const { name, columns, key, partition, version, projections = {} } = table;
  const kept = version === undefined ? [] : [version];
  const engine =
    layout === 'single'
      ? `ReplacingMergeTree(${kept.join('')})`
      : `ReplicatedReplacingMergeTree(${[`'/clickhouse/tables/{uuid}/{shard}'`, `'{replica}'`, ...kept].join(', ')})`;
  const window =
    layout === 'single' ? 'non_replicated_deduplication_window' : 'replicated_deduplication_window';
  const lines = [
    ...columns.map(([column, type]) => `\`${column}\` ${type}`),
    ...Object.entries(projections).map(
      ([by, order]) => `PROJECTION ${by} (SELECT _part_offset ORDER BY ${order})`,
    ),
  ];
  return [
    `CREATE TABLE IF NOT EXISTS ${name}${onCluster} (\n  ${lines.join(',\n  ')}\n)`,
    `ENGINE = ${engine}`,
    ...(partition === undefined ? [] : [`PARTITION BY ${partition}`]),
    `ORDER BY (${key})`,
    `SETTINGS ${window} = ${REMEMBERED}${Object.keys(projections).length === 0 ? '' : `, index_granularity = ${GRANULE}, deduplicate_merge_projection_mode = 'rebuild'`}`,
  ].join('\n');
}

/** All versions of a row must be on one shard: those of a log are. What is not of a log is the same wherever it is. */
function distributed({ name, columns }: Table): string {
  const own = columns.some(([column]) => column === 'log') ? 'log' : columns[0]?.[0];
  const shard = `cityHash64(${own})`;
  return `CREATE TABLE IF NOT EXISTS ${name} ON CLUSTER '{cluster}' AS ${name}_local\nENGINE = Distributed('{cluster}', currentDatabase(), ${name}_local, ${shard})`;
}
