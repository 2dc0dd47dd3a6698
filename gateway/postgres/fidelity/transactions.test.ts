import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openSession, query } from '../../../bench/raw-client.ts';
import { type Conversation, converse } from './conversation.ts';
import { bind, execute, int16, message, parse, sync } from '../testing/messages.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { type RecordedEvent, type RecordedRelay, relayTo } from './recorded-relay.ts';
import { told } from './told.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const run = (sql: string) => [parse('', sql), bind('', ''), execute('')];
const insert = (n: number) => `INSERT INTO t VALUES (${n})`;

interface Talk extends Conversation {
  readonly events: readonly RecordedEvent[];
  readonly relayed: RecordedRelay;
}

/** A session with an empty temporary table `t`, which is left out of what is told. */
async function talk(
  mode: 'enforce' | 'observe' = 'enforce',
): Promise<Talk & { readonly story: () => string[] }> {
  const relayed = await relayTo(await openSession(server, 'relayed'), { mode });
  onTestFinished(relayed.close);
  const conversation = converse(relayed.agent);
  await conversation.say([query('CREATE TEMPORARY TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)')]);
  return { ...conversation, events: relayed.events, relayed, story: () => told(relayed.events).slice(1) };
}

test('of a pipeline that fails: executed and rolled back, failed, skipped; one ReadyForQuery each Sync', async () => {
  const { say, story } = await talk();
  expect(
    await say(
      [...run(insert(1)), ...run('SELECT 1/0'), ...run(insert(2)), sync, ...run(insert(3)), sync],
      'ZZ',
    ),
  ).toBe('12C1EZ12CZ');
  expect(story()).toEqual([
    `${insert(1)} → INSERT 0 1 · rolled back (error)`,
    'SELECT 1/0 → failed 22012',
    `${insert(2)} → skipped`,
    `${insert(3)} → INSERT 0 1`,
  ]);
});

test('a Query of several statements is one transaction, except where it ends one itself', async () => {
  const { say, story } = await talk();
  await say([query(`${insert(1)}; ${insert(2)}; SELECT 1/0; ${insert(3)}`)]);
  await say([query(`${insert(1)}; COMMIT; ${insert(2)}; ROLLBACK; ${insert(3)}; SELECT 1/0`)]);
  await say([query(`${insert(4)}; BEGIN; ${insert(5)}`), query('ROLLBACK')], 'ZZ');
  expect(story()).toEqual([
    `${insert(1)}; ${insert(2)}; SELECT 1/0; ${insert(3)} → INSERT 0 1 · rolled back (error), INSERT 0 1 · rolled back (error), failed 22012`,
    `${insert(1)}; COMMIT; ${insert(2)}; ROLLBACK; ${insert(3)}; SELECT 1/0 → INSERT 0 1, COMMIT, INSERT 0 1 · rolled back (rollback), ROLLBACK, INSERT 0 1 · rolled back (error), failed 22012`,
    `${insert(4)}; BEGIN; ${insert(5)} → INSERT 0 1 · rolled back (rollback), BEGIN · rolled back (rollback), INSERT 0 1 · rolled back (rollback)`,
    'ROLLBACK → ROLLBACK',
  ]);
});

