import { describe as suite, expect, test } from 'vitest';
import type { EventKind } from '../../shared/recording/event.ts';
import { walk, type Walked } from './fidelity/walked.ts';
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

const PAYLOADS: ReadonlySet<string> = new Set(['text', 'parameters', 'answer', 'data', 'message']);

/** The events of a kind, with only the named fields; payloads are bytes. */
function fieldsOf(events: Walked['events'], wanted: EventKind, ...names: string[]) {
  return events
    .filter(({ kind }) => kind === wanted)
    .map(({ fields }) =>
      names.map((name) => {
        const value = fields[name];
        return typeof value === 'string' && PAYLOADS.has(name) ? Buffer.from(value, 'latin1') : value;
      }),
    );
}

suite('a simple query', () => {
  test('is two events: its text, and its answer with rows, tag and transaction status', () => {
    const answer = Buffer.concat([rowDescription('n'), dataRow('1')]);
    const { events } = walk([
      ['agent', message('Q', 'select 1')],
      ['server', answer, complete('SELECT 1'), ready('I')],
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['statement', 'outcome']);
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
    const { events, exchange } = walk([
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
    const { events } = walk([
      ['agent', message('Q', 'select * from t')],
      ['server', rowDescription('a'), dataRow('1'), dataRow('2')],
      ['server', dataRow('3')],
      ['server', complete('SELECT 3')],
      ['server', ready('I')],
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['statement', 'rows', 'rows', 'outcome', 'ready']);
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
    const { events, exchange } = walk([
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
    const { events } = walk([
      ['agent', parse('s1', 'select $1'), describe('S', 's1'), sync],
      ['server', message('1'), message('t', int16(1), 25), columns, ready('I')],
      ['agent', bind('', 's1', '7'), execute(''), sync],
      ['server', message('2'), dataRow('7'), complete('SELECT 1'), ready('I')],
    ]);
    expect(events.map(({ kind }) => kind)).toEqual([
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
    const { events } = walk([
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
    const { events, exchange } = walk([
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
    const { events } = walk([
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
    const { events, exchange } = walk([
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
    const { exchange } = walk([
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
    const { events } = walk([
      ['agent', message('Q', 'copy t to stdout')],
      ['server', start, ...data, message('c'), complete('COPY 2'), ready('I')],
    ]);
    expect(fieldsOf(events, 'copyOut', 'statement', 'rows', 'data')).toEqual([
      [1, 2, Buffer.concat([start, ...data])],
    ]);
    expect(fieldsOf(events, 'outcome', 'tag', 'rows', 'answer')).toEqual([['COPY 2', 2, null]]);
  });
});
