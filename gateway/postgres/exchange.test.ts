import fc from 'fast-check';
import { describe as suite, expect, test } from 'vitest';
import type { EventInput, EventKind } from '../../shared/recording/event.ts';
import type { SessionRecorder } from '../recorder/recorder.ts';
import { Answers } from './answers.ts';
import { Exchange } from './exchange.ts';
import { Intents } from './intents.ts';
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
import { Framing, ProtocolViolation } from './wire/framing.ts';

type Side = 'agent' | 'server';
/** What each side sends, one read each. */
type Script = readonly (readonly [Side, ...Buffer[]])[];
type Recorded = readonly [EventKind, Record<string, unknown>];

/** Runs a script through both directions; payloads become Latin-1 text, so that whole events compare. */
function run(script: Script, cut: (bytes: Buffer) => Buffer[] = (bytes) => [bytes]) {
  const events: Recorded[] = [];
  const recorder: SessionRecorder = {
    id: new Uint8Array(16),
    record<K extends EventKind>(kind: K, fields: EventInput<K>) {
      const plain = Object.entries(fields).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? Buffer.from(value) : value,
      ]);
      events.push([kind, Object.fromEntries(plain) as Record<string, unknown>]);
      return events.length - 1;
    },
  };
  const exchange = new Exchange();
  const sides = {
    agent: {
      walker: new Intents(recorder, exchange, { maxMessage: 64 << 20, refusesCalls: true }),
      framing: new Framing(),
    },
    server: {
      walker: new Answers(recorder, exchange, { maxMessage: 1 << 30, onParameter: () => {} }),
      framing: new Framing(),
    },
  };
  const forwarded = { agent: [] as Buffer[], server: [] as Buffer[] };
  for (const [side, ...reads] of script) {
    for (const chunk of cut(Buffer.concat(reads))) {
      sides[side].framing.feed(chunk, (buffer) => {
        const used = sides[side].walker.walk(buffer);
        forwarded[side].push(Buffer.from(buffer.subarray(0, used)));
        return used;
      });
    }
  }
  return {
    events,
    exchange,
    forwarded: { agent: Buffer.concat(forwarded.agent), server: Buffer.concat(forwarded.server) },
  };
}

/** The events of a kind, with only the named fields. */
function fieldsOf(events: readonly Recorded[], kind: EventKind, ...names: string[]) {
  return events.filter(([found]) => found === kind).map(([, fields]) => names.map((name) => fields[name]));
}

suite('a simple query', () => {
  test('is two events: its text, and its answer with rows, tag and transaction status', () => {
    const answer = Buffer.concat([rowDescription('n'), dataRow('1')]);
    const { events } = run([
      ['agent', message('Q', 'select 1')],
      ['server', answer, complete('SELECT 1'), ready('I')],
    ]);
    expect(events.map(([kind]) => kind)).toEqual(['statement', 'outcome']);
    expect(fieldsOf(events, 'statement', 'statement', 'protocol', 'text')).toEqual([
      [1, 'simple', Buffer.from('select 1')],
    ]);
    expect(
      fieldsOf(
        events,
        'outcome',
        'statement',
        'ordinal',
        'status',
        'tag',
        'rows',
        'transaction',
        'describedAt',
        'answer',
      ),
    ).toEqual([[1, 0, 'completed', 'SELECT 1', 1, 'I', null, answer]]);
  });

  test('of several statements has an outcome for each, its rows with it', () => {
    const first = Buffer.concat([rowDescription('a'), dataRow('1')]);
    const failure = error('22012', 'division by zero');
    const { events, exchange } = run([
      ['agent', message('Q', 'select 1; delete from t; select 1/0; select 2')],
      ['server', first, complete('SELECT 1'), complete('DELETE 3'), failure, ready('I')],
    ]);
    expect(
      fieldsOf(events, 'outcome', 'ordinal', 'status', 'tag', 'rows', 'sqlstate', 'transaction', 'answer'),
    ).toEqual([
      [0, 'completed', 'SELECT 1', 1, null, null, first],
      [1, 'completed', 'DELETE 3', 3, null, null, null],
      [2, 'failed', '', 0, '22012', 'I', failure],
    ]);
    expect(exchange.expected).toEqual([]);
  });

  test('whose rows come in many reads has them in events that point to their columns', () => {
    const { events } = run([
      ['agent', message('Q', 'select * from t')],
      ['server', rowDescription('a'), dataRow('1'), dataRow('2')],
      ['server', dataRow('3')],
      ['server', complete('SELECT 3')],
      ['server', ready('T')],
    ]);
    expect(events.map(([kind]) => kind)).toEqual(['statement', 'rows', 'rows', 'outcome', 'ready']);
    expect(fieldsOf(events, 'rows', 'rows', 'describedAt')).toEqual([
      [2, null],
      [1, 1],
    ]);
    expect(fieldsOf(events, 'outcome', 'rows', 'describedAt', 'transaction', 'answer')).toEqual([
      [3, 1, null, null],
    ]);
  });
});

