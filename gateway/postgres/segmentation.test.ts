import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from './fidelity/canonical.ts';
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

const notice = message('N', Buffer.from('SNOTICE\0VNOTICE\0C00000\0Mhello\0\0'));
const query = (sql: string) => message('Q', sql);
const ok = (type: '1' | '2' | '3') => message(type);
const copyBegin = (type: 'G' | 'H') => message(type, Buffer.from([0]), int16(0));
const data = (text: string) => message('d', Buffer.from(text));

/** What agent and server say, each line at once; all a session can hold of the protocol. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  'queries of several statements, notices between them': [
    ['agent', query('select 1; select 2')],
    ['server', rowDescription('a'), dataRow('1'), notice, dataRow('x'.repeat(300)), complete('SELECT 2')],
    ['server', rowDescription('b'), dataRow('2'), complete('SELECT 1'), ready('I')],
    ['agent', query('insert into t values (1); select 1/0')],
    ['server', complete('INSERT 0 1'), rowDescription('c'), error('22012', 'division by zero'), ready('I')],
    ['agent', query('')],
    ['server', message('I'), ready('I')],
  ],
  'statements prepared, described, run in parts, closed': [
    ['agent', parse('s', 'select $1'), describe('S', 's'), sync],
    ['server', ok('1'), message('t', int16(1), 25), rowDescription('c'), ready('I')],
    ['agent', query('begin'), bind('p', 's', 'v'), describe('P', 'p'), execute('p', 1), message('H')],
    ['server', complete('BEGIN'), ready('T')],
    ['server', ok('2'), rowDescription('c'), dataRow(null), message('s')],
    ['agent', execute('p'), message('C', Buffer.from('P'), 'p'), sync],
    ['server', dataRow('2'), complete('SELECT 1'), ok('3'), ready('T')],
    ['agent', parse('', 'commit'), describe('S', ''), bind('', ''), execute(''), sync],
    ['server', ok('1'), message('t', int16(0)), message('n'), ok('2'), complete('COMMIT'), ready('I')],
  ],
  'pipelines that fail, of Parse, of Bind, of Execute, of Sync': [
    ['agent', parse('', 'selec'), bind('', ''), describe('P', ''), execute(''), ...inserts(2), sync],
    ['server', error('42601', 'syntax'), ready('I')],
    ['agent', ...inserts(1), parse('b', 'select $1'), bind('', 'b', 'x'), execute(''), ...inserts(1), sync],
    ['server', ok('1'), ok('2'), complete('INSERT 0 1'), ok('1'), error('22P02', 'x'), ready('I')],
    ['agent', ...inserts(3), sync, ...inserts(1), sync],
    ['server', ok('1'), ok('2'), complete('INSERT 0 1'), ok('1'), ok('2'), error('23505', 'twice')],
    ['server', ready('I'), ok('1'), ok('2'), complete('INSERT 0 1'), error('23503', 'deferred'), ready('I')],
  ],
  'names given by both sides, given again, and waited for': [
    ['agent', query('prepare a as select 1'), bind('', 'a'), execute(''), sync],
    ['server', complete('PREPARE'), ready('I')],
    ['server', ok('2'), dataRow('1'), complete('SELECT 1'), ready('I')],
    ['agent', parse('a', 'select 2'), sync, bind('', 'a'), execute(''), sync, query('execute a')],
    ['server', error('42P05', 'exists'), ready('I')],
    ['server', ok('2'), dataRow('1'), complete('SELECT 1'), ready('I')],
    ['server', rowDescription('x'), dataRow('1'), complete('SELECT 1'), ready('I')],
  ],
  'COPY both ways, failed by either side, sent ahead': [
    ['agent', query('copy t from stdin'), data('1\n'), data('2\n'), message('c')],
    ['server', copyBegin('G'), complete('COPY 2'), ready('I')],
    ['agent', parse('', 'copy t from stdin'), bind('', ''), execute(''), sync],
    ['server', ok('1'), ok('2'), copyBegin('G')],
    ['agent', data('x\n'), data('y\n')],
    ['server', error('22P02', 'not a number')],
    ['agent', data('z\n'), message('f', 'changed my mind'), sync],
    ['server', ready('I')],
    ['agent', query('copy t to stdout')],
    [
      'server',
      copyBegin('H'),
      data('1\n'),
      data('2'.repeat(500)),
      message('c'),
      complete('COPY 2'),
      ready('I'),
    ],
  ],
  'function calls, refused': [
    ['agent', message('F', 715, int16(0), int16(0), int16(0)), query('select 1')],
    ['server', error('42883', 'function with OID 0 does not exist'), ready('I')],
    ['server', rowDescription('a'), dataRow('1'), complete('SELECT 1'), ready('I')],
  ],
  'parameters and notifications': [
    ['agent', query("set application_name = 'x'; notify a")],
    ['server', complete('SET'), message('S', 'application_name', 'x'), complete('NOTIFY')],
    ['server', message('A', 7, 'a', ''), ready('I')],
  ],
};

function inserts(count: number): Buffer[] {
  return Array.from({ length: count }, () => [
    parse('', 'insert into t values (1)'),
    bind('', ''),
    execute(''),
  ]).flat();
}

const ALL = Object.values(SCRIPTS).flat();

test.each(Object.entries(SCRIPTS))(
  'cut into single bytes or in one piece, the record is one: %s',
  (_, script) => {
    const whole = walk(script);
    const sliced = walk(script, (bytes) => cutBy(bytes, [1]));
    expect([whole.violation, sliced.violation, whole.exchange.expected]).toEqual([null, null, []]);
    expect(canonical(sliced.events)).toEqual(canonical(whole.events));
    expect(sliced.forwarded).toEqual(whole.forwarded);
  },
);

test('cut anywhere and merged anyhow, the record is one, and so are the bytes', () => {
  const whole = walk(ALL);
  const record = canonical(whole.events);
  expect(whole.violation).toBeNull();
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }), (sizes) => {
      const pieces = walk(ALL, (bytes) => cutBy(bytes, sizes));
      expect(canonical(pieces.events)).toEqual(record);
      expect(pieces.forwarded).toEqual(whole.forwarded);
    }),
    { numRuns: 300 },
  );
});

test('rows and COPY data larger than a chunk are recorded in parts that make the same whole', () => {
  const script: Script = [
    ['agent', query('select big; copy t from stdin')],
    ['server', rowDescription('a'), dataRow('y'.repeat(200_000)), dataRow('z'), complete('SELECT 2')],
    ['server', copyBegin('G')],
    ['agent', data('z'.repeat(150_000)), data('short'), message('c')],
    ['server', complete('COPY 2'), ready('I')],
  ];
  const whole = canonical(walk(script).events);
  for (const size of [1000, 65_536, 70_000])
    expect(canonical(walk(script, (bytes) => cutBy(bytes, [size])).events)).toEqual(whole);
});
