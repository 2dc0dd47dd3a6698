/** Porsager's `postgres`, which pipelines whatever is asked at once. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';
import type { TestAddress } from '../gateway.ts';
import type { Driver, FeatureRun } from './driver.ts';
import { BIG, COPIED, COUNTED, digest, failureOf, VALUES } from './values.ts';

function open({ host, port, user, password, database }: TestAddress): postgres.Sql {
  return postgres({ host, port, user, password, database, max: 1, onnotice: () => {}, ssl: false });
}

function connected(use: (sql: postgres.Sql, address: TestAddress) => Promise<unknown>): FeatureRun {
  return async (address) => {
    const sql = open(address);
    try {
      return await use(sql, address);
    } finally {
      await sql.end();
    }
  };
}

async function simple(sql: postgres.Sql): Promise<unknown> {
  const results = await sql.unsafe(`${VALUES}; SELECT 2 WHERE false; CREATE TEMP TABLE t (i int)`).simple();
  return results.map((rows: unknown) => rows);
}

async function errors(sql: postgres.Sql): Promise<unknown> {
  await sql`CREATE TABLE once (word text PRIMARY KEY)`;
  await sql`INSERT INTO once VALUES ('a')`;
  const failures = [
    await failureOf(sql.unsafe('SELEKT')),
    await failureOf(sql`SELECT 1 / ${0}::int`),
    await failureOf(sql`INSERT INTO once VALUES (${'a'})`),
  ];
  await sql.begin(async (transaction) => {
    await transaction`INSERT INTO once VALUES ('b')`;
    failures.push(await failureOf(transaction.savepoint((inner) => inner`INSERT INTO once VALUES ('a')`)));
  });
  return [failures, [...(await sql`SELECT word FROM once ORDER BY 1`)]];
}

async function prepared(sql: postgres.Sql): Promise<unknown> {
  const rows: unknown[] = [];
  for (let i = 0; i < 8; i++)
    rows.push([...(await sql`SELECT ${i}::int * 2 AS twice, ${`wörd ${i}`}::text AS word`)]);
  return rows;
}

async function pipelined(sql: postgres.Sql): Promise<unknown> {
  await sql`SELECT 1`; // connected from here on
  const sent = Array.from({ length: 40 }, (_, i) => sql`SELECT ${i}::int + 1 AS next`);
  return (await Promise.all(sent)).map((rows) => Array.from(rows));
}

async function pipelineErrors(sql: postgres.Sql): Promise<unknown> {
  await sql`CREATE TABLE piped (i int)`;
  const sent = await Promise.allSettled(
    [1, 0, 2, 0, 3].map((i) => sql`INSERT INTO piped VALUES (10 / ${i}::int)`),
  );
  const outcomes = sent.map((one) => (one.status === 'fulfilled' ? one.value.count : String(one.reason)));
  return [outcomes, [...(await sql`SELECT i FROM piped`)]];
}

async function cursor(sql: postgres.Sql): Promise<unknown> {
  const batches: unknown[] = [];
  for await (const rows of sql`SELECT i FROM generate_series(1, 1000) i`.cursor(10))
    if (batches.push([...rows]) === 3) break;
  const lengths: number[] = [];
  await sql`SELECT i FROM generate_series(1, 25) i`.cursor(10, (rows) => void lengths.push(rows.length));
  return [batches, lengths];
}

async function copy(sql: postgres.Sql, format: 'text' | 'binary'): Promise<unknown> {
  await sql.unsafe(COPIED);
  const out = await buffer(
    await sql.unsafe(`COPY (SELECT * FROM copied ORDER BY i) TO STDOUT (FORMAT ${format})`).readable(),
  );
  const into = await sql.unsafe(`COPY copied FROM STDIN (FORMAT ${format})`).writable();
  await pipeline(Readable.from([out.subarray(0, 1001), out.subarray(1001)]), into);
  return [digest([out]), [...(await sql.unsafe(COUNTED))]];
}

async function cancel(sql: postgres.Sql): Promise<unknown> {
  await sql`SELECT 1`;
  const sleeping = sql`SELECT pg_sleep(20)`;
  const timer = setTimeout(() => sleeping.cancel(), 300);
  try {
    return [await failureOf(sleeping), [...(await sql`SELECT 'after' AS after`)]];
  } finally {
    clearTimeout(timer);
  }
}

async function notify(sql: postgres.Sql, address: TestAddress): Promise<unknown> {
  const listening = open(address);
  try {
    const heard: string[] = [];
    const both = Promise.withResolvers<void>();
    await listening.listen('news', (payload) => {
      if (heard.push(payload) === 2) both.resolve();
    });
    await sql.notify('news', 'first ✓');
    await sql.notify('news', 'x'.repeat(7000));
    await both.promise;
    return heard;
  } finally {
    await listening.end();
  }
}

async function bigRows(sql: postgres.Sql): Promise<unknown> {
  const digests: string[] = [];
  for (const text of BIG) digests.push(digest((await sql.unsafe(text).values()).flat()));
  return [digests, [...(await sql`SELECT length(${'ü'.repeat(3_000_000)})`)]];
}

export const POSTGRES_DRIVER: Driver = {
  name: 'postgres',
  packages: [],
  missing: () => null,
  features: {
    simple: connected(simple),
    errors: connected(errors),
    prepared: connected(prepared),
    pipeline: connected(pipelined),
    'pipeline errors': connected(pipelineErrors),
    cursor: connected(cursor),
    'COPY text': connected((sql) => copy(sql, 'text')),
    'COPY binary': connected((sql) => copy(sql, 'binary')),
    cancel: connected(cancel),
    notify: connected(notify),
    'big rows': connected(bigRows),
  },
};
