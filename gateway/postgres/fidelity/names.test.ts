import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openSession, query } from '../../../bench/raw-client.ts';
import { type Conversation, converse } from './conversation.ts';
import { bind, describe as describeMessage, execute, message, parse, sync } from '../testing/messages.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { type RecordedEvent, relayTo } from './recorded-relay.ts';
import { told } from './told.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const flush = message('H');
const close = (target: 'S' | 'P', name: string) => message('C', Buffer.from(target), name);
const run = (name: string) => [bind('', name), execute(''), sync];

interface Talk extends Conversation {
  readonly events: readonly RecordedEvent[];
}

async function talk(): Promise<Talk> {
  const { agent, events, close: end } = await relayTo(await openSession(server, 'relayed'));
  onTestFinished(end);
  return { ...converse(agent), events };
}

/** Type and text of what events refer to: which text ran, which names SQL used. */
function references(events: readonly RecordedEvent[], kind: 'runs' | 'prepared') {
  return events
    .filter((event) => event.kind === kind)
    .map(({ fields }) => {
      const { target, name, text, at } = fields as {
        target: string;
        name: string;
        text?: string;
        at?: number;
      };
      return `${target} ${name}: ${text ?? (typeof at === 'number' ? String(events[at]?.fields['text']) : 'unknown')}`;
    });
}

test('a statement prepared by SQL is run by the protocol', async () => {
  const { say, events } = await talk();
  await say([query('PREPARE Z2 AS SELECT 1, 2')]);
  await say(run('z2'));
  await say([query('SELECT 0; PREPARE z3 AS SELECT 3; DEALLOCATE z2')]);
  await say([...run('z3'), ...run('z2')], 'ZZ');
  expect(told(events)).toEqual([
    'PREPARE Z2 AS SELECT 1, 2 → PREPARE',
    'SELECT 1, 2 → SELECT 1',
    'SELECT 0; PREPARE z3 AS SELECT 3; DEALLOCATE z2 → SELECT 1, PREPARE, DEALLOCATE',
    'SELECT 3 → SELECT 1',
    '(unknown) → failed 26000',
  ]);
});

test('a statement prepared by the protocol is run by SQL', async () => {
  const { say, events } = await talk();
  await say([parse('p1', 'SELECT 7 AS seven'), sync]);
  await say([query('EXECUTE p1')]);
  await say([query('select 1; EXPLAIN ANALYZE EXECUTE p1; EXECUTE nope')]);
  await say([parse('x', 'EXECUTE p1'), ...run('x')]);
  expect(references(events, 'runs')).toEqual([
    'S p1: SELECT 7 AS seven',
    'S p1: SELECT 7 AS seven',
    'S nope: unknown',
    'S p1: SELECT 7 AS seven',
  ]);
});

test('a cursor declared by SQL is run by the protocol, which sends no description', async () => {
  const { say, events } = await talk();
  await say([query('BEGIN'), query('DECLARE cc CURSOR FOR SELECT generate_series(1, 3)')], 'ZZ');
  expect(await say([execute('cc', 2), sync])).toBe('DDsZ');
  expect(await say([query('FETCH ALL FROM cc')])).toBe('TDCZ');
  await say([query('DECLARE h CURSOR WITH HOLD FOR SELECT 4'), query('COMMIT')], 'ZZ');
  await say([execute('h'), sync]);
  await say([query('CLOSE h')]);
  await say([execute('h'), sync]);
  expect(told(events).slice(2)).toEqual([
    'SELECT generate_series(1, 3) → suspended after 2',
    'FETCH ALL FROM cc → FETCH 1',
    'DECLARE h CURSOR WITH HOLD FOR SELECT 4 → DECLARE CURSOR',
    'COMMIT → COMMIT',
    'SELECT 4 → SELECT 1',
    'CLOSE h → CLOSE CURSOR',
    '(unknown) → failed 34000',
  ]);
  expect(references(events, 'runs')).toEqual(['P cc:  SELECT generate_series(1, 3)']);
});

test('a portal bound by the protocol is fetched from by SQL', async () => {
  const { say, events } = await talk();
  await say([query('BEGIN')]);
  await say([parse('', 'SELECT generate_series(1, 4)'), bind('pp', ''), execute('pp', 1), sync]);
  expect(await say([query('MOVE pp; FETCH ALL FROM pp')])).toBe('CTDDCZ');
  expect(references(events, 'runs')).toEqual([
    'P pp: SELECT generate_series(1, 4)',
    'P pp: SELECT generate_series(1, 4)',
  ]);
});

test('a name given again stands for the old text until the server takes the new one', async () => {
  const { say, events } = await talk();
  await say([parse('s', 'SELECT 1 AS old'), sync]);
  expect(await say([parse('s', 'SELECT 2 AS new'), ...run('s')])).toBe('EZ');
  await say(run('s'));
  // All at once: whether `s` is the new one is not known when its Bind is sent.
  expect(await say([parse('s', 'SELECT 3 AS new'), sync, ...run('s')], 'ZZ')).toBe('EZ2DCZ');
  expect(await say([close('S', 's'), parse('s', 'SELECT 4 AS new'), sync, ...run('s')], 'ZZ')).toBe(
    '31Z2DCZ',
  );
  expect(await say([parse('t', 'SELEKT'), close('S', 's'), sync, ...run('s')], 'ZZ')).toBe('EZ2DCZ');
  await say([query('DEALLOCATE s; PREPARE s AS SELECT 5'), ...run('s')], 'ZZ');
  await say([query('DISCARD ALL'), parse('s', 'SELECT 6'), sync, query('DISCARD ALL'), ...run('s')], 'ZZZZ');
  expect(told(events)).toEqual([
    'SELECT 2 AS new → failed 42P05',
    'SELECT 1 AS old → SELECT 1',
    'SELECT 1 AS old → SELECT 1',
    'SELECT 4 AS new → SELECT 1',
    'SELECT 4 AS new → SELECT 1',
    'DEALLOCATE s; PREPARE s AS SELECT 5 → DEALLOCATE, PREPARE',
    'SELECT 5 → SELECT 1',
    'DISCARD ALL → DISCARD ALL',
    'DISCARD ALL → DISCARD ALL',
    '(unknown) → failed 26000',
    '? → failed 42P05',
    '? → failed 42601',
  ]);
});

