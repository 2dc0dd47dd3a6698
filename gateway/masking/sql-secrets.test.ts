import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maskSql } from './sql-secrets.ts';

const TOKEN = `eyJ${'hbGciOiJub25lIn0'.repeat(2)}.eyJzdWIiOiJ4In0.c2lnbmF0dXJl`;
const SCRAM = 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy';

/** What the record holds of a text. */
function recorded(sql: string): string {
  return maskSql(Buffer.from(sql))?.text.toString() ?? sql;
}

describe('a secret of SQL is not in the record, all around it is', () => {
  test.each([
    ["ALTER ROLE bob PASSWORD 'hunter2'", "ALTER ROLE bob PASSWORD '[masked]'"],
    [
      "create user bob with encrypted password E'hunt\\x65r2' valid until '2030-01-01'",
      "create user bob with encrypted password '[masked]' valid until '2030-01-01'",
    ],
    ['CREATE GROUP b PASSWORD $$hunter2$$', "CREATE GROUP b PASSWORD '[masked]'"],
    ["ALTER ROLE b PASSWORD U&'hunt!0065r2' UESCAPE '!'", "ALTER ROLE b PASSWORD '[masked]'"],
    ["ALTER ROLE b PASSWORD/* x /* y */ */'hunter2'", "ALTER ROLE b PASSWORD/* x /* y */ */'[masked]'"],
    ["ALTER ROLE b PASSWORD -- c\n 'hun'\n 'ter2'", "ALTER ROLE b PASSWORD -- c\n '[masked]'"],
    [
      "SELECT 1; ALTER ROLE b PASSWORD 'hunter2'; SELECT 'x'",
      "SELECT 1; ALTER ROLE b PASSWORD '[masked]'; SELECT 'x'",
    ],
    [
      "CREATE USER MAPPING FOR bob SERVER s OPTIONS (user 'bob', password 'hunter2', ticket 'hunter2')",
      "CREATE USER MAPPING FOR bob SERVER s OPTIONS (user 'bob', password '[masked]', ticket '[masked]')",
    ],
    [
      'ALTER USER MAPPING FOR bob SERVER s OPTIONS (SET "password" \'hunter2\', ADD U&"pass\\0063ode" \'hunter2\')',
      'ALTER USER MAPPING FOR bob SERVER s OPTIONS (SET "password" \'[masked]\', ADD U&"pass\\0063ode" \'[masked]\')',
    ],
    [
      "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h', client_secret 'hunter2')",
      "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h', client_secret '[masked]')",
    ],
    [
      "CREATE SUBSCRIPTION s CONNECTION 'host=h password=hunter2 dbname=d' PUBLICATION p",
      "CREATE SUBSCRIPTION s CONNECTION 'host=h password=[masked] dbname=d' PUBLICATION p",
    ],
    [
      "ALTER SUBSCRIPTION s CONNECTION $c$host=h password='hunt\\'er 2'$c$",
      'ALTER SUBSCRIPTION s CONNECTION $c$host=h password=[masked]$c$',
    ],
    [
      "CREATE SUBSCRIPTION s CONNECTION 'host: h, pw: hunter2' PUBLICATION p",
      "CREATE SUBSCRIPTION s CONNECTION '[masked]' PUBLICATION p",
    ],
    [
      "SELECT dblink_connect('c', 'host=h password=hunter2')",
      "SELECT dblink_connect('c', 'host=h password=[masked]')",
    ],
    [
      "SELECT * FROM dblink('postgresql://u:hunter2@h/d', 'select 1') AS t(a int)",
      "SELECT * FROM dblink('postgresql://u:[masked]@h/d', 'select 1') AS t(a int)",
    ],
    [
      "SELECT dblink_connect(E'host=h \\x70assword=hunter2')",
      "SELECT dblink_connect('host=h password=[masked]')",
    ],
    [
      "SELECT dblink_exec('c', 'ALTER ROLE b PASSWORD ''hunter2''')",
      "SELECT dblink_exec('c', 'ALTER ROLE b PASSWORD ''[masked]''')",
    ],
    [
      "ALTER SYSTEM SET primary_conninfo = 'host=h password=hunter2'",
      "ALTER SYSTEM SET primary_conninfo = 'host=h password=[masked]'",
    ],
    [
      "ALTER SYSTEM SET ssl_passphrase_command TO 'echo hunter2'",
      "ALTER SYSTEM SET ssl_passphrase_command TO '[masked]'",
    ],
    [
      "SELECT set_config('app.jwt_secret', 'hunter2', false)",
      "SELECT set_config('app.jwt_secret', '[masked]', false)",
    ],
    ["SET LOCAL app.api_key = 'hunter2'", "SET LOCAL app.api_key = '[masked]'"],
    [
      "DO $$ BEGIN EXECUTE 'ALTER ROLE b PASSWORD ''hunter2'''; END $$",
      "DO $$ BEGIN EXECUTE 'ALTER ROLE b PASSWORD ''[masked]'''; END $$",
    ],
    [
      "DO 'BEGIN ALTER ROLE b PASSWORD ''hunter2''; END'",
      "DO 'BEGIN ALTER ROLE b PASSWORD ''[masked]''; END'",
    ],
    [
      "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $f$ALTER ROLE b PASSWORD 'hunter2'$f$",
      "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $f$ALTER ROLE b PASSWORD '[masked]'$f$",
    ],
    ["EXECUTE p('host=h password=hunter2')", "EXECUTE p('host=h password=[masked]')"],
    [`INSERT INTO t VALUES ('Bearer ${TOKEN}')`, "INSERT INTO t VALUES ('Bearer [masked]')"],
    [`SELECT 1 -- ${TOKEN}`, 'SELECT 1 -- [masked]'],
    [`SELECT '${TOKEN.slice(0, 20)}'\n'${TOKEN.slice(20)}'`, "SELECT '[masked]'"],
    [`UPDATE pg_authid SET rolpassword = '${SCRAM}'`, "UPDATE pg_authid SET rolpassword = '[masked]'"],
    [`SELECT 'md5${'0a'.repeat(16)}'`, "SELECT '[masked]'"],
    ["-- ALTER ROLE b PASSWORD 'hunter2'\nSELECT 1", '-- ALTER ROLE b PASSWORD [masked]\nSELECT 1'],
    ['/* password=hunter2 */ SELECT 1', '/* password=[masked] */ SELECT 1'],
  ])('%s', (sql, expected) => expect(recorded(sql)).toBe(expected));
});

