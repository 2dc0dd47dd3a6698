import type { Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openSession, query } from '../../../bench/raw-client.ts';
import { freshDatabase, startTestGateway, type TestGateway } from '../../../test/gateway.ts';
import {
  bind,
  describe as describeMessage,
  execute,
  int16,
  message,
  parse,
  sync,
} from '../testing/messages.ts';
import { MessageSplitter } from './messages.ts';
import { watch, type Address } from './run.ts';

// Two runs each, beside other tests on few processors.
vi.setConfig({ testTimeout: 60_000 });

let under: TestGateway;
beforeAll(async () => {
  under = await startTestGateway();
});
afterAll(() => under[Symbol.asyncDispose]());
beforeEach(() => freshDatabase(under.server));

/** What is written at once, and the types of messages, one letter each, that then must have come. */
interface Flight {
  readonly write: readonly Buffer[];
  readonly until: string;
}

const flush = message('H');
const close = (target: 'S' | 'P', name: string) => message('C', Buffer.from(target), name);
const ready = (...write: Buffer[]): Flight => ({ write, until: 'Z' });
/** Parse, Bind, Execute of the unnamed. */
const run = (sql: string, ...values: string[]) => [parse('', sql), bind('', '', ...values), execute('')];
/** The same with a named portal, the statement described in between. */
const described = (sql: string, portal: string, maxRows = 0) => [
  parse('', sql),
  describeMessage('S', ''),
  bind(portal, ''),
  execute(portal, maxRows),
];

const CASES: Readonly<Record<string, readonly Flight[]>> = {
  'a pipeline with an error in its middle is skipped up to Sync, and no further': [
    ready(...run('SELECT 1'), ...run('SELECT 1 / 0'), ...run('SELECT 2'), sync),
    ready(...run('SELECT 3'), sync),
    ready(...run('SELEKT'), ...run('SELECT 4'), sync),
    ready(parse('', 'SELECT $1::int'), bind('', '', 'x'), execute(''), ...run('SELECT 5'), sync),
  ],
  'an error is answered before the Sync that ends its pipeline was sent': [
    { write: [...run('SELECT 1 / 0'), flush], until: 'E' },
    ready(...run('SELECT 1'), sync),
    ready(...run('SELECT 2'), sync),
  ],
  'several pipelines sent at once': [
    {
      write: [
        ...run('SELECT 1'),
        sync,
        ...run('SELECT 1 / 0'),
        sync,
        query('SELECT 2'),
        ...run('SELECT 3'),
        sync,
      ],
      until: 'ZZZZ',
    },
  ],
  'a portal is read in parts, suspended in between': [
    { write: [parse('', 'SELECT generate_series(1, 8)'), bind('p', ''), execute('p', 3), flush], until: 's' },
    { write: [execute('p', 3), flush], until: 's' },
    ready(describeMessage('P', 'p'), execute('p'), close('P', 'p'), sync),
    ready(execute('p'), sync),
  ],
  'statements and portals have names, are described, closed and named again': [
    ready(parse('s', 'SELECT $1::text AS a'), describeMessage('S', 's'), sync),
    ready(bind('p', 's', 'one'), describeMessage('P', 'p'), execute('p'), sync),
    ready(bind('', 's', 'two'), execute(''), bind('q', 's', 'three'), execute('q'), sync),
    ready(close('S', 's'), sync),
    ready(bind('', 's', 'four'), execute(''), sync),
    ready(
      parse('s', 'SELECT $1::int AS b, 2'),
      bind('', 's', '5'),
      describeMessage('P', ''),
      execute(''),
      sync,
    ),
    ready(parse('s', 'SELECT 1'), sync),
    ready(
      parse('u', 'CREATE TEMPORARY TABLE t (a int)'),
      describeMessage('S', 'u'),
      bind('', 'u'),
      describeMessage('P', ''),
      execute(''),
      sync,
    ),
  ],
  'names given anew while answers are owed: columns and texts stay with their own statement': [
    ready(
      ...described('SELECT 1 AS first', ''),
      ...described('SELECT 2 AS second, 3', ''),
      ...described('SET work_mem = 4096', ''),
      ...described('SELECT generate_series(4, 7) AS third', 'p', 2),
      execute('p', 1),
      parse('', 'SELECT 8 AS fourth'),
      bind('', ''),
      execute('p'),
      execute(''),
      sync,
    ),
  ],
  'binary parameters and results, a NULL, none at all': [
    ready(
      parse('', 'SELECT $1::int8, $2::text, $3::bytea'),
      message(
        'B',
        '',
        '',
        int16(3),
        int16(1),
        int16(0),
        int16(1),
        int16(3),
        8,
        Buffer.from('00000000ffffffff', 'hex'),
        -1,
        3,
        Buffer.from([0, 1, 2]),
        int16(1),
        int16(1),
      ),
      describeMessage('P', ''),
      execute(''),
      sync,
    ),
    ready(...run('SELECT'), sync),
    ready(...run(''), sync),
  ],
  'rows and parameters of more than 64 KiB': [
    ready(
      query(
        "SELECT repeat('x', 300000), 1 UNION ALL SELECT 'short', 2 UNION ALL SELECT repeat('y', 200000), 3",
      ),
    ),
    ready(...run('SELECT length($1), $1', 'z'.repeat(3_000_000)), sync),
    ready(query(`SELECT ${"'long' || ".repeat(20_000)}''`)),
  ],
  'COPY within the extended protocol': [
    ready(query('CREATE TEMPORARY TABLE c (a int, b text)')),
    { write: [...run('COPY c FROM STDIN'), sync], until: 'G' },
    ready(message('d', Buffer.from('1\tone\n2\ttw')), message('d', Buffer.from('o\n')), message('c'), sync),
    { write: [...run('COPY c FROM STDIN'), sync], until: 'G' },
    ready(message('d', Buffer.from('3\tthree\n')), message('f', 'changed my mind'), sync),
    ready(...run('COPY c TO STDOUT'), sync),
    { write: [query('COPY c FROM STDIN; SELECT count(*) FROM c')], until: 'G' },
    ready(message('d', Buffer.from('x\tno number\n')), message('c')),
  ],
  'one COPY message of half a megabyte': [
    ready(query('CREATE TEMPORARY TABLE c (a text)')),
    { write: [query('COPY c FROM STDIN')], until: 'G' },
    ready(
      message('d', Buffer.from(`${'l'.repeat(500_000)}\n`)),
      message('d', Buffer.from('short\n')),
      message('c'),
    ),
    ready(query('COPY c TO STDOUT')),
  ],
};

