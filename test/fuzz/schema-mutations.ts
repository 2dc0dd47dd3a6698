/** Schemas that no writer of ours makes. */
import { attempt, type Mutation, sql } from './mutated.ts';

/** Each would run, or give, whatever its maker likes where the file is read as if it were ours. */
const TEXTS = [
  'CREATE VIEW reports AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT i FROM r',
  'ALTER TABLE segment RENAME TO s; CREATE VIEW segment AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT i AS id FROM r',
  'ALTER TABLE volume RENAME TO v; CREATE VIEW volume AS SELECT * FROM v',
  'CREATE TRIGGER t AFTER INSERT ON segment BEGIN DELETE FROM segment; END',
  'ALTER TABLE segment ADD COLUMN g TEXT GENERATED ALWAYS AS (hex(randomblob(100000000))) VIRTUAL',
  'CREATE INDEX more ON segment (hex(events))',
  'CREATE INDEX more ON segment (number) WHERE count > 1',
  'CREATE VIRTUAL TABLE more USING fts5(x)',
  'CREATE TABLE more (x)',
  'DROP TABLE checkpoint',
  'DROP INDEX segment_session',
  'ALTER TABLE segment ADD COLUMN x',
  'ALTER TABLE segment RENAME COLUMN count TO counted',
  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'INTEGER NOT NULL', 'INTEGER') WHERE name = 'segment'",
  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'segment'",
  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'carried') WHERE name = 'segment'",
  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 999999 WHERE name = 'tile'",
  "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'more', 'more', 0, 'CREATE VIRTUAL TABLE more USING nothing(x)')",
  'PRAGMA user_version = 4',
  'PRAGMA user_version = 6',
  'PRAGMA application_id = 1',
  'PRAGMA journal_mode = WAL',
];

export const SCHEMAS: readonly Mutation[] = TEXTS.map((text) => ({
  name: `schema: ${text.slice(0, 60)}`,
  mutate: (m) =>
    sql(m, (db) => {
      db.unsafeMode(true);
      attempt(() => db.exec(text));
    }),
}));
