import { expect, test } from 'vitest';
import { importBytes, storyOf } from '../testing/imported.ts';

const UNKNOWN = 'closed unknown the file does not tell how this session ended';

test('parts of a report, and their further lines, belong to it', () => {
  const log = [
    '2026-11-22 09:00:00.100 UTC [42] user=agent,db=shop LOG:  execute q: select $1,',
    '\t\t$2',
    "2026-11-22 09:00:00.100 UTC [42] user=agent,db=shop DETAIL:  Parameters: $1 = 'a",
    "\tb', $2 = '2'",
    '2026-11-22 09:00:00.200 UTC [42] user=agent,db=shop ERROR:  division by zero',
    '2026-11-22 09:00:00.200 UTC [42] user=agent,db=shop STATEMENT:  select $1,',
    '\t\t$2',
  ];
  const imported = importBytes(log.join('\n'), { prefix: '%m [%p] user=%u,db=%d ' });
  expect(storyOf(imported)).toEqual([
    '1.0 09:00:00.100000 opened shop|agent|||0',
    '1.1 09:00:00.100000 imported',
    '1.2 09:00:00.100000 line 1',
    '1.3 09:00:00.100000 statement 1 «q»: select $1,\n\t$2 [a\nb, 2]',
    '1.4 09:00:00.200000 line 5',
    '1.5 09:00:00.200000 outcome 1.0 failed division by zero',
    `1.6 09:00:00.200000 ${UNKNOWN}`,
  ]);
  expect([imported.lines, imported.tally.lines, imported.tally.malformed]).toEqual([7, 7, 0]);
  expect(imported.lacks).toEqual([
    'identity',
    'rows',
    'row count',
    'transaction status',
    'address',
    'application',
  ]);
});

test('a process that receives another connection serves another session', () => {
  const line = (ms: number, rest: string) => `2026-11-22 09:00:00.${ms} UTC [7] ${rest}`;
  const log = [
    line(
      100,
      'user=[unknown],db=[unknown],app=[unknown],client=[local] LOG:  connection received: host=[local]',
    ),
    line(
      101,
      'user=me,db=shop,app=[unknown],client=[local] LOG:  connection authorized: user=me database=shop application_name=psql',
    ),
    line(102, 'user=me,db=shop,app=psql,client=[local] LOG:  statement: select 1'),
    line(
      200,
      'user=[unknown],db=[unknown],app=[unknown],client=[local] LOG:  connection received: host=[local]',
    ),
    line(
      201,
      'user=me,db=shop,app=[unknown],client=[local] LOG:  connection authorized: user=me database=shop application_name=psql',
    ),
    line(
      202,
      'user=me,db=shop,app=psql,client=[local] LOG:  disconnection: session time: 0:00:00.002 user=me',
    ),
  ];
  expect(storyOf(importBytes(log.join('\n'))).filter((told) => /opened|closed|statement/.test(told))).toEqual(
    [
      '1.0 09:00:00.100000 opened shop|me|psql|[local]|0',
      '1.4 09:00:00.102000 line 3'.replace(
        '1.4 09:00:00.102000 line 3',
        '1.5 09:00:00.102000 statement 1: select 1',
      ),
      `1.7 09:00:00.102000 ${UNKNOWN}`,
      '2.0 09:00:00.200000 opened shop|me|psql|[local]|0',
      '2.5 09:00:00.202000 closed completed',
    ],
  );
});

test('lines without a prefix belong to nothing, but for those within quotes of pgaudit', () => {
  const log = [
    'psql (18.0)',
    'NOTICE:  AUDIT: SESSION,1,1,READ,SELECT,,,"SELECT *',
    '  FROM t",<not logged>',
    '(3 rows)',
    'WARNING:  AUDIT: OBJECT,1,1,READ,SELECT,TABLE,public.t,<previously logged>,<previously logged>',
  ];
  const imported = importBytes(log.join('\n'));
  expect(storyOf(imported).map((told) => told.replace(/ \S+/, ''))).toEqual([
    'log line 1 (no log entry: the line does not begin with the prefix)',
    '1.0 opened ||||0',
    '1.1 imported',
    '1.2 line 2',
    '1.3 statement 1: SELECT *\n  FROM t',
    'log line 4 (no log entry: the line does not begin with the prefix)',
    '1.4 line 5',
    '1.5 outcome 1.0 unknown',
    `1.6 ${UNKNOWN}`,
  ]);
  expect(imported.lacks.at(-1)).toBe('time');
});
