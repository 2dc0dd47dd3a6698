import { expect, test } from 'vitest';
import { importBytes, storyOf } from '../testing/imported.ts';

/** A row of version 14 on; `ms` after 09:00:00. */
function row(
  ms: number,
  line: number,
  severity: string,
  message: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const quoted = (text = '') => (text === '' ? '' : `"${text.replaceAll('"', '""')}"`);
  const time = (at: number) => `2026-11-22 09:00:${(at / 1000).toFixed(3).padStart(6, '0')} UTC`;
  return [
    time(ms),
    quoted(more['user'] ?? 'agent'),
    quoted(more['database'] ?? 'shop'),
    more['pid'] ?? '42',
    quoted(more['from'] ?? '10.0.0.1:5001'),
    more['session'] ?? '6a.2a',
    String(line),
    quoted(more['tag']),
    '2026-11-22 08:59:59 UTC',
    '3/7',
    '0',
    severity,
    more['sqlstate'] ?? '00000',
    quoted(message),
    quoted(more['detail']),
    quoted(more['hint']),
    '',
    '',
    quoted(more['context']),
    quoted(more['query']),
    '',
    '',
    quoted('ci'),
    quoted(more['backend'] ?? 'client backend'),
    '',
    '0',
  ].join(',');
}

const story = (...rows: readonly string[]) => storyOf(importBytes(`${rows.join('\n')}\n`));
const OPENED = ['1.0 08:59:59.000000 opened shop|agent|ci|10.0.0.1|5001', '1.1 08:59:59.000000 imported'];
const UNKNOWN = 'closed unknown the file does not tell how this session ended';

test('a statement with its duration began that much earlier', () => {
  expect(
    story(
      row(500, 1, 'LOG', 'duration: 26.120 ms  statement: select "a"\nfrom t', { tag: 'SELECT' }),
      row(900, 2, 'LOG', 'disconnection: session time: 0:00:00.9 user=agent database=shop host=10.0.0.1'),
    ),
  ).toEqual([
    ...OPENED,
    '1.2 09:00:00.473880 line 1',
    '1.3 09:00:00.473880 statement 1: select "a"\nfrom t',
    '1.4 09:00:00.500000 outcome 1.0 completed SELECT 26120 µs',
    '1.5 09:00:00.900000 line 3',
    '1.6 09:00:00.900000 closed completed',
  ]);
});

test('parameters become those of the statement, and a Parse or Bind of its own no statement', () => {
  expect(
    story(
      row(100, 1, 'LOG', 'duration: 1 ms  parse S_1: select $1, $2'),
      row(200, 2, 'LOG', 'duration: 1 ms  bind S_1: select $1, $2', {
        detail: "parameters: $1 = 'a''b', $2 = NULL",
      }),
      row(300, 3, 'LOG', 'execute S_1/C_2: select $1, $2', { detail: "Parameters: $1 = 'a''b', $2 = NULL" }),
      row(350, 4, 'LOG', 'duration: 50.5 ms', { tag: 'SELECT' }),
    ),
  ).toEqual([
    ...OPENED,
    '1.2 09:00:00.100000 line 1',
    '1.3 09:00:00.200000 line 2',
    '1.4 09:00:00.300000 line 3',
    "1.5 09:00:00.300000 statement 1 «S_1»: select $1, $2 [a'b, NULL]",
    '1.6 09:00:00.350000 line 4',
    '1.7 09:00:00.350000 outcome 1.0 completed SELECT 50500 µs',
    `1.8 09:00:00.350000 ${UNKNOWN}`,
  ]);
});

