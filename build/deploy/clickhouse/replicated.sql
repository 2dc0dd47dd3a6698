-- The tables of an index on replicas of one shard: run it on each. Made by npm run docs from gateway/remote/index/schema.ts.

CREATE TABLE IF NOT EXISTS session (
  `id` FixedString(32),
  `log` LowCardinality(String),
  `position` UInt64,
  `version` UInt64,
  `started` Int64 CODEC(DoubleDelta, ZSTD),
  `ended` Nullable(Int64),
  `duration` Nullable(Int64),
  `outcome` LowCardinality(String),
  `reason` Nullable(String),
  `connection` LowCardinality(String),
  `user` LowCardinality(String),
  `db_user` Nullable(String),
  `application` String,
  `address` LowCardinality(String),
  `agent` String,
  `issuer` LowCardinality(String),
  `profile` LowCardinality(String),
  `subject` LowCardinality(String),
  `client` Nullable(String),
  `user_id` Nullable(String),
  `jti` Nullable(String),
  `fingerprint` String,
  `groups` Array(LowCardinality(String)),
  `scopes` Array(LowCardinality(String)),
  `expires` Int64,
  `job` String,
  `job_path` String,
  `provenance` LowCardinality(String),
  `provider` LowCardinality(String),
  `run` String,
  `job_name` String,
  `repository` Nullable(String),
  `ref` Nullable(String),
  `actor` Nullable(String),
  `ci_issuer` Nullable(String),
  `ci_mismatch` Nullable(String),
  `policy_hash` Nullable(String),
  `policy_mode` Nullable(String),
  `imported` Nullable(String),
  `statements` Int64,
  `rows` Int64,
  `errors` Int64,
  `bytes` Int64,
  `events` Int64,
  `denied` Int64,
  `held` Int64,
  `masked` Int64,
  `verbs` Array(LowCardinality(String)),
  `verb_statements` Array(UInt32),
  `tables` Array(LowCardinality(String)),
  `table_statements` Array(UInt32),
  `decisions` Array(LowCardinality(String)),
  `masks` Array(LowCardinality(String)),
  PROJECTION by_id (SELECT _part_offset ORDER BY id)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version)
PARTITION BY intDiv(started, 86400000000)
ORDER BY (started, log, position)
SETTINGS replicated_deduplication_window = 10000, index_granularity = 1024, deduplicate_merge_projection_mode = 'rebuild';

CREATE TABLE IF NOT EXISTS statement (
  `session` FixedString(32),
  `log` LowCardinality(String),
  `position` UInt64,
  `ordinal` UInt32,
  `version` UInt64,
  `number` UInt32,
  `sequence` UInt32,
  `outcome_sequence` Nullable(UInt32),
  `time` Int64 CODEC(DoubleDelta, ZSTD),
  `duration` Nullable(Int64),
  `agent` FixedString(16),
  `job` FixedString(16),
  `connection` LowCardinality(String),
  `verb` LowCardinality(String),
  `class` LowCardinality(String),
  `fingerprint` FixedString(32) CODEC(ZSTD),
  `normal` String CODEC(ZSTD),
  `text` String CODEC(ZSTD),
  `text_truncated` UInt8,
  `text_masked` UInt8,
  `tables` Array(LowCardinality(String)),
  `columns` Array(LowCardinality(String)),
  `functions` Array(LowCardinality(String)),
  `rows` Nullable(Int64),
  `bytes` Nullable(Int64),
  `status` LowCardinality(String),
  `sqlstate` LowCardinality(Nullable(String)),
  `error_message` Nullable(String),
  `transaction` LowCardinality(Nullable(String)),
  `decision` LowCardinality(String),
  `rules` Array(LowCardinality(String)),
  `severity` LowCardinality(String),
  `masks` Array(LowCardinality(String)),
  `approvers` Array(Tuple(String, String)),
  `text_at` UInt64 CODEC(Delta, ZSTD),
  `error_at` Nullable(UInt64),
  PROJECTION by_agent (SELECT _part_offset ORDER BY agent, time),
  PROJECTION by_job (SELECT _part_offset ORDER BY job, time),
  PROJECTION by_connection (SELECT _part_offset ORDER BY connection, time),
  PROJECTION by_session (SELECT _part_offset ORDER BY session, number, ordinal)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version)
PARTITION BY intDiv(time, 86400000000)
ORDER BY (time, log, position, ordinal)
SETTINGS replicated_deduplication_window = 10000, index_granularity = 1024, deduplicate_merge_projection_mode = 'rebuild';

CREATE TABLE IF NOT EXISTS statement_table (
  `name` LowCardinality(String),
  `time` Int64 CODEC(DoubleDelta, ZSTD),
  `log` LowCardinality(String),
  `position` UInt64,
  `ordinal` UInt32,
  `connection` LowCardinality(String)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY intDiv(time, 86400000000)
ORDER BY (name, time, log, position, ordinal)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS segment (
  `session` String,
  `bundle` String CODEC(ZSTD),
  `from` UInt64,
  `to` UInt64,
  `events_packed` UInt64,
  `bytes` UInt64,
  `first_sequence` UInt64,
  `last_sequence` UInt64,
  `sha256` String,
  `first_index` UInt64,
  `key` String,
  `envelope` String CODEC(ZSTD)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
ORDER BY (session, first_sequence)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS table_name (
  `name` String
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
ORDER BY (name)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS agent (
  `key` String,
  `issuer` String,
  `subject` String,
  `client` Nullable(String),
  `user_id` Nullable(String)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
ORDER BY (key)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS job (
  `key` String,
  `path` String,
  `provenance` LowCardinality(String),
  `provider` String,
  `run` String,
  `job_name` String,
  `repository` Nullable(String)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
ORDER BY (key)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS withdrawn (
  `log` String,
  `session` String,
  `event` UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
ORDER BY (log, session, event)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS log_position (
  `log` String,
  `next` UInt64,
  `replay_from` UInt64,
  `first_time` Nullable(Int64),
  `last_time` Nullable(Int64),
  `indexed` Int64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', next)
ORDER BY (log)
SETTINGS replicated_deduplication_window = 10000;