suite('the extended protocol', () => {
  const bound = [message('1'), message('2')];

  test('Parse, Bind, Describe, Execute and Sync in one write are two events', () => {
    const answer = Buffer.concat([rowDescription('n'), dataRow('7')]);
    const { events, exchange } = run([
      ['agent', parse('', 'select $1'), bind('', '', '7'), describe('P', ''), execute(''), sync],
      ['server', ...bound, answer, complete('SELECT 1'), ready('I')],
    ]);
    expect(fieldsOf(events, 'statement', 'name', 'portal', 'text', 'parsedAt', 'parameters', 'sync')).toEqual(
      [
        [
          '',
          '',
          Buffer.from('select $1'),
          null,
          Buffer.concat([int16(1), Buffer.from([0, 0, 0, 1]), Buffer.from('7')]),
          true,
        ],
      ],
    );
    expect(fieldsOf(events, 'outcome', 'status', 'rows', 'answer')).toEqual([['completed', 1, answer]]);
    expect(events).toHaveLength(2);
    expect(exchange.expected).toEqual([]);
  });

  test('a prepared statement points to its text and to its columns', () => {
    const columns = rowDescription('n');
    const { events } = run([
      ['agent', parse('s1', 'select $1'), describe('S', 's1'), sync],
      ['server', message('1'), message('t', int16(1), 25), columns, ready('I')],
      ['agent', bind('', 's1', '7'), execute(''), sync],
      ['server', message('2'), dataRow('7'), complete('SELECT 1'), ready('I')],
    ]);
    expect(events.map(([kind]) => kind)).toEqual([
      'parse',
      'sync',
      'description',
      'ready',
      'statement',
      'outcome',
    ]);
    expect(fieldsOf(events, 'description', 'target', 'name', 'message')).toEqual([
      ['S', 's1', Buffer.concat([message('t', int16(1), 25), columns])],
    ]);
    expect(fieldsOf(events, 'statement', 'text', 'parsedAt')).toEqual([[null, 0]]);
    expect(fieldsOf(events, 'outcome', 'describedAt', 'answer')).toEqual([[2, dataRow('7')]]);
  });

  test('a portal executed in parts is suspended, and later rows still know their columns', () => {
    const { events } = run([
      ['agent', parse('', 'select * from t'), bind('', ''), describe('P', ''), execute('', 1), message('H')],
      ['server', ...bound, rowDescription('a'), dataRow('1'), message('s')],
      ['agent', execute('', 1), sync],
      ['server', dataRow('2'), complete('SELECT 1'), ready('I')],
    ]);
    expect(fieldsOf(events, 'statement', 'boundAt', 'parsedAt')).toEqual([
      [null, null],
      [0, 0],
    ]);
    expect(fieldsOf(events, 'outcome', 'statement', 'status', 'describedAt')).toEqual([
      [1, 'suspended', null],
      [2, 'completed', 1],
    ]);
  });

  test('after an error what comes before Sync is skipped, what the server has and what is still to come', () => {
    const failure = error('42P01', 'no such table');
    const { events, exchange } = run([
      ['agent', parse('', 'select * from nope'), bind('', ''), execute('')],
      ['agent', parse('', 'delete from t'), bind('', ''), execute('')],
      ['server', failure],
      ['agent', parse('', 'update t set a = 1'), bind('', ''), execute(''), sync],
      ['server', ready('I')],
    ]);
    expect(fieldsOf(events, 'outcome', 'statement', 'status', 'sqlstate')).toEqual([
      [1, 'failed', '42P01'],
      [2, 'skipped', null],
      [3, 'skipped', null],
    ]);
    expect(exchange.expected).toEqual([]);
    expect(exchange.discarding).toBe(false);
  });

  test('an error of a Parse alone belongs to no statement', () => {
    const { events } = run([
      ['agent', parse('s', 'selec'), sync],
      ['server', error('42601', 'syntax error'), ready('I')],
    ]);
    expect(fieldsOf(events, 'outcome', 'statement', 'status', 'sqlstate', 'transaction')).toEqual([
      [0, 'failed', '42601', 'I'],
    ]);
  });
});