test.each(Object.entries(CASES))('%s', async (_, flights) => {
  const client = (address: Address) =>
    converse(address, flights, (socket, bytes) => void socket.write(bytes));
  const direct = await client(under.direct);
  await freshDatabase(under.server);
  const { result, spoken, recorded } = await watch(under.address, under.archive, client);
  expect(result).toEqual(direct);
  expect(recorded).toEqual(spoken);
  expect(spoken[0]?.statements.length).toBeGreaterThan(0);
});

test('messages cut anywhere and merged anyhow are recorded as what they are', async () => {
  const flights = Object.values(CASES).slice(0, 6).flat();
  const sliced = (socket: Socket, bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at++) socket.write(bytes.subarray(at, at + 1));
  };
  const direct = await converse(under.direct, flights, (socket, bytes) => void socket.write(bytes));
  await freshDatabase(under.server);
  const { result, spoken, recorded } = await watch(under.address, under.archive, (address) =>
    converse(address, flights, sliced),
  );
  expect(result).toEqual(direct);
  expect(recorded).toEqual(spoken);
});

/** Sends the flights one after the other; returns the server's messages, each as its bytes. */
async function converse(
  address: Address,
  flights: readonly Flight[],
  write: (socket: Socket, bytes: Buffer) => void,
): Promise<string[]> {
  const socket = await openSession(address, 'raw');
  const got: string[] = [];
  const splitter = new MessageSplitter('server');
  let arrived = (): void => {};
  socket.on('data', (chunk: Buffer) => {
    for (const { bytes } of splitter.push(chunk)) got.push(bytes.toString('latin1'));
    arrived();
  });
  let seen = 0;
  for (const flight of flights) {
    write(socket, Buffer.concat(flight.write));
    for (const type of flight.until) {
      for (let at = got.findIndex((text, i) => i >= seen && text.startsWith(type)); ;) {
        if (at >= 0) {
          seen = at + 1;
          break;
        }
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
        at = got.findIndex((text, i) => i >= seen && text.startsWith(type));
      }
    }
  }
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.end(message('X'));
  await closed;
  return got;
}
