import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openSession, query } from '../../../bench/raw-client.ts';
import { bind, execute, message, parse, sync } from '../testing/messages.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { type Conversation, converse } from './conversation.ts';
import { type RecordedEvent, type RecordedRelay, relayTo } from './recorded-relay.ts';
import { told } from './told.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

interface Talk extends Conversation {
  readonly relayed: RecordedRelay;
  /** What the record says of the statements behind the first, which makes the table. */
  readonly story: () => string[];
}

async function talk(): Promise<Talk> {
  const relayed = await relayTo(await openSession(server, 'copy'));
  onTestFinished(relayed.close);
  const conversation = converse(relayed.agent);
  await conversation.say([query('CREATE TEMPORARY TABLE t (a int, b text)')]);
  return { ...conversation, relayed, story: () => told(relayed.events).slice(1) };
}

const data = (bytes: Buffer | string) => message('d', Buffer.from(bytes));
const done = message('c');
const run = (sql: string) => [parse('', sql), bind('', ''), execute('')];

/** All bytes of a kind on record, and how many its events count. */
function recorded(
  events: readonly RecordedEvent[],
  kind: 'copyIn' | 'copyOut',
): { bytes: Buffer; rows: number } {
  const found = events.filter((event) => event.kind === kind).map(({ fields }) => fields);
  return {
    bytes: Buffer.from(found.map((fields) => String(fields['data'])).join(''), 'latin1'),
    rows: found.reduce((sum, fields) => sum + Number(fields['rows'] ?? 0), 0),
  };
}

/** The messages that are COPY data, joined. */
function copied(messages: readonly Buffer[]): Buffer {
  return Buffer.concat(messages.filter(([type]) => type === 0x64 || type === 0x48));
}

test.each(['text', 'csv', 'binary'])('COPY %s out and in again is on record byte by byte', async (format) => {
  const { say, got, relayed, story } = await talk();
  await say([query("INSERT INTO t SELECT i, repeat('é', i) FROM generate_series(1, 300) i")]);
  const from = got.length;
  await say([query(`COPY t TO STDOUT (FORMAT ${format})`)]);
  const out = copied(got.slice(from));
  expect(recorded(relayed.events, 'copyOut').bytes).toEqual(out);
  const rows = got.slice(from).filter(([type]) => type === 0x64);
  await say([query(`COPY t FROM STDIN (FORMAT ${format})`)], 'G');
  await say([...rows, done]);
  expect(recorded(relayed.events, 'copyIn').bytes).toEqual(Buffer.concat(rows));
  expect(story().slice(1)).toEqual([
    `COPY t TO STDOUT (FORMAT ${format}) → COPY 300`,
    `COPY t FROM STDIN (FORMAT ${format}) → COPY 300`,
  ]);
});

test('data of one byte a message, sent ahead of the answer, are the data of their COPY', async () => {
  const { say, relayed, story } = await talk();
  const bytes = Array.from(Buffer.from('1\tone\n2\ttwo\n'), (byte) => data(Buffer.from([byte])));
  await say([query('COPY t FROM STDIN'), ...bytes, done, query('SELECT count(*) FROM t')], 'ZZ');
  expect(recorded(relayed.events, 'copyIn').bytes).toEqual(Buffer.concat(bytes));
  expect(story()).toEqual(['COPY t FROM STDIN → COPY 2', 'SELECT count(*) FROM t → SELECT 1']);
});

test('a COPY that the server gives up, the agent gives up, or that never ends says so', async () => {
  const { say, relayed, story } = await talk();
  await say([query('COPY t FROM STDIN')], 'G');
  // The agent learns of the error when it has sent the rest.
  expect(await say([data('x\ty\n'), data('1\tone\n')])).toBe('EZ');
  await say([data('2\ttwo\n'), done, query('SELECT 1')]);
  await say([query('COPY t FROM STDIN')], 'G');
  await say([data('3\tthree\n'), message('f', 'changed my mind')]);
  await say([...run('COPY t FROM STDIN'), sync], 'G');
  await say([data('x\n'), data('y\n'), done, sync]);
  await say([query('COPY t FROM STDIN')], 'G');
  relayed.agent.write(data('4\tfour\n'));
  await expect.poll(() => recorded(relayed.events, 'copyIn').bytes.includes('four')).toBe(true);
  relayed.agent.destroy();
  expect(await relayed.running.ended).toEqual({ by: 'agent', terminated: false });
  expect(story()).toEqual([
    'COPY t FROM STDIN → failed 22P02',
    'SELECT 1 → SELECT 1',
    'COPY t FROM STDIN → failed 57014',
    'COPY t FROM STDIN → failed 22P02',
    'COPY t FROM STDIN → running',
  ]);
  expect(relayed.events.filter(({ kind }) => kind === 'copyInEnd').map(({ fields }) => fields)).toEqual([
    { statement: 2, failed: false, reason: '' },
    { statement: 4, failed: true, reason: 'changed my mind' },
    { statement: 5, failed: false, reason: '' },
  ]);
});

test('two COPYs of one Query each have their own data and end', async () => {
  const { say, story } = await talk();
  await say([query('COPY t FROM STDIN; COPY t FROM STDIN; SELECT count(*) FROM t')], 'G');
  await say([data('1\tone\n'), done], 'G');
  expect(await say([data('2\ttwo\n'), data('3\tthree\n'), done])).toBe('CTDCZ');
  expect(story()).toEqual([
    'COPY t FROM STDIN; COPY t FROM STDIN; SELECT count(*) FROM t → COPY 1, COPY 2, SELECT 1',
  ]);
});

test('a Sync that the server read as part of a COPY is told from one that it answers', async () => {
  const { say, story } = await talk();
  await say([
    query(`CREATE FUNCTION pg_temp.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
      CREATE TRIGGER no BEFORE INSERT ON t EXECUTE FUNCTION pg_temp.no()`),
  ]);
  // The trigger fails when the COPY has begun and nothing was read: the Sync sent ahead is then answered.
  expect(await say([...run('COPY t FROM STDIN'), sync])).toBe('12GEZ');
  await say([data('1\tone\n'), done, sync]);
  expect(await say([...run('COPY t FROM STDIN'), sync, ...run('SELECT 1'), sync], 'ZZ')).toBe('12GEZ12DCZ');
  await say([query('DROP TRIGGER no ON t')]);
  expect(await say([...run('COPY t FROM STDIN'), sync], 'G')).toBe('12G');
  expect(await say([sync, data('x\n'), sync, done, sync])).toMatch(/^EZ+$/);
  await say([query('SELECT 2')], 'C');
  expect(story().slice(1)).toEqual([
    'COPY t FROM STDIN → failed P0001',
    'COPY t FROM STDIN → failed P0001',
    'SELECT 1 → SELECT 1',
    'DROP TRIGGER no ON t → DROP TRIGGER',
    'COPY t FROM STDIN → failed 22P02',
    'SELECT 2 → SELECT 1',
  ]);
});

test('COPY data outside of COPY end the session before the server sees them', async () => {
  const { relayed } = await talk();
  relayed.agent.write(data('1\tone\n'));
  const end = await relayed.running.ended;
  expect(end.by === 'violation' && [end.side, end.error.message]).toEqual([
    'agent',
    'COPY data outside of COPY',
  ]);
});
