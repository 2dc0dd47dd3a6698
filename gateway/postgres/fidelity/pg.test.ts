import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { expect, test } from 'vitest';
import { bothWays } from '../../../test/both-ways.ts';
import type { Address } from './run.ts';

const run = bothWays();
const same = <T>(client: (connection: pg.Client) => Promise<T>) =>
  run((address) => connected(address, client));

async function connected<T>(address: Address, client: (connection: pg.Client) => Promise<T>): Promise<T> {
  const connection = new pg.Client(address);
  await connection.connect();
  try {
    return await client(connection);
  } finally {
    await connection.end();
  }
}

/** A result without what differs between two databases: the OIDs of tables. */
function told({ command, rowCount, rows, fields }: pg.QueryResult) {
  const columns = fields.map(({ name, dataTypeID, format }) => ({ name, dataTypeID, format }));
  return { command, rowCount, rows, columns };
}

/** The fields of the error that a promise rejects with. */
async function errorOf(failing: Promise<unknown>): Promise<unknown> {
  try {
    await failing;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return [error.message, Object.entries(error)];
    throw error;
  }
  throw new Error('it did not fail');
}

test('pg: simple queries, several results in one', async () => {
  const results = await same(async (connection) => {
    const several: unknown = await connection.query(
      "SELECT 1 AS a, NULL AS b, 'ü🙂' AS c; SELECT 2 WHERE false; SELECT",
    );
    return (Array.isArray(several) ? several : []).map((result) => told(result));
  });
  expect(results).toHaveLength(3);
});

test('pg: parameters of many types, in text and in binary', async () => {
  await same(async (connection) => {
    const sql =
      'SELECT $1::int AS i, $2::text AS t, $3::jsonb AS j, $4::bytea AS b, $5::int[] AS a, $6::timestamptz AS z, $7::numeric AS n';
    const values = [
      42,
      'quote \' " \\ 🙂',
      { a: [1, null] },
      Buffer.from([0, 1, 255]),
      [1, -2, 3],
      new Date(0),
      '-1234.5678',
    ];
    const binary: pg.QueryConfig & { readonly binary: true } = { text: sql, values, binary: true };
    const asText = told(await connection.query(sql, values));
    const asBinary = told(await connection.query(binary));
    const nulls = told(
      await connection.query(
        sql,
        Array.from({ length: 7 }, () => null),
      ),
    );
    return [asText, asBinary, nulls];
  });
});

test('pg: a prepared statement, used again and again', async () => {
  await same(async (connection) => {
    const results: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      results.push(
        told(await connection.query({ name: 'again', text: 'SELECT $1::int * 2 AS twice', values: [i] })),
      );
      results.push(
        told(
          await connection.query({ name: 'other', text: 'SELECT $1::text AS same', values: [`value ${i}`] }),
        ),
      );
    }
    return results;
  });
});

test('pg: a portal read a few rows at a time', async () => {
  const result = await same(async (connection) =>
    told(
      await connection.query({
        text: 'SELECT i FROM generate_series(1, $1::int) i',
        values: [10],
        rows: 3,
      } as pg.QueryConfig),
    ),
  );
  expect(result.rows).toHaveLength(10);
});

test('pg: errors in parse, bind and execute, and the session goes on', async () => {
  await same(async (connection) => {
    await connection.query('CREATE TABLE unique_names (name text PRIMARY KEY)');
    const insert = (name: string | null) => connection.query('INSERT INTO unique_names VALUES ($1)', [name]);
    await insert('once');
    return [
      await errorOf(connection.query('SELEKT $1', [1])),
      await errorOf(connection.query('SELECT $1::int', ['no number'])),
      await errorOf(connection.query('SELECT 1 / $1::int', [0])),
      await errorOf(insert('once')),
      await errorOf(insert(null)),
      await errorOf(connection.query('SELECT 1; SELECT 1 / 0; SELECT 2')),
      told(await connection.query('SELECT $1::int AS still', [1])),
    ];
  });
});

test('pg: transactions, the empty statement, and a value of megabytes', async () => {
  await same(async (connection) => {
    const long = 'ab🙂\n'.repeat(500_000);
    await connection.query('BEGIN');
    const failed = await errorOf(connection.query('SELECT 1 / 0'));
    const aborted = await errorOf(connection.query('SELECT 1'));
    await connection.query('ROLLBACK');
    const empty = told(await connection.query(''));
    const emptyExtended = told(await connection.query('', []));
    const echoed = await connection.query<{ long: string }>('SELECT $1::text AS long', [long]);
    return { failed, aborted, empty, emptyExtended, echoed: echoed.rows[0]?.long === long };
  });
});

test('pg: notices, notifications and changed parameters', async () => {
  const heard = await same(async (connection) => {
    const notices: unknown[] = [];
    const notifications: unknown[] = [];
    connection.on('notice', (notice) => notices.push([notice.message, Object.entries(notice)]));
    connection.on('notification', ({ channel, payload }) => notifications.push({ channel, payload }));
    await connection.query('LISTEN news');
    await connection.query("NOTIFY news, 'first'");
    await connection.query("DO $$ BEGIN RAISE WARNING 'careful'; RAISE NOTICE 'so'; END $$");
    await connection.query("SELECT pg_notify('news', $1)", ['zweite ✓']);
    await connection.query("SET application_name = 'renamed'");
    return { notices, notifications };
  });
  expect([heard.notices.length, heard.notifications.length]).toEqual([2, 2]);
});

test('pg: COPY in and out by pg-copy-streams, and one that fails midway', async () => {
  await same(async (connection) => {
    await connection.query('CREATE TABLE copied (id int PRIMARY KEY, word text)');
    const lines = (from: number, to: number) =>
      Readable.from(Array.from({ length: to - from }, (_, i) => `${from + i}\tword ${'é'.repeat(i % 90)}\n`));
    await pipeline(lines(0, 3000), connection.query(copyFrom('COPY copied FROM STDIN')));
    const twice = await errorOf(
      pipeline(lines(2990, 3010), connection.query(copyFrom('COPY copied FROM STDIN'))),
    );
    const out = await text(connection.query(copyTo('COPY (SELECT * FROM copied ORDER BY id) TO STDOUT')));
    return { twice, out, after: told(await connection.query('SELECT count(*) FROM copied')) };
  });
});