test('a block that ends by ROLLBACK, or by COMMIT after an error or with one, was rolled back', async () => {
  const { say, story } = await talk();
  for (const sql of [
    'BEGIN',
    insert(1),
    'ROLLBACK',
    'BEGIN',
    insert(1),
    'SELEKT',
    'COMMIT',
    'BEGIN',
    insert(1),
    'COMMIT',
  ])
    await say([query(sql)]);
  for (const sql of [
    'BEGIN',
    insert(1),
    'COMMIT AND CHAIN',
    'BEGIN',
    insert(2),
    'COMMIT AND CHAIN',
    insert(3),
    'ROLLBACK',
  ])
    await say([...run(sql), sync]);
  expect(story()).toEqual([
    'BEGIN → BEGIN',
    `${insert(1)} → INSERT 0 1 · rolled back (rollback)`,
    'ROLLBACK → ROLLBACK',
    'BEGIN → BEGIN',
    `${insert(1)} → INSERT 0 1 · rolled back (rollback)`,
    'SELEKT → failed 42601',
    'COMMIT → ROLLBACK',
    'BEGIN → BEGIN',
    `${insert(1)} → INSERT 0 1`,
    'COMMIT → COMMIT',
    'BEGIN → BEGIN',
    `${insert(1)} → INSERT 0 1 · rolled back (error)`,
    'COMMIT AND CHAIN → failed 23505',
    'BEGIN → BEGIN',
    `${insert(2)} → INSERT 0 1`,
    'COMMIT AND CHAIN → COMMIT',
    `${insert(3)} → INSERT 0 1 · rolled back (rollback)`,
    'ROLLBACK → ROLLBACK',
  ]);
});

test('an error that comes with the Sync rolls the pipeline back', async () => {
  const { say, story } = await talk();
  expect(await say([...run(insert(1)), ...run(insert(1)), sync])).toBe('12C12CEZ');
  expect(story()).toEqual([
    `${insert(1)} → INSERT 0 1 · rolled back (error)`,
    `${insert(1)} → INSERT 0 1 · rolled back (error)`,
    '? → failed 23505',
  ]);
});

test('what a savepoint took back is told apart from what stayed', async () => {
  const { say, story } = await talk();
  const parts = [
    'BEGIN',
    insert(1),
    'SAVEPOINT a',
    insert(2),
    'SELECT 1/0',
    'ROLLBACK TO a',
    insert(3),
    'SAVEPOINT b',
  ];
  for (const sql of [...parts, insert(4), 'RELEASE b', 'ROLLBACK TO SAVEPOINT a', insert(5), 'COMMIT'])
    await say([query(sql)]);
  expect(story()).toEqual([
    'BEGIN → BEGIN',
    `${insert(1)} → INSERT 0 1`,
    'SAVEPOINT a → SAVEPOINT',
    `${insert(2)} → INSERT 0 1 · rolled back (savepoint)`,
    'SELECT 1/0 → failed 22012',
    'ROLLBACK TO a → ROLLBACK',
    `${insert(3)} → INSERT 0 1 · rolled back (savepoint)`,
    'SAVEPOINT b → SAVEPOINT · rolled back (savepoint)',
    `${insert(4)} → INSERT 0 1 · rolled back (savepoint)`,
    'RELEASE b → RELEASE',
    'ROLLBACK TO SAVEPOINT a → ROLLBACK',
    `${insert(5)} → INSERT 0 1`,
    'COMMIT → COMMIT',
  ]);
});

test('a session that ends within a transaction leaves nothing, or nobody knows what', async () => {
  const open = await talk();
  await open.say([query('BEGIN')]);
  await open.say([query(insert(1))]);
  open.relayed.agent.destroy();
  await open.relayed.running.ended;
  expect(open.story()).toEqual(['BEGIN → BEGIN', `${insert(1)} → INSERT 0 1 · rolled back (session end)`]);

  const committing = await talk();
  await committing.say([query('BEGIN')]);
  await committing.say([query(insert(1))]);
  await committing.say([query('SELECT pg_advisory_lock(1); COMMIT')]);
  const other = await talk();
  await other.say([query('BEGIN'), query(insert(1))], 'ZZ');
  other.relayed.agent.write(query('SELECT pg_advisory_lock(1); COMMIT'));
  await expect.poll(() => other.events.length).toBe(7);
  other.relayed.agent.destroy();
  await other.relayed.running.ended;
  expect(other.story()).toEqual([
    'BEGIN → BEGIN',
    `${insert(1)} → INSERT 0 1 · unknown (session end)`,
    'SELECT pg_advisory_lock(1); COMMIT → running',
  ]);
});