suite('COPY', () => {
  const begin = message('G', Buffer.from([0]), int16(0));

  test('FROM STDIN records the data as sent and the rows the tag counts', () => {
    const data = Buffer.concat([message('d', Buffer.from('1\n')), message('d', Buffer.from('2\n'))]);
    const { events, exchange } = run([
      ['agent', message('Q', 'copy t from stdin')],
      ['server', begin],
      ['agent', data, message('c')],
      ['server', complete('COPY 2'), ready('I')],
    ]);
    expect(fieldsOf(events, 'copyIn', 'statement', 'bytes', 'data')).toEqual([[1, data.length, data]]);
    expect(fieldsOf(events, 'copyInEnd', 'statement', 'failed')).toEqual([[1, false]]);
    expect(fieldsOf(events, 'outcome', 'tag', 'rows')).toEqual([['COPY 2', 2]]);
    expect(exchange.expected).toEqual([]);
  });

  test('in the extended protocol a Sync before the end of the data is not answered', () => {
    const { exchange } = run([
      ['agent', parse('', 'copy t from stdin'), bind('', ''), execute(''), sync],
      ['server', message('1'), message('2'), begin],
      ['agent', message('d', Buffer.from('1\n')), message('c'), sync],
      ['server', complete('COPY 1'), ready('I')],
    ]);
    expect(exchange.expected).toEqual([]);
  });

  test('TO STDOUT records the data as relayed', () => {
    const data = [message('d', Buffer.from('1\n')), message('d', Buffer.from('2\n'))];
    const start = message('H', Buffer.from([0]), int16(1), int16(0));
    const { events } = run([
      ['agent', message('Q', 'copy t to stdout')],
      ['server', start, ...data, message('c'), complete('COPY 2'), ready('I')],
    ]);
    expect(fieldsOf(events, 'copyOut', 'statement', 'rows', 'data')).toEqual([
      [1, 2, Buffer.concat([start, ...data])],
    ]);
    expect(fieldsOf(events, 'outcome', 'tag', 'rows', 'answer')).toEqual([['COPY 2', 2, null]]);
  });
});