test('a prepared FETCH returns what its cursor has by then, whatever it was described as', async () => {
  const { say, events } = await talk();
  await say([parse('f', 'FETCH 1 FROM c'), describeMessage('S', 'f'), sync]);
  await say([query('BEGIN; DECLARE c CURSOR FOR SELECT 1, 2')]);
  expect(await say(run('f'))).toBe('2DCZ');
  expect(told(events).slice(1)).toEqual(['FETCH 1 FROM c → FETCH 1']);
});

test('what waits for an answer is still run when its agent has left', async () => {
  const { agent, events, running, close: end } = await relayTo(await openSession(server, 'relayed'));
  onTestFinished(end);
  agent.on('error', () => {});
  const messages = [
    query('PREPARE a AS SELECT 1; SELECT pg_sleep(0.2)'),
    ...run('a'),
    query('SELECT 2'),
    message('X'),
  ];
  agent.resume().end(Buffer.concat(messages));
  expect(await running.ended).toEqual({ by: 'agent', terminated: true });
  expect(told(events)).toEqual([
    'PREPARE a AS SELECT 1; SELECT pg_sleep(0.2) → PREPARE, SELECT 1',
    'SELECT 1 → running',
    'SELECT 2 → running',
  ]);
});

test('names that differ behind their 63rd byte are one', async () => {
  const { say, events } = await talk();
  const name = 'n'.repeat(63);
  await say([parse(`${name}1`, 'SELECT 1'), sync]);
  expect(await say([parse(`${name}2`, 'SELECT 2'), sync])).toBe('EZ');
  await say(run(`${name}3`));
  await say([query(`DEALLOCATE ${name}4`)]);
  await say(run(name));
  expect(told(events)).toEqual([
    'SELECT 1 → SELECT 1',
    `DEALLOCATE ${name}4 → DEALLOCATE`,
    '(unknown) → failed 26000',
    '? → failed 42P05',
  ]);
});

test('SQL run by the protocol gives and takes names, within one group too', async () => {
  const { say, events } = await talk();
  await say([
    parse('', 'PREPARE a AS SELECT 1'),
    bind('', ''),
    execute(''),
    bind('', 'a'),
    execute(''),
    sync,
  ]);
  await say([parse('d', 'DEALLOCATE ALL'), ...run('d')]);
  await say(run('a'));
  await say([query('BEGIN')]);
  await say([
    parse('', 'DECLARE c CURSOR FOR SELECT 8'),
    bind('', ''),
    execute(''),
    execute('c', 1),
    parse('', 'CLOSE ALL'),
    bind('', ''),
    execute(''),
    execute('c', 1),
    sync,
  ]);
  expect(told(events)).toEqual([
    'PREPARE a AS SELECT 1 → PREPARE',
    'SELECT 1 → SELECT 1',
    'DEALLOCATE ALL → DEALLOCATE ALL',
    '(unknown) → failed 26000',
    'BEGIN → BEGIN',
    'DECLARE c CURSOR FOR SELECT 8 → DECLARE CURSOR',
    'SELECT 8 → suspended after 1',
    'CLOSE ALL → CLOSE CURSOR ALL',
    '(unknown) → failed 34000',
  ]);
});

test('a Query does away with the unnamed statement and portal, a failing Parse with the statement', async () => {
  const { say, events } = await talk();
  await say([query('BEGIN')]);
  await say([parse('', 'SELECT 1'), bind('', ''), sync]);
  await say([query('SAVEPOINT a')]);
  expect(await say([execute(''), sync])).toBe('EZ');
  await say([query('ROLLBACK TO a')]);
  expect(await say(run(''))).toBe('EZ');
  await say([query('ROLLBACK')]);
  await say([parse('', 'SELECT 2'), sync]);
  await say([parse('', 'SELEKT'), sync]);
  expect(await say(run(''))).toBe('EZ');
  expect(told(events).filter((line) => line.includes('(unknown)'))).toEqual([
    '(unknown) → failed 34000',
    '(unknown) → failed 26000',
    '(unknown) → failed 26000',
  ]);
});

test('portals read in turns keep their own columns and counts', async () => {
  const { say, events } = await talk();
  await say([query('BEGIN')]);
  await say([
    parse('', 'SELECT generate_series(1, 3) AS first'),
    bind('p', ''),
    describeMessage('P', 'p'),
    parse('', "SELECT 'x', generate_series(4, 6) AS second"),
    bind('q', ''),
    describeMessage('P', 'q'),
    execute('p', 1),
    execute('q', 2),
    execute('p', 1),
    execute('q', 2),
    execute('p', 0),
    flush,
    sync,
  ]);
  const outcomes = events.filter(({ kind }) => kind === 'outcome').slice(1);
  const described = outcomes.map(({ fields }) => {
    const at = fields['describedAt'];
    return [
      fields['rows'],
      typeof at === 'number' ? String(events[at]?.fields['message']).includes('second') : null,
    ];
  });
  expect(described).toEqual([
    [1, false],
    [2, true],
    [1, false],
    [1, true],
    [1, false],
  ]);
});
