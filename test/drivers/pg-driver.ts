/** node-postgres, and its companions for cursors, streams and COPY. */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import type { TestAddress } from '../gateway.ts';
import type { Driver, FeatureRun } from './driver.ts';
import { BIG, COPIED, COUNTED, digest, failureOf, VALUES } from './values.ts';

type Use = (client: pg.Client, address: TestAddress) => Promise<unknown>;

function connected(use: Use, options: pg.ClientConfig = {}): FeatureRun {
  return async (address) => {
    const client = new pg.Client({ ...address, ...options });
    await client.connect();
    try {
      return await use(client, address);
    } finally {
      await client.end();
    }
  };
}

/** A result without the OIDs of tables. */
function told({ command, rowCount, rows, fields }: pg.QueryResult) {
  return { command, rowCount, rows, columns: fields.map(({ name, dataTypeID }) => ({ name, dataTypeID })) };
}

async function simple(client: pg.Client): Promise<unknown> {
  const several: unknown = await client.query(`${VALUES}; SELECT 2 WHERE false; CREATE TEMP TABLE t (i int)`);
  return Array.isArray(several) ? several.map((result) => told(result as pg.QueryResult)) : several;
}

async function errors(client: pg.Client): Promise<unknown> {
  await client.query('CREATE TABLE once (word text PRIMARY KEY)');
  await client.query("INSERT INTO once VALUES ('a')");
  const failures = [
    await failureOf(client.query('SELEKT $1', [1])),
    await failureOf(client.query('SELECT 1 / $1::int', [0])),
    await failureOf(client.query('INSERT INTO once VALUES ($1)', ['a'])),
  ];
  await client.query('BEGIN; SAVEPOINT here');
  failures.push(await failureOf(client.query('SELECT 1 / 0')), await failureOf(client.query('SELECT 1')));
  await client.query("ROLLBACK TO here; INSERT INTO once VALUES ('b'); COMMIT");
  return [failures, told(await client.query('SELECT word FROM once ORDER BY 1'))];
}

async function prepared(client: pg.Client): Promise<unknown> {
  const results: unknown[] = [];
  for (let i = 0; i < 8; i++) {
    const query = { name: 'twice', text: 'SELECT $1::int * 2 AS twice, $2::text AS word' };
    results.push(told(await client.query({ ...query, values: [i, `wörd ${i}`] })));
  }
  return results;
}

async function pipelined(client: pg.Client): Promise<unknown> {
  const sent = Array.from({ length: 40 }, (_, i) => client.query('SELECT $1::int + 1 AS next', [i]));
  return (await Promise.all(sent)).map(told);
}

async function pipelineErrors(client: pg.Client): Promise<unknown> {
  await client.query('CREATE TABLE piped (i int)');
  const insert = (i: number) => client.query('INSERT INTO piped VALUES (10 / $1::int)', [i]);
  const sent = await Promise.allSettled([1, 0, 2, 0, 3].map(insert));
  const outcomes = sent.map((one) => (one.status === 'fulfilled' ? told(one.value) : String(one.reason)));
  return [outcomes, told(await client.query('SELECT i FROM piped'))];
}

async function binary(client: pg.Client): Promise<unknown> {
  const query: pg.QueryConfig & { readonly binary: true } = { text: VALUES, values: [], binary: true };
  const bytes = await client.query('SELECT $1::bytea AS b', [Buffer.from([0, 1, 255])]);
  return [told(await client.query(query)), told(bytes)];
}

async function cancel(client: pg.Client, address: TestAddress): Promise<unknown> {
  await client.query('SELECT 1');
  const query = new pg.Query('SELECT pg_sleep(20)');
  const failed = failureOf(once(query, 'end'));
  client.query(query);
  const timer = setTimeout(() => cancelQuery(client, address, query), 300);
  try {
    return [await failed, told(await client.query("SELECT 'after'"))];
  } finally {
    clearTimeout(timer);
  }
}