suite('the wire', () => {
  const notice = message('N', Buffer.from('SNOTICE\0VNOTICE\0C00000\0Mhello\0\0'));
  const script: Script = [
    ['agent', message('Q', 'select 1; select 2')],
    [
      'server',
      rowDescription('a'),
      dataRow('1'),
      notice,
      dataRow('x'.repeat(300)),
      complete('SELECT 2'),
      rowDescription('b'),
    ],
    ['server', dataRow('2'), complete('SELECT 1'), ready('I')],
    ['agent', parse('s', 'select $1'), bind('p', 's', 'v'), describe('P', 'p'), execute('p'), sync],
    [
      'server',
      message('1'),
      message('2'),
      rowDescription('c'),
      dataRow(null),
      complete('SELECT 1'),
      ready('T'),
    ],
    ['agent', message('Q', 'copy t from stdin'), message('d', Buffer.from('1\n')), message('c')],
    ['server', message('G', Buffer.from([0]), int16(0)), complete('COPY 1'), ready('T')],
  ];

  /** What the record says whatever the reads were: rows and COPY bytes joined, without where events were cut. */
  function essence(events: readonly Recorded[]) {
    const outcomes = fieldsOf(events, 'outcome', 'statement', 'ordinal', 'status', 'tag', 'rows');
    const answers = events
      .filter(([kind]) => kind === 'rows' || kind === 'outcome')
      .map(([, fields]) => fields['answer']);
    const asked = events
      .filter(([kind]) => kind === 'statement' || kind === 'parse')
      .map(([, fields]) => fields['text']);
    const copied = fieldsOf(events, 'copyIn', 'data').flat();
    const join = (parts: unknown[]) =>
      Buffer.concat(parts.filter((part) => part instanceof Uint8Array)).toString('latin1');
    return {
      outcomes,
      answers: join(answers),
      asked: join(asked),
      copied: join(copied),
      notices: fieldsOf(events, 'notice', 'severity'),
    };
  }

  test('cut at any byte gives the same record and the same bytes', () => {
    const whole = run(script);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const pieces = run(script, (bytes) => cutBy(bytes, sizes));
        expect(essence(pieces.events)).toEqual(essence(whole.events));
        expect(pieces.forwarded).toEqual(whole.forwarded);
      }),
      { numRuns: 200 },
    );
    const bytewise = run(script, (bytes) => cutBy(bytes, [1]));
    expect(essence(bytewise.events)).toEqual(essence(whole.events));
    expect(bytewise.forwarded).toEqual(whole.forwarded);
  });

  test('a row larger than a chunk streams through in parts that say they go on', () => {
    const row = dataRow('y'.repeat(200_000));
    const { events, forwarded } = run(
      [
        ['agent', message('Q', 'select big')],
        ['server', rowDescription('a'), row, complete('SELECT 1'), ready('I')],
      ],
      (bytes) => cutBy(bytes, [65_536]),
    );
    const parts = fieldsOf(events, 'rows', 'continued', 'answer');
    expect(parts.map(([continued]) => continued)).toEqual([true, true, true, false]);
    expect(
      Buffer.concat(parts.map(([, answer]) => answer as Buffer)).subarray(rowDescription('a').length),
    ).toEqual(row);
    expect(forwarded.server.includes(row)).toBe(true);
    expect(fieldsOf(events, 'outcome', 'rows')).toEqual([[1]]);
  });

  test('a COPY value larger than a chunk streams through in parts', () => {
    const data = message('d', Buffer.alloc(150_000, 'z'));
    const { events } = run(
      [
        ['agent', message('Q', 'copy t from stdin')],
        ['agent', data],
      ],
      (bytes) => cutBy(bytes, [65_536]),
    );
    const parts = fieldsOf(events, 'copyIn', 'continued', 'data');
    expect(parts.map(([continued]) => continued)).toEqual([true, true, false]);
    expect(Buffer.concat(parts.map(([, bytes]) => bytes as Buffer))).toEqual(data);
  });

  test.each([0, 3, 0x7fffffff, 0xffffffff])(
    'a length of %i from the agent is a violation before anything is recorded',
    (length) => {
      const head = Buffer.from([0x51, 0, 0, 0, 0]);
      head.writeUInt32BE(length, 1);
      expect(() => run([['agent', head]])).toThrow(ProtocolViolation);
    },
  );

  test('an unknown message, a string without its end and trailing bytes are violations', () => {
    for (const bad of [
      message('y'),
      message('Q', Buffer.from('select 1')),
      message('Q', 'a', 'b'),
      message('B', 'p', 's', int16(9)),
    ]) {
      expect(() => run([['agent', bad]])).toThrow(ProtocolViolation);
    }
  });

  test('no bytes of a server crash it: they are recorded or a violation', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.constantFrom(...'TDCEIZsGHdcVNASt123nR'.split('')), fc.uint8Array({ maxLength: 40 })),
          {
            maxLength: 12,
          },
        ),
        (sent) => {
          const messages = sent.map(([type, body]) => message(type, Buffer.from(body)));
          try {
            run([
              ['agent', message('Q', 'select 1')],
              ['server', ...messages],
            ]);
          } catch (problem) {
            expect(problem).toBeInstanceOf(ProtocolViolation);
          }
        },
      ),
    );
  });
});

function cutBy(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