describe('where it cannot be told what is a secret, every constant is masked', () => {
  test.each([
    [
      "DO $$ BEGIN EXECUTE format('ALTER ROLE %I PASSWORD %L', 'b', 'hunter2'); END $$",
      "DO $$ BEGIN EXECUTE format('[masked]', '[masked]', '[masked]'); END $$",
    ],
    [
      "DO $$ DECLARE p text := 'hunter2'; BEGIN EXECUTE 'ALTER ROLE b PASSWORD ' || quote_literal(p); END $$",
      "DO $$ DECLARE p text := '[masked]'; BEGIN EXECUTE '[masked]' || quote_literal(p); END $$",
    ],
    [
      "DO $$ BEGIN EXECUTE 'ALTER ROLE b ' || 'PASSWORD ' || quote_literal('hunter2'); END $$",
      "DO $$ BEGIN EXECUTE '[masked]' || '[masked]' || quote_literal('[masked]'); END $$",
    ],
    [
      "SELECT dblink_connect('host=h password' || '=' || 'hunter2')",
      "SELECT dblink_connect('[masked]' || '[masked]' || '[masked]')",
    ],
    ['ALTER ROLE b PASSWORD hunter2', 'ALTER ROLE b PASSWORD [masked]'],
    ['ALTER ROLE b PASSWORD "hunter2"; SELECT 1', 'ALTER ROLE b PASSWORD [masked]; SELECT 1'],
    ["ALTER ROLE b PASSWORD = 'hunter2'", "ALTER ROLE b PASSWORD [masked] '[masked]'"],
    ["ALTER ROLE b PASSWORD 'hunt'er2 is it'", "ALTER ROLE b PASSWORD '[masked]'[masked]"],
    ["ALTER ROLE b PASSWORD 'hunter2", "ALTER ROLE b PASSWORD '[masked]"],
    ["CREATE USER b IDENTIFIED BY 'hunter2'", "CREATE USER b IDENTIFIED BY '[masked]'"],
    ["SET PASSWORD FOR b = 'hunter2'", "SET PASSWORD FOR b = '[masked]'"],
    // With standard_conforming_strings off the constant goes on behind the second quote.
    ["ALTER ROLE b PASSWORD 'x\\'hunter2'", "ALTER ROLE b PASSWORD '[masked]'"],
  ])('%s', (sql, expected) => expect(recorded(sql)).toBe(expected));
});

describe('what an application keeps is data and stays as it is', () => {
  test.each([
    "INSERT INTO users (password) VALUES ('x')",
    "UPDATE users SET password = 'x', token = 'y' WHERE id = 1",
    "SELECT * FROM users WHERE password = 'x' AND secret LIKE '%y%'",
    "INSERT INTO faq VALUES ('I can''t log in with my password', 'x')",
    "CREATE TABLE users (id int, password text DEFAULT 'x')",
    "ALTER TABLE users ADD COLUMN password text; ALTER TABLE t ALTER token SET DEFAULT 'x'",
    'CREATE ROLE password; GRANT password TO bob; DROP ROLE password',
    'ALTER ROLE bob PASSWORD NULL',
    "CREATE ROLE bob LOGIN; SELECT password, 'x' FROM users ORDER BY password",
    "SET password_encryption = 'scram-sha-256'",
    "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h', dbname 'd')",
    "INSERT INTO permissions VALUES ('create user', 'change password')",
    "INSERT INTO users (password) VALUES ('a' || 'b')",
    "SELECT crypt('x', gen_salt('bf')), md5('y') FROM tokens",
    "SELECT 'http://localhost:8080/x', y @> z FROM t",
    "SELECT 'C:\\path\\', 'don''t', E'a\\n', U&'d\\0061t', $$token$$",
    "SELECT format('%s tokens', 'x') FROM secrets WHERE a ~ '\\d+'",
    "SELECT password % 2, 'x' FROM t WHERE a LIKE '%password=%'",
    "DO $$ BEGIN UPDATE users SET password = 'x' WHERE id = 1; END $$",
    "COMMENT ON COLUMN users.password IS 'what the user''s password hashes to'",
  ])('%s', (sql) => expect(maskSql(Buffer.from(sql))).toBeNull());

  test('in every statement of a file of ordinary SQL', () => {
    const sql = readFileSync(join(import.meta.dirname, '../postgres/fidelity/psql.sql'));
    expect(maskSql(sql)).toBeNull();
  });
});

describe('parameters are secrets where the statement takes them for one', () => {
  test.each([
    ['SELECT dblink_connect($1)', true],
    ["SELECT set_config('app.token', $1, false)", true],
    ['ALTER ROLE b PASSWORD $1', true],
    ['CREATE USER MAPPING FOR b SERVER s OPTIONS (password $1)', true],
    ['INSERT INTO users (password) VALUES ($1)', undefined],
    ["SELECT set_config('search_path', $1, false) FROM passwords", undefined],
  ])('%s', (sql, expected) => expect(maskSql(Buffer.from(sql))?.takesSecrets).toBe(expected));
});
