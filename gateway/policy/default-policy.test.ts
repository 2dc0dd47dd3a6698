import { afterAll, beforeAll, expect, test } from 'vitest';
import { factsOf } from '../postgres/facts/facts-of.ts';
import { TextReader } from '../postgres/facts/text-reader.ts';
import { readPolicy } from './reading.ts';
import type { SessionPolicy } from './session-policy.ts';
import { NOW, SUBJECT } from './testing.ts';

let session: SessionPolicy;
let reader: TextReader;
beforeAll(async () => {
  session = (await readPolicy('default')).forSession(SUBJECT);
  reader = await TextReader.open();
});
afterAll(() => reader.close());

const DECISIONS = {
  allow: [
    '',
    'SELECT * FROM orders WHERE id = 1',
    'INSERT INTO orders VALUES (1)',
    'UPDATE orders SET paid = true WHERE id = 1',
    'DELETE FROM orders WHERE id = 1',
    'COPY orders FROM STDIN',
    'COPY orders TO STDOUT',
    'BEGIN',
    "SET application_name = 'x'",
    'CREATE TABLE t (a int)',
    'ALTER TABLE t ADD COLUMN b int',
    'CREATE INDEX ON t (a)',
    'VACUUM t',
    'DO $$BEGIN END$$',
    'CALL p()',
    'SELECT f(1)',
  ],
  hold: [
    'DELETE FROM orders',
    'UPDATE orders SET paid = true',
    'DELETE FROM orders WHERE true',
    'WITH gone AS (DELETE FROM orders RETURNING *) SELECT count(*) FROM gone',
    'EXPLAIN ANALYZE DELETE FROM orders',
    'SELECT 1; DELETE FROM orders; SELECT 2',
    'DROP TABLE orders',
    'DROP SCHEMA public CASCADE',
    'TRUNCATE orders',
    'GRANT SELECT ON orders TO public',
    'REVOKE ALL ON orders FROM public',
    'CREATE ROLE ada SUPERUSER',
    'ALTER ROLE ada SUPERUSER',
    'ALTER TABLE orders OWNER TO ada',
    'ALTER TABLE orders DISABLE ROW LEVEL SECURITY',
    'DROP POLICY p ON orders',
    'REASSIGN OWNED BY ada TO bob',
    'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO public',
    'CREATE EXTENSION dblink',
    'CREATE SERVER s FOREIGN DATA WRAPPER w',
    'CREATE USER MAPPING FOR ada SERVER s',
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
  ],
  deny: [
    'selec 1',
    "COPY orders FROM PROGRAM 'id'",
    "COPY orders TO PROGRAM 'id'",
    "COPY orders TO '/tmp/orders'",
    'SELECT rolpassword FROM pg_authid',
    'SELECT passwd FROM pg_catalog.pg_shadow',
    'SELECT umoptions FROM pg_user_mapping',
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT * FROM pg_ls_dir('/')",
    'SELECT pg_ls_waldir()',
    "ALTER SYSTEM SET archive_command = 'id'",
    "LOAD '/tmp/x.so'",
    'ALTER DATABASE shop SET work_mem = 1',
    'DROP DATABASE shop',
    'DROP ROLE ada',
    'DROP OWNED BY ada',
    "SELECT dblink_exec('', 'DROP TABLE orders')",
    "SELECT query_to_xml('SELECT 1', true, true, '')",
    "SELECT * FROM ts_stat('SELECT 1')",
    'SELECT 1; DROP TABLE orders; DROP DATABASE shop',
  ],
} as const;

test.each(Object.entries(DECISIONS).flatMap(([effect, texts]) => texts.map((sql) => [effect, sql] as const)))(
  'it says %s to: %s',
  async (effect, sql) => {
    const { facts } = factsOf(await reader.read(sql), null, () => null);
    expect(session.decide(facts, NOW).effect).toBe(effect);
  },
);