test('an error ends the statement that was logged before it, or brings its own', () => {
  const failed = { sqlstate: '42P01', hint: 'Look again.', query: 'select * from nothing' };
  expect(
    story(
      row(100, 1, 'LOG', 'statement: select * from nothing'),
      row(101, 2, 'ERROR', 'relation "nothing" does not exist', failed),
      row(200, 3, 'ERROR', 'canceled', { sqlstate: '57014', query: 'select 2' }),
    ),
  ).toEqual([
    ...OPENED,
    '1.2 09:00:00.100000 line 1',
    '1.3 09:00:00.100000 statement 1: select * from nothing',
    '1.4 09:00:00.101000 line 2',
    '1.5 09:00:00.101000 outcome 1.0 failed 42P01 relation "nothing" does not exist / Look again.',
    '1.6 09:00:00.200000 line 3',
    '1.7 09:00:00.200000 statement 2: select 2',
    '1.8 09:00:00.200000 outcome 2.0 failed 57014 canceled',
    `1.9 09:00:00.200000 ${UNKNOWN}`,
  ]);
});

test('of a statement nothing tells the end of, it is unknown', () => {
  expect(
    story(row(100, 1, 'LOG', 'statement: begin; select 1'), row(200, 2, 'LOG', 'statement: commit')).slice(2),
  ).toEqual([
    '1.2 09:00:00.100000 line 1',
    '1.3 09:00:00.100000 statement 1: begin; select 1',
    '1.4 09:00:00.100000 outcome 1.0 unknown',
    '1.5 09:00:00.100000 outcome 1.1 unknown',
    '1.6 09:00:00.200000 line 2',
    '1.7 09:00:00.200000 statement 2: commit',
    '1.8 09:00:00.200000 outcome 2.0 unknown',
    `1.9 09:00:00.200000 ${UNKNOWN}`,
  ]);
});

test('lines of pgaudit about one statement are one statement, and what it runs within are others', () => {
  const audit = (ms: number, line: number, text: string) => row(ms, line, 'LOG', `AUDIT: ${text}`);
  expect(
    story(
      row(100, 1, 'LOG', 'statement: select f()'),
      audit(101, 2, 'SESSION,1,1,READ,SELECT,TABLE,public.a,select f(),<not logged>'),
      audit(102, 3, 'OBJECT,1,1,READ,SELECT,TABLE,public.b,<previously logged>,<previously logged>'),
      audit(103, 4, 'SESSION,1,2,WRITE,INSERT,TABLE,public.c,"insert into c values (1, ""x"")",<none>,1'),
      row(110, 5, 'LOG', 'duration: 10 ms', { tag: 'SELECT' }),
      audit(120, 6, 'SESSION,2,1,READ,SELECT,,,select $1,"7,""a,b""",3'),
    ).slice(2),
  ).toEqual([
    '1.2 09:00:00.100000 line 1',
    '1.3 09:00:00.100000 statement 1: select f()',
    '1.4 09:00:00.101000 line 2',
    '1.5 09:00:00.102000 line 3',
    '1.6 09:00:00.103000 line 4',
    '1.7 09:00:00.103000 statement 2: insert into c values (1, "x")',
    '1.8 09:00:00.103000 outcome 2.0 completed INSERT 1 rows',
    '1.9 09:00:00.110000 line 5',
    '1.10 09:00:00.110000 outcome 1.0 completed SELECT 10000 µs',
    '1.11 09:00:00.120000 line 6',
    '1.12 09:00:00.120000 statement 3 «»: select $1 [7, a,b]',
    '1.13 09:00:00.120000 outcome 3.0 completed SELECT 3 rows',
    `1.14 09:00:00.120000 ${UNKNOWN}`,
  ]);
});

