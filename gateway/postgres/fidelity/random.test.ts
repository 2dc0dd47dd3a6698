import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession, query } from '../../../bench/raw-client.ts';
import {
  bind,
  describe as describeMessage,
  execute,
  int16,
  message,
  parse,
  sync,
} from '../testing/messages.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { converse } from './conversation.ts';
import { type RecordedEvent, relayTo } from './recorded-relay.ts';
import { insertedRows, wrongRows } from './rows-of-record.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
  await ask('CREATE TABLE log (a int)');
});
afterAll(() => server.stop());

/** Asks the database itself. */
async function ask(sql: string): Promise<number[]> {
  const { host, port, user, password, database } = server;
  const client = new pg.Client({ host, port, user, password, database });
  client.on('error', () => {}); // the query fails as well
  await client.connect();
  try {
    const { rows } = await client.query<{ a: number }>(sql);
    return rows.map(({ a }) => a);
  } finally {
    await client.end();
  }
}

/** PostgreSQL itself crashes about once in a thousand of these sessions (18.4), and takes a second to recover. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 100; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const closeStatement = (name: string) => message('C', Buffer.from('S'), name);

/** A text that has `id` in each row it returns, and what it inserts in `log`. */
type Text = (id: number) => string;

const insert: Text = (id) => `INSERT INTO log VALUES (${id}) RETURNING a`;
const select: Text = (id) => `SELECT -${id}`;
const DATA: readonly Text[] = [insert, insert, select, (id) => `SELECT -${id} FROM generate_series(1, 3)`];
const FAILING: readonly Text[] = [() => 'SELEKT', () => 'SELECT 1/0', () => "SELECT 'x'::int"];
const statements = fc.constantFrom('', 's1', 's2');
const portals = fc.constantFrom('', 'p1', 'p2');
const named = fc.constantFrom('s1', 's2');
const cursor = fc.constantFrom('p1', 'p2');
const data = fc.constantFrom(...DATA);

const command: fc.Arbitrary<Text> = fc.oneof(
  fc
    .constantFrom('BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT a', 'ROLLBACK TO a', 'COMMIT AND CHAIN')
    .map((sql) => () => sql),
  fc.constantFrom('DEALLOCATE ALL', 'CLOSE ALL', 'DISCARD ALL').map((sql) => () => sql),
  fc.tuple(named, data).map(
    ([name, text]): Text =>
      (id) =>
        `PREPARE ${name.toUpperCase()} AS ${text(id)}`,
  ),
  named.map(
    (name): Text =>
      () =>
        `EXECUTE ${name}`,
  ),
  named.map(
    (name): Text =>
      () =>
        `DEALLOCATE ${name}`,
  ),
  fc.tuple(cursor, fc.boolean()).map(
    ([name, hold]): Text =>
      (id) =>
        `DECLARE ${name} CURSOR ${hold ? 'WITH HOLD ' : ''}FOR ${select(id)}`,
  ),
  cursor.map(
    (name): Text =>
      () =>
        `FETCH 2 FROM ${name}`,
  ),
  cursor.map(
    (name): Text =>
      () =>
        `CLOSE ${name}`,
  ),
);
const text = fc.oneof(
  { weight: 4, arbitrary: data },
  { weight: 1, arbitrary: fc.constantFrom(...FAILING) },
  {
    weight: 3,
    arbitrary: command,
  },
);

/** Messages, given an id for each text in them. */
type Step = (nextId: () => number) => Buffer[];

const run: fc.Arbitrary<Step> = fc
  .tuple(portals, statements, text, fc.boolean())
  .map(([portal, statement, sql, limited]): Step => (id) => [
    parse(statement, sql(id())),
    bind(portal, statement),
    execute(portal, limited ? 1 : 0),
  ]);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: run },
  fc.tuple(statements, text).map(([name, sql]): Step => (id) => [parse(name, sql(id()))]),
  fc.tuple(portals, statements).map(([portal, name]): Step => () => [bind(portal, name)]),
  fc.tuple(portals, statements).map(([portal, name]): Step => () => [bind(portal, name), execute(portal)]),
  fc.tuple(portals, fc.constantFrom(0, 1)).map(([portal, rows]): Step => () => [execute(portal, rows)]),
  fc
    .tuple(fc.constantFrom('S', 'P'), fc.constantFrom('', 's1', 'p1'))
    .map(([target, name]): Step => () => [describeMessage(target, name)]),
  fc
    .tuple(fc.constantFrom('S', 'P'), fc.constantFrom('', 's1', 'p1'))
    .map(([target, name]): Step => () => [message('C', Buffer.from(target), name)]),
  fc.constant((): Buffer[] => [sync]),
  fc.constant((): Buffer[] => [message('H')]),
  fc
    .array(text, { minLength: 1, maxLength: 3 })
    .map((texts): Step => (id) => [query(texts.map((sql) => sql(id())).join('; '))]),
  fc.constant((): Buffer[] => [message('F', 715, int16(0), int16(0), int16(0))]),
);
const flights = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 });

let lastId = 0;

/** Runs a session; returns what its record gets wrong. */
async function play(steps: readonly (readonly Step[])[], slice: number | null): Promise<string[]> {
  const first = lastId + 1;
  const { agent, events, running, close } = await relayTo(
    await patiently(() => openSession(server, 'random')),
  );
  try {
    const { say } = converse(agent);
    for (const flight of steps) {
      const messages = flight.flatMap((one) => one(() => ++lastId));
      // All is answered once this Close was read, and its answer came: that is only sent with the Sync behind it.
      const mark = `mark ${++lastId}`;
      const isMark = ({ kind, fields }: RecordedEvent) => kind === 'close' && fields['name'] === mark;
      const isDone = () => running.exchange.expected.length === 0 && events.some(isMark);
      const said = say(cut([...messages, sync, closeStatement(mark), sync], slice), isDone);
      await Promise.race([said, running.ended]);
    }
    agent.end(message('X'));
    const end = await running.ended;
    if (end.by === 'server') return wrongRows(events); // what became of the rest nobody knows
    if (end.by !== 'agent' || !end.terminated)
      return [`the relay ended by ${JSON.stringify(end, errorsToo)}`];
    const rows = await patiently(() => ask(`SELECT a FROM log WHERE a >= ${first} ORDER BY a`));
    const { lasting, unknown } = insertedRows(events);
    const unexpected = without(rows, lasting);
    return [
      ...wrongRows(events),
      ...without(lasting, rows).map((a) => `the database lacks ${a}, which the record says it has`),
      ...without(unexpected, unknown).map((a) => `the database has ${a}, which the record says it has not`),
    ];
  } finally {
    close();
  }
}

/** What is left of some numbers, of which one is taken away for each of others. */
function without(numbers: readonly number[], others: readonly number[]): number[] {
  const left = [...numbers];
  for (const other of others) if (left.includes(other)) left.splice(left.indexOf(other), 1);
  return left;
}

function cut(messages: readonly Buffer[], slice: number | null): Buffer[] {
  const bytes = Buffer.concat(messages);
  if (slice === null) return [bytes];
  return Array.from({ length: Math.ceil(bytes.length / slice) }, (_, i) =>
    bytes.subarray(i * slice, (i + 1) * slice),
  );
}

function errorsToo(_: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}

test(
  'whatever is sent, the record has the text that ran and tells what became lasting',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(flights, fc.option(fc.integer({ min: 1, max: 50 })), async (steps, slice) => {
        expect(await play(steps, slice)).toEqual([]);
      }),
      { numRuns: 150, endOnFailure: false },
    );
  },
);