/** Not in the types of `pg`: a second client that asks for the cancellation. */
function cancelQuery(client: pg.Client, address: TestAddress, query: pg.Query): void {
  const canceller = new pg.Client(address) as pg.Client & {
    cancel(client: pg.Client, query: pg.Query): void;
  };
  canceller.cancel(client, query);
}

async function notify(listening: pg.Client, address: TestAddress): Promise<unknown> {
  const notifying = new pg.Client(address) as pg.Client & { readonly processID: number };
  await notifying.connect();
  try {
    const heard: pg.Notification[] = [];
    const both = new Promise<void>((resolve) => {
      listening.on('notification', (notification) => {
        if (heard.push(notification) === 2) resolve();
      });
    });
    await listening.query('LISTEN news');
    await notifying.query("NOTIFY news, 'first ✓'");
    await notifying.query("SELECT pg_notify('news', $1)", ['x'.repeat(7000)]);
    const { rows } = await notifying.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await both;
    const own = [rows[0]?.pid, notifying.processID];
    return heard.map(({ channel, payload, processId }) => [
      channel,
      payload,
      own.map((pid) => pid === processId),
    ]);
  } finally {
    await notifying.end();
  }
}

async function bigRows(client: pg.Client): Promise<unknown> {
  const digests: string[] = [];
  for (const sql of BIG) {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    digests.push(digest(rows.flat()));
  }
  return [digests, told(await client.query('SELECT length($1)', ['ü'.repeat(3_000_000)]))];
}

async function cursor(client: pg.Client): Promise<unknown> {
  const portal = client.query(
    new Cursor<{ i: number }>('SELECT i FROM generate_series(1, $1::int) i', [100]),
  );
  const batches = [await portal.read(7), await portal.read(30)];
  await portal.close();
  return [batches, told(await client.query('SELECT 1 AS after'))];
}

async function streamed(client: pg.Client): Promise<unknown> {
  const text = 'SELECT i FROM generate_series(1, $1::int) i';
  const seen: unknown[] = [];
  for await (const row of client.query(new QueryStream(text, [100], { batchSize: 7 }))) seen.push(row);
  const left: unknown[] = [];
  for await (const row of client.query(new QueryStream(text, [100], { batchSize: 7 })))
    if (left.push(row) === 10) break;
  return [seen, left, told(await client.query('SELECT 1 AS after'))];
}

async function copy(client: pg.Client, format: 'text' | 'binary'): Promise<unknown> {
  await client.query(COPIED);
  const options = `(FORMAT ${format})`;
  const out = await buffer(
    client.query(copyTo(`COPY (SELECT * FROM copied ORDER BY i) TO STDOUT ${options}`)),
  );
  const into = client.query(copyFrom(`COPY copied FROM STDIN ${options}`));
  await pipeline(Readable.from([out.subarray(0, 1001), out.subarray(1001)]), into);
  const broken = client.query(copyFrom(`COPY copied FROM STDIN ${options}`));
  const failed = await failureOf(pipeline(Readable.from([Buffer.from('no such data\n')]), broken));
  return [digest([out]), into.rowCount, failed, told(await client.query(COUNTED))];
}

const fromNpm = { packages: [], missing: () => null };

export const PG_DRIVERS: readonly Driver[] = [
  {
    ...fromNpm,
    name: 'pg',
    features: {
      simple: connected(simple),
      errors: connected(errors),
      prepared: connected(prepared),
      pipeline: connected(pipelined, { pipeline: true }),
      'pipeline errors': connected(pipelineErrors, { pipeline: true }),
      binary: connected(binary),
      cancel: connected(cancel),
      notify: connected(notify),
      'big rows': connected(bigRows),
    },
  },
  { ...fromNpm, name: 'pg-cursor', features: { cursor: connected(cursor) } },
  { ...fromNpm, name: 'pg-query-stream', features: { cursor: connected(streamed) } },
  {
    ...fromNpm,
    name: 'pg-copy-streams',
    features: {
      'COPY text': connected((client) => copy(client, 'text')),
      'COPY binary': connected((client) => copy(client, 'binary')),
    },
  },
];
