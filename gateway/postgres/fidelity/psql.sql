-- What psql is given in psql.test.ts: as many kinds of statement, answer and error as a person could type.
\set VERBOSITY verbose
\encoding UTF8
SET datestyle = 'ISO, DMY';
SET timezone = 'Europe/Berlin';
SHOW server_encoding;

CREATE TABLE customers (
  id serial PRIMARY KEY,
  name text NOT NULL,
  email text UNIQUE CHECK (email LIKE '%@%'),
  born date,
  balance numeric(12, 2) DEFAULT 0,
  tags text[],
  profile jsonb,
  picture bytea,
  seen timestamptz
);
COMMENT ON TABLE customers IS 'Kundinnen, клиенты, 顧客 🙂';
\d customers
\dt+ customers

INSERT INTO customers (name, email, born, balance, tags, profile, picture, seen) VALUES
  ('Ada Lovelace', 'ada@example.com', '1815-12-10', 1815.10, '{first,"with space","quo\"te",NULL}', '{"a": [1, null, "ü"]}', '\x00ff10', '2026-01-01 00:00:00+00'),
  ('顧客 🙂', 'kokyaku@example.com', NULL, -0.01, '{}', NULL, '', 'infinity'),
  ('', 'empty@example.com', '0044-03-15 BC', 'NaN', NULL, 'null', NULL, NULL)
RETURNING id, name;
SELECT * FROM customers ORDER BY id;
\x
SELECT * FROM customers ORDER BY id;
\x
\pset null '∅'
SELECT NULL, '', 'tab	and
newline', E'\u001b[31mred', U&'\202Eevil';

-- Errors: of every phase, with position, detail, hint, context
SELEKT 1;
SELECT * FROM no_such_table;
SELECT nam FROM customers;
INSERT INTO customers (name, email) VALUES ('Double', 'ada@example.com');
INSERT INTO customers (name, email) VALUES ('None', 'no at');
SELECT 1 / 0;
SELECT 'abc'::int;
DO $$ BEGIN RAISE EXCEPTION 'own % error', 'Ünïcödé' USING DETAIL = 'the detail', HINT = 'the hint', ERRCODE = 'P0042'; END $$;
DO $$ BEGIN PERFORM 1 / 0; END $$;

-- Notices of every level
SET client_min_messages = debug1;
DO $$ BEGIN RAISE DEBUG 'd'; RAISE LOG 'l'; RAISE INFO 'i'; RAISE NOTICE 'n'; RAISE WARNING 'w'; END $$;
RESET client_min_messages;
DROP TABLE IF EXISTS nothing_here;

-- Several statements in one Query; the empty one; comments alone
SELECT 1 AS one \; SELECT 2 AS two WHERE false \; UPDATE customers SET balance = balance + 1 \; SELECT 3;
SELECT 1 \; SELECT 1 / 0 \; SELECT 2;
;
/* nothing */;

-- Transactions, also failed ones
BEGIN;
INSERT INTO customers (name, email) VALUES ('Gone', 'gone@example.com');
SAVEPOINT here;
SELECT 1 / 0;
SELECT 1;
ROLLBACK TO here;
SELECT count(*) FROM customers;
ROLLBACK;
COMMIT;
BEGIN; SELECT 1 / 0; COMMIT;

-- Prepared in SQL, cursors, and psql's own use of them
PREPARE by_id (int) AS SELECT name FROM customers WHERE id = $1;
EXECUTE by_id (1);
EXECUTE by_id (99);
DEALLOCATE by_id;
EXECUTE by_id (1);
BEGIN;
DECLARE many CURSOR FOR SELECT i, repeat('x', i % 50) FROM generate_series(1, 1000) i;
FETCH 3 FROM many;
MOVE 500 IN many;
FETCH 2 FROM many;
CLOSE many;
COMMIT;
\set FETCH_COUNT 100
SELECT i, md5(i::text) FROM generate_series(1, 450) i;
\unset FETCH_COUNT

-- Wide, long, many
SELECT length(repeat('long ', 60000)), repeat('long ', 60000);
SELECT string_agg(format('%s AS column_%s', i, i), ', ') AS columns FROM generate_series(1, 400) i \gset
SELECT :columns;
SELECT i, i * 1.5, 'row ' || i, i % 2 = 0, NULL FROM generate_series(1, 5000) i;
SELECT FROM generate_series(1, 3);
SELECT 'SELECT ' || i FROM generate_series(1, 3) i \gexec
SELECT id, name, balance FROM customers \gdesc

-- COPY both ways, in each format, and failing
COPY customers (name, email) FROM STDIN;
Copied	copied@example.com
Tab\tand\\backslash	tab@example.com
\.
COPY customers (name, email) FROM STDIN WITH (FORMAT csv);
"comma, ""quote""",csv@example.com
\.
COPY customers (name, email) FROM STDIN;
Fails	fails@example.com
Double	ada@example.com
\.
COPY customers (name, email) FROM STDIN;
too	many	columns
\.
COPY (SELECT id, name, email, tags FROM customers ORDER BY email) TO STDOUT;
COPY (SELECT i, repeat('c', 100) FROM generate_series(1, 3000) i) TO STDOUT WITH (FORMAT csv, HEADER);
COPY (SELECT 1 / (3 - i) FROM generate_series(1, 5) i) TO STDOUT;
\copy (SELECT id, name, picture, tags FROM customers ORDER BY email) TO 'customers.bin' WITH (FORMAT binary)
CREATE TABLE copied (id int, name text, picture bytea, tags text[]);
\copy copied FROM 'customers.bin' WITH (FORMAT binary)
SELECT * FROM copied ORDER BY 1, 2;

-- What changes the session, and large objects by SQL
SET application_name = 'changed midway';
SELECT set_config('search_path', 'pg_catalog, public', false);
CREATE FUNCTION add(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT a + b';
SELECT add(1), add(1, 1);
CALL add(1);
SELECT lo_from_bytea(4711, '\xdeadbeef');
SELECT lo_get(4711);
LISTEN channel;
UNLISTEN *;
VACUUM customers;
EXPLAIN (COSTS OFF) SELECT * FROM customers WHERE id = 1;
DELETE FROM customers WHERE name = '';
DELETE FROM customers;
TRUNCATE customers;
DROP TABLE customers, copied;
