/** A real server writes its log in three formats at once: each must tell the same story. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { factsOf, loadParser } from '../../gateway/postgres/facts.ts';
import { importBytes, storyOf } from './testing/imported.ts';

const PREFIX = '%m|%p|%c|%e|%i|%u|%d|%a|%r|%s|';

let server: TestPostgres;
let folder: string;

beforeAll(async () => {
  await loadParser();
  folder = await mkdtemp(join(tmpdir(), 'server-log-'));
  server = await startPostgres({
    settings: {
      logging_collector: 'on',
      log_destination: 'stderr,csvlog,jsonlog',
      log_filename: 'test.log',
      log_line_prefix: PREFIX,
      log_connections: 'on',
      log_disconnections: 'on',
      log_min_duration_statement: '0',
      log_min_messages: 'notice',
      log_timezone: 'Europe/Berlin',
    },
  });
  // It keeps its log to itself, and so cannot say when it is ready.
  for (let tries = 0; tries < 100; tries++) {
    const up = await withClient('waiting', () => Promise.resolve()).catch(() => null);
    if (up !== null) return;
    await sleep(50);
  }
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function withClient(application: string, use: (client: pg.Client) => Promise<unknown>): Promise<true> {
  const { host, port, user, password, database } = server;
  const client = new pg.Client({ host, port, user, password, database, application_name: application });
  client.on('error', () => {}); // one of them is killed
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end().catch(() => {}); // the server may have ended it
  }
  return true;
}

/** The log of a format, once it holds the end of the last session. */
async function logOf(ending: string): Promise<Buffer> {
  const data = join(server.socketFolder, 'data', 'log');
  for (let tries = 0; tries < 100; tries++) {
    const names = await readdir(data).catch(() => []);
    const name = names.find((found) => found.endsWith(ending));
    const bytes = name === undefined ? Buffer.alloc(0) : await readFile(join(data, name));
    if (bytes.includes('last one') && bytes.lastIndexOf('disconnection') > bytes.indexOf('last one'))
      return bytes;
    await sleep(50);
  }
  throw new Error(
    `the server wrote no whole log that ends in ${ending}: ${String(await readdir(server.socketFolder))}`,
  );
}

/** A story without what the formats count or round otherwise: lines of the file, and µs. */
function told(bytes: Buffer, options: Parameters<typeof importBytes>[1]) {
  const imported = importBytes(bytes, { timezone: 'Europe/Berlin', ...options }, 1 << 16, factsOf);
  expect([imported.tally.lines, imported.tally.malformed]).toEqual([imported.lines, 0]);
  return storyOf(imported)
    .filter((line) => !line.startsWith('log '))
    .map((line) => line.replace(/ line \d+$/, ' entry'));
}

test('csvlog, jsonlog and text tell the same of the same sessions', async () => {
  await withClient('first', async (client) => {
    await client.query('create table t (a int, b text)');
    await client.query('insert into t values ($1, $2), (2, \'ü, "quoted"\n\tand on\')', [1, "it's"]);
    await client.query({ name: 'by_a', text: 'select * from t where a = $1', values: [null] });
    await client.query('select 1; select 2');
    await client.query("do $$ begin raise warning 'careful'; end $$");
    await client.query('select * from nothing').catch(() => undefined);
  });
  await withClient('killed', (client) =>
    client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined),
  );
  await withClient('last one', (client) => client.query('select 3'));
  const csv = told(await logOf('.csv'), {});
  expect(told(await logOf('.json'), {})).toEqual(csv);
  expect(told(await logOf('.log'), { prefix: PREFIX })).toEqual(csv);
  const said = csv.map((line) => line.replace(/^\S+ \S+ /, '').replace(/ \d+ µs/, ' µs'));
  const first = said.findIndex((line) => line.startsWith('statement 1: create'));
  const mine = said.slice(first).filter((line) => /^(?:statement|outcome|notice W|closed)/.test(line));
  expect(mine).toEqual([
    'statement 1: create table t (a int, b text)',
    'outcome 1.0 completed CREATE TABLE µs',
    `statement 2 «»: insert into t values ($1, $2), (2, 'ü, "quoted"\n\tand on') [1, it's]`,
    'outcome 2.0 completed INSERT µs',
    'statement 3 «by_a»: select * from t where a = $1 [NULL]',
    'outcome 3.0 completed SELECT µs',
    'statement 4: select 1; select 2',
    'outcome 4.0 completed',
    'outcome 4.1 completed SELECT µs',
    'notice WARNING careful',
    `statement 5: do $$ begin raise warning 'careful'; end $$`,
    'outcome 5.0 completed DO µs',
    'statement 6: select * from nothing',
    'outcome 6.0 failed 42P01 relation "nothing" does not exist',
    'closed completed',
    'statement 1: select pg_terminate_backend(pg_backend_pid())',
    'outcome 1.0 failed 57P01 terminating connection due to administrator command',
    'closed failed 57P01 terminating connection due to administrator command',
    'statement 1: select 3',
    'outcome 1.0 completed SELECT µs',
    'closed completed',
  ]);
});
