import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutBy, type Script, walk } from './fidelity/walked.ts';
import {
  bind,
  complete,
  dataRow,
  describe,
  error,
  execute,
  int16,
  message,
  parse,
  ready,
  rowDescription,
  sync,
} from './testing/messages.ts';

const query = (sql: string) => message('Q', sql);
const run = [parse('', 'select'), bind('', ''), execute('')];
const head = (type: string, length: number) => {
  const bytes = Buffer.alloc(5, type);
  bytes.writeUInt32BE(length, 1);
  return bytes;
};

/** What a server sends to an agent that asked for something; where it goes wrong it is not passed on. */
const HOSTILE: Readonly<Record<string, readonly [asked: Buffer[], answered: Buffer[]]>> = {
  'a row before its description': [[query('select 1')], [dataRow('1')]],
  'a row with other columns than described': [[query('select 1')], [rowDescription('a', 'b'), dataRow('1')]],
  'rows of a portal with other columns than its Describe said': [
    [parse('', 'select'), bind('', ''), describe('P', ''), execute(''), sync],
    [message('1'), message('2'), rowDescription('a'), dataRow('1', '2')],
  ],
  'a row behind its CommandComplete': [
    [query('select 1; select 2')],
    [rowDescription('a'), dataRow('1'), complete('SELECT 1'), dataRow('2')],
  ],
  'two descriptions of one result': [[query('select 1')], [rowDescription('a'), rowDescription('b')]],
  'a description in answer to an Execute': [
    [...run, sync],
    [message('1'), message('2'), rowDescription('a')],
  ],
  'a ReadyForQuery that nobody asked for': [[], [ready('I')]],
  'a ReadyForQuery before any answer to the Query': [[query('select 1')], [ready('I')]],
  'a ReadyForQuery in the middle of a pipeline': [
    [...run, sync],
    [message('1'), ready('I')],
  ],
  'a ReadyForQuery without its indicator': [[sync], [message('Z')]],
  'an Authentication after start-up': [[query('select 1')], [message('R', 0)]],
  'another cancel key': [[query('select 1')], [message('K', 1, 2)]],
  'COPY in both directions': [[query('copy')], [message('W', Buffer.from([0]), int16(0))]],
  'COPY data outside of COPY': [[query('select 1')], [message('d', Buffer.from('1\n'))]],
  'a ParseComplete that answers a Bind': [
    [...run, sync],
    [message('1'), message('1')],
  ],
  'a BindComplete that nobody asked for': [[query('select 1')], [message('2')]],
  'answers after an error, before the Sync': [
    [...run, ...run, sync],
    [message('1'), error('XX000', 'x'), message('2')],
  ],
  'a completion after the error of a Query': [
    [query('select 1')],
    [error('XX000', 'x'), complete('SELECT 1')],
  ],
  'PortalSuspended in answer to a Query': [[query('select 1')], [message('s')]],
  'the success of a call that must fail': [
    [message('F', 715, int16(0), int16(0), int16(0))],
    [message('V', -1)],
  ],
  'a type of message that there is not': [[query('select 1')], [message('y')]],
  'a length of 3': [[query('select 1')], [head('C', 3)]],
  'a length of 2³¹ − 1': [[query('select 1')], [head('D', 0x7fffffff)]],
  'a length of 2³² − 1': [[query('select 1')], [head('D', 0xffffffff)]],
  'an error of a gigabyte': [[query('select 1')], [head('E', 2 ** 30)]],
  'a description of a gigabyte': [[query('select 1')], [head('T', 2 ** 30)]],
};

test.each(Object.entries(HOSTILE))(
  'a server that sends %s ends the session, and none of it reaches the agent',
  (_, [asked, answered]) => {
    const { violation, forwarded } = walk([
      ['agent', ...asked],
      ['server', ...answered],
    ]);
    expect([violation?.sqlstate, forwarded.server.length]).toEqual(['08P01', 0]);
  },
);

