import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { bothWays } from '../../../test/both-ways.ts';
import type { Address } from './run.ts';

const run = bothWays();
const same = <T>(client: (sql: postgres.Sql) => Promise<T>) => run((address) => connected(address, client));

/** One connection, so that statements sent together are pipelined on it. */
async function connected<T>(address: Address, client: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const { host, port, user, password, database } = address;
  const sql = postgres({ host, port, user, password, database, max: 1, onnotice: () => {}, ssl: false });
  try {
    return await client(sql);
  } finally {
    await sql.end();
  }
}

/** The fields of the error that a promise rejects with. */
async function errorOf(failing: Promise<unknown>): Promise<readonly [string, unknown]> {
  try {
    await failing;
  } catch (error) {
    if (error instanceof postgres.PostgresError) return [error.message, Object.entries(error)];
    throw error;
  }
  throw new Error('it did not fail');
}

test('postgres: statements sent together are pipelined, errors among them hit only their own', async () => {
  const results = await same(async (sql) => {
    await sql`SELECT 1`; // connected from here on
    const settled = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) => sql`SELECT ${i}::int AS i, 100 / ${i % 10}::int AS share`),
    );
    return settled.map((each) => (each.status === 'fulfilled' ? each.value.at(0) : String(each.reason)));
  });
  expect(results.filter((result) => typeof result === 'string')).toHaveLength(4);
});

test('postgres: prepared, unnamed and simple statements, and what they are described as', async () => {
  await same(async (sql) => {
    const prepared: unknown[] = [];
    for (const word of ['a', 'ü', null])
      prepared.push([...(await sql`SELECT ${word}::text AS word, ${[1, 2]}::int[] AS list`)]);
    const unnamed = [...(await sql.unsafe('SELECT $1::int + 1 AS next', [41]))];
    const several = (await sql.unsafe('SELECT 1 AS a; SELECT 2 AS b')).map((rows: unknown) => rows);
    const { types, columns } = await sql`SELECT ${1}::int AS one, 'x'::text AS letter`.describe();
    return { prepared, unnamed, several, types, columns: columns.map(({ name, type }) => ({ name, type })) };
  });
});

test('postgres: a cursor, left early', async () => {
  const seen = await same(async (sql) => {
    const batches: unknown[][] = [];
    for await (const rows of sql`SELECT i FROM generate_series(1, 1000) i`.cursor(10)) {
      batches.push([...rows]);
      if (batches.length === 3) break;
    }
    const all: number[] = [];
    await sql`SELECT i FROM generate_series(1, 25) i`.cursor(10, (rows) => void all.push(rows.length));
    return { batches, all };
  });
  expect(seen.all).toEqual([10, 10, 5]);
});

test('postgres: COPY in and out', async () => {
  const out = await same(async (sql) => {
    await sql`CREATE TABLE copied (id int, word text)`;
    const lines = Array.from({ length: 2000 }, (_, i) => `${i}\tword ${i}\n`);
    await pipeline(Readable.from(lines), await sql`COPY copied FROM STDIN`.writable());
    return text(await sql`COPY copied TO STDOUT`.readable());
  });
  expect(out.split('\n')).toHaveLength(2001);
});

test('postgres: transactions with savepoints, and errors that abort them', async () => {
  await same(async (sql) => {
    await sql`CREATE TABLE kept (word text UNIQUE)`;
    const failed = await errorOf(
      sql.begin(async (transaction) => {
        await transaction`INSERT INTO kept VALUES ('lost')`;
        await transaction`INSERT INTO kept VALUES ('lost')`;
      }),
    );
    await sql.begin(async (transaction) => {
      await transaction`INSERT INTO kept VALUES ('kept')`;
      await errorOf(transaction.savepoint((inner) => inner`INSERT INTO kept VALUES ('kept')`));
    });
    return { failed, kept: [...(await sql`SELECT word FROM kept`)] };
  });
});

test('postgres: a statement cancelled by the client ends with the same error', async () => {
  const [message] = await same(async (sql) => {
    await sql`SELECT 1`;
    const sleeping = sql`SELECT pg_sleep(20)`;
    setTimeout(() => sleeping.cancel(), 200);
    const failed = await errorOf(sleeping);
    return [failed[0], [...(await sql`SELECT 2 AS after`)]];
  });
  expect(message).toBe('canceling statement due to user request');
});