test('a connection that was received, refused or lost ends so', () => {
  const nobody = { user: '', database: '' };
  expect(
    story(
      row(1, 1, 'LOG', 'connection received: host=10.0.0.1 port=5001', nobody),
      row(2, 2, 'FATAL', 'password authentication failed for user "agent"', { sqlstate: '28P01' }),
      row(3, 1, 'LOG', 'connection received: host=10.0.0.1 port=5002', {
        ...nobody,
        session: '6a.2b',
        pid: '43',
      }),
      row(4, 2, 'LOG', 'connection authorized: user=agent database=shop SSL enabled (protocol=TLSv1.3)', {
        session: '6a.2b',
        pid: '43',
      }),
      row(5, 3, 'LOG', 'unexpected EOF on client connection with an open transaction', {
        session: '6a.2b',
        pid: '43',
      }),
      row(6, 4, 'LOG', 'disconnection: session time: 0:00:00.003 user=agent database=shop', {
        session: '6a.2b',
        pid: '43',
      }),
      row(7, 1, 'LOG', 'connection received: host=10.0.0.1 port=5003', {
        ...nobody,
        session: '6a.2c',
        pid: '44',
      }),
    ),
  ).toEqual([
    ...OPENED,
    '1.2 09:00:00.001000 line 1',
    '1.3 09:00:00.002000 line 2',
    '1.4 09:00:00.002000 outcome 0.0 failed 28P01 password authentication failed for user "agent"',
    '1.5 09:00:00.002000 closed refused 28P01 password authentication failed for user "agent"',
    '2.0 08:59:59.000000 opened shop|agent|ci|10.0.0.1|5001|tls',
    '2.1 08:59:59.000000 imported',
    '2.2 09:00:00.003000 line 3',
    '2.3 09:00:00.004000 line 4',
    '2.4 09:00:00.005000 line 5',
    '2.5 09:00:00.005000 notice LOG unexpected EOF on client connection with an open transaction',
    '2.6 09:00:00.006000 line 6',
    '2.7 09:00:00.006000 closed disconnected',
    '3.0 09:00:00.007000 opened |||10.0.0.1|5001',
    '3.1 09:00:00.007000 imported',
    '3.2 09:00:00.007000 line 7',
    `3.3 09:00:00.007000 ${UNKNOWN}`,
  ]);
});

test('what the server’s own processes wrote, and what cannot be read, stays with the log', () => {
  const { tally, ...imported } = importBytes(
    [
      row(1, 1, 'LOG', 'checkpoint starting: time', { user: '', database: '', backend: 'checkpointer' }),
      '2026-11-22 09:00:00.002 UTC,"agent"',
      'x"',
      row(3, 1, 'WARNING', 'careful', { detail: 'very' }),
      '',
    ].join('\n'),
  );
  expect(storyOf(imported)).toEqual([
    'log 09:00:00.001000 line 1',
    'log 09:00:00.001000 line 2 (no row of csvlog: 2 columns)',
    'log 09:00:00.001000 line 3 (no row of csvlog: 1 columns)',
    ...OPENED,
    '1.2 09:00:00.003000 line 4',
    '1.3 09:00:00.003000 notice WARNING careful / very',
    `1.4 09:00:00.003000 ${UNKNOWN}`,
  ]);
  expect(tally).toMatchObject({
    lines: 4,
    blank: 0,
    entries: 4,
    apart: 1,
    statements: 0,
    malformed: 2,
    listed: [
      { line: 2, problem: 'no row of csvlog: 2 columns' },
      { line: 3, problem: 'no row of csvlog: 1 columns' },
    ],
  });
});

test('a process that serves another session has ended the one before', () => {
  const first = story(
    row(1, 1, 'LOG', 'statement: select 1'),
    row(2, 1, 'LOG', 'statement: select 2', { session: '6b.2a' }),
  );
  expect(first.slice(4, 9)).toEqual([
    '1.4 09:00:00.001000 outcome 1.0 unknown',
    `1.5 09:00:00.001000 ${UNKNOWN}`,
    '2.0 08:59:59.000000 opened shop|agent|ci|10.0.0.1|5001',
    '2.1 08:59:59.000000 imported',
    '2.2 09:00:00.002000 line 2',
  ]);
});

test('rows of 23 to 26 columns are read alike', () => {
  const whole = row(500, 1, 'LOG', 'duration: 1 ms  statement: select 1', { tag: 'SELECT' }).split(',');
  const stories = [23, 24, 25, 26].map((columns) => storyOf(importBytes(whole.slice(0, columns).join(','))));
  expect(new Set(stories.map((told) => told.join('\n'))).size).toBe(1);
});