test('an error without SQLSTATE, without fields, or cut short is an error like another', () => {
  for (const bad of [
    message('E'),
    message('E', Buffer.from([0])),
    message('E', Buffer.from('SERROR')),
    message('E', 'x'),
  ]) {
    const { violation, events, forwarded } = walk([
      ['agent', query('select 1')],
      ['server', bad, ready('I')],
    ]);
    expect(violation).toBeNull();
    expect(
      events.map(({ kind, fields }) => [kind, fields['status'], fields['sqlstate'], fields['transaction']]),
    ).toEqual([
      ['statement', undefined, undefined, undefined],
      ['outcome', 'failed', '', 'I'],
    ]);
    expect(forwarded.server).toEqual(Buffer.concat([bad, ready('I')]));
  }
});

test('a row of a gigabyte streams through: memory holds none of it', () => {
  const row = head('D', 2 ** 30 - 1);
  const start = Buffer.concat([row, int16(1), Buffer.alloc(1000)]);
  const { violation, events, forwarded } = walk([
    ['agent', query('select big')],
    ['server', rowDescription('a'), start],
    ['server', Buffer.alloc(100_000)],
  ]);
  expect(violation).toBeNull();
  expect(events.map(({ kind, fields }) => [kind, fields['continued']])).toEqual([
    ['statement', undefined],
    ['rows', true],
    ['rows', true],
  ]);
  expect(forwarded.server.length).toBe(rowDescription('a').length + start.length + 100_000);
});

/** What an agent sends that no agent may. */
const MALFORMED: Readonly<Record<string, readonly [sqlstate: string, ...Buffer[]]>> = {
  'a type of message that there is not': ['08P01', message('y')],
  'a length of 0': ['08P01', head('Q', 0)],
  'a length of 3': ['08P01', head('Q', 3)],
  'a length of 2³¹ − 1': ['08P01', head('Q', 0x7fffffff)],
  'a length of 2³² − 1': ['08P01', head('Q', 0xffffffff)],
  'SQL without its end': ['08P01', message('Q', Buffer.from('select 1'))],
  'SQL with a NUL in it': ['08P01', query('select 1\0; drop table t')],
  'a Parse with a NUL in its SQL': ['08P01', message('P', 's', 'select 1', 'drop', int16(0))],
  'SQL that is not UTF-8': ['22021', message('Q', Buffer.from('73656c65637420ff00', 'hex'))],
  'a Parse that is not UTF-8': ['22021', message('P', 's', Buffer.from('c32800', 'hex'), int16(0))],
  'a name that is not UTF-8': [
    '22021',
    message('B', Buffer.from('8000', 'hex'), 's', int16(0), int16(0), int16(0)),
  ],
  'a Bind with more parameters than it holds': ['08P01', message('B', 'p', 's', int16(0), int16(9))],
  'a Bind whose parameter is longer than it': [
    '08P01',
    message('B', 'p', 's', int16(0), int16(1), 0x7fffffff, int16(0)),
  ],
  'a Describe of nothing': ['08P01', message('D', Buffer.from('X'), 's')],
  'an Execute with bytes behind it': ['08P01', message('E', 'p', 0, 0)],
  'a FunctionCall without a function': ['08P01', message('F', int16(1))],
  'COPY data outside of COPY': ['08P01', message('d', Buffer.from('1\n'))],
};

test.each(Object.entries(MALFORMED))(
  'an agent that sends %s is cut off, and none of it reaches the server',
  (_, [sqlstate, ...sent]) => {
    const { violation, events, forwarded } = walk([['agent', ...sent]]);
    expect([violation?.sqlstate, forwarded.agent.length, events]).toEqual([sqlstate, 0, []]);
  },
);

test('what is not COPY data is no answer to a server that awaits it', () => {
  for (const other of [query('select 1'), parse('', 'x'), execute(''), message('C', Buffer.from('S'), '')]) {
    const { violation } = walk([
      ['agent', query('copy t from stdin')],
      ['server', message('G', Buffer.from([0]), int16(0))],
      ['agent', other],
    ]);
    expect(violation?.sqlstate).toBe('08P01');
  }
});