test('of what a procedure or a command outside of transactions may have committed nothing is claimed', async () => {
  const { say, story } = await talk();
  await say([
    query('CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); COMMIT; END $$'),
  ]);
  await say([...run('CALL p()'), ...run('SELECT 1/0'), sync]);
  await say([...run('VACUUM t'), ...run(insert(2)), ...run('SELECT 1/0'), sync]);
  await say([query('DROP PROCEDURE p')]);
  expect(story().slice(1, -1)).toEqual([
    'CALL p() → CALL',
    'SELECT 1/0 → failed 22012',
    'VACUUM t → VACUUM',
    `${insert(2)} → INSERT 0 1 · rolled back (error)`,
    'SELECT 1/0 → failed 22012',
  ]);
  expect(await say([query('SELECT a FROM t')])).toBe('TDCZ');
});

/** Calls a function by its OID with one argument, as text. */
const call = (oid: number, argument: string) =>
  message('F', oid, int16(1), int16(0), int16(1), argument.length, Buffer.from(argument), int16(0));
const PG_TERMINATE_BACKEND = 2096;
const LO_CREATE = 715;

test('calls of functions by OID are refused by an error of the server itself, told in the words of the gateway', async () => {
  const { say, got, story, events } = await talk();
  expect(await say([call(PG_TERMINATE_BACKEND, '1'), query('SELECT 1')], 'ZZ')).toBe('EZTDCZ');
  expect(got.find((bytes) => bytes[0] === 0x45)?.toString()).toContain(
    'C0A000\0Mfunction calls by OID are refused',
  );
  await say([query('BEGIN')]);
  await say([query(insert(1))]);
  await say([call(LO_CREATE, '123')]);
  expect(got.at(-1)?.at(-1)).toBe(0x45); // the transaction has failed
  await say([call(LO_CREATE, '123')]);
  await say([query('COMMIT')]);
  expect(await say([...run(insert(2)), call(LO_CREATE, '1'), ...run(insert(3)), sync], 'ZZ')).toBe(
    '12CEZ12CZ',
  );
  expect(await say([...run('SELECT 1/0'), call(LO_CREATE, '1'), sync])).toBe('1EZ');
  expect(story()).toEqual([
    'function 2096 → failed 0A000',
    'SELECT 1 → SELECT 1',
    'BEGIN → BEGIN',
    `${insert(1)} → INSERT 0 1 · rolled back (rollback)`,
    'function 715 → failed 0A000',
    'function 715 → failed 0A000',
    'COMMIT → ROLLBACK',
    `${insert(2)} → INSERT 0 1 · rolled back (error)`,
    'function 715 → failed 0A000',
    `${insert(3)} → INSERT 0 1`,
    'SELECT 1/0 → failed 22012',
    'function 715 → skipped',
  ]);
  const sent = events
    .filter(({ kind }) => kind === 'gatewayStatement')
    .map(({ fields }) => String(fields['message']));
  expect(new Set(sent.map((bytes) => bytes.slice(5).replaceAll('\0', '')))).toEqual(new Set(['']));
  expect(events.filter(({ kind }) => kind === 'replaced').map(({ fields }) => fields['sqlstate'])).toEqual([
    '42883',
    '42883',
    '25P02',
    '42883',
  ]);
});

test('where the gateway only observes, calls of functions by OID pass, with all they say', async () => {
  const { say, story, events } = await talk('observe');
  expect(await say([call(LO_CREATE, '4711')])).toBe('VZ');
  expect(story()).toEqual(['function 715 → FUNCTION CALL']);
  expect(
    events.filter(({ kind }) => kind === 'observed' || kind === 'functionCall').map(({ fields }) => fields),
  ).toEqual([
    { statement: 2, function: 715, message: call(LO_CREATE, '4711').toString('latin1') },
    { rule: 'function call', detail: 'function 715' },
  ]);
});