const names = fc.constantFrom('', 'a', 'b');
const texts = fc.constantFrom(
  'select 1',
  'begin',
  'prepare a as select 1',
  'close all',
  'discard all',
  'copy t from stdin',
);
const asked: fc.Arbitrary<Buffer> = fc.oneof(
  texts.map(query),
  fc.tuple(names, texts).map(([name, text]) => parse(name, text)),
  fc.tuple(names, names).map(([portal, name]) => bind(portal, name)),
  names.map((name) => execute(name)),
  fc.tuple(fc.constantFrom('S', 'P'), names).map(([target, name]) => describe(target, name)),
  fc.tuple(fc.constantFrom('S', 'P'), names).map(([target, name]) => message('C', Buffer.from(target), name)),
  fc.constantFrom(sync, message('H'), message('c'), message('f', 'no'), message('d', Buffer.from('x'))),
  fc.constant(message('F', 1, int16(0), int16(0), int16(0))),
  fc
    .tuple(fc.constantFrom(...'QPBEDCSHFdcfXy'.split('')), fc.uint8Array({ maxLength: 20 }))
    .map(([type, body]) => message(type, Buffer.from(body))),
);
const answered: fc.Arbitrary<Buffer> = fc.oneof(
  fc.constantFrom('1', '2', '3', 'n', 's', 'I', 'c').map((type) => message(type)),
  fc.constantFrom('I', 'T', 'E').map(ready),
  fc
    .constantFrom('SELECT 1', 'BEGIN', 'ROLLBACK', 'PREPARE', 'CLOSE CURSOR ALL', 'DISCARD ALL', 'COPY 1')
    .map(complete),
  fc.constantFrom(
    rowDescription('a'),
    message('t', int16(0)),
    dataRow('1'),
    dataRow('1', '2'),
    dataRow('x'.repeat(70_000)),
  ),
  fc.constantFrom(error('42601', 'x'), message('E', Buffer.from('SFATAL\0C57P01\0\0')), message('E')),
  fc.constantFrom('G', 'H', 'W').map((type) => message(type, Buffer.from([0]), int16(0))),
  fc.constantFrom(
    message('d', Buffer.from('1\n')),
    message('V', -1),
    message('N'),
    message('A'),
    message('S', 'a', 'b'),
  ),
  fc
    .tuple(fc.constantFrom(...'TDCEIZsGHdcVNAStnR123'.split('')), fc.uint8Array({ maxLength: 40 }))
    .map(([type, body]) => message(type, Buffer.from(body))),
);
const some = (messages: fc.Arbitrary<Buffer>) =>
  fc.array(messages, { minLength: 1, maxLength: 6 }).map((sent) => Buffer.concat(sent));
const turn = fc.oneof(
  fc.tuple(fc.constant('agent' as const), some(asked)),
  fc.tuple(fc.constant('server' as const), some(answered)),
);
const scripts: fc.Arbitrary<Script> = fc.array(turn, { minLength: 1, maxLength: 12 });

test('whatever either side sends ends in a violation or goes on; what is passed on is what was sent', () => {
  fc.assert(
    fc.property(
      scripts,
      fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 5 }),
      (script, sizes) => {
        const { forwarded, events } = walk(script, (bytes) => cutBy(bytes, sizes));
        const sent = (side: 'agent' | 'server') =>
          Buffer.concat(script.filter(([who]) => who === side).flatMap(([, ...bytes]) => bytes));
        // A call that is refused goes on as one that fails, and its error comes back in other words.
        const replaced = events.some(({ kind }) => kind === 'replaced');
        const refused = events.some(({ kind }) => kind === 'gatewayStatement');
        const passed = (side: 'agent' | 'server') => sent(side).subarray(0, forwarded[side].length);
        if (!refused) expect(forwarded.agent).toEqual(passed('agent'));
        if (!replaced) expect(forwarded.server).toEqual(passed('server'));
      },
    ),
    { numRuns: 5000 },
  );
});
