import { expect, test } from 'vitest';
import { importBytes, storyOf } from './testing/imported.ts';

const base64 = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64');

function message(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body, 'latin1')]);
}

const SESSION = {
  id: '1cbc8db5',
  user: 'john@example.com',
  type: 'database',
  connection: 'pgdemo',
  verb: 'connect',
  script: null,
  status: 'done',
  start_date: '2026-11-22T09:00:00.000Z',
  end_date: '2026-11-22T09:00:05.000Z',
};

test('what the agent sent to PostgreSQL becomes statements, and what it signed in with is left out', () => {
  const startup = message('', `\0\x03\0\0user\0hoop-secret-key\0\0`);
  const bind = message('B', 'p\0s\0\0\0\0\x02\0\0\0\x017\xff\xff\xff\xff\0\0');
  const stream = [
    [0.1, 'i', base64(startup)],
    [1, 'i', base64(message('Q', 'select 1\0'))],
    [2, 'i', base64(Buffer.concat([message('P', 's\0select $1, $2\0\0\0'), bind]))],
    [2.5, 'i', base64(message('E', 'p\0\0\0\0\0'))],
    [2.6, 'x'],
  ];
  const imported = importBytes(JSON.stringify({ ...SESSION, event_stream: stream }));
  expect(storyOf(imported)).toEqual([
    '1.0 09:00:00.000000 opened pgdemo|john@example.com|hoop connect||0',
    '1.1 09:00:00.000000 imported',
    '1.2 09:00:00.000000 line 1',
    '1.3 09:00:00.000000 line 1 (no item of event_stream)',
    '1.4 09:00:00.100000 line 1',
    '1.5 09:00:01.000000 line 1',
    '1.6 09:00:01.000000 statement 1: select 1',
    '1.7 09:00:02.000000 line 1',
    '1.8 09:00:02.500000 line 1',
    '1.9 09:00:02.500000 statement 2 «s»: select $1, $2 [7, NULL]',
    '1.10 09:00:05.000000 closed completed',
  ]);
  const whole = imported.events.flatMap(({ payloads }) =>
    Object.values(payloads).map((value) => Buffer.from(value ?? []).toString()),
  );
  expect(whole.filter((text) => text.includes('hoop-secret-key') || text.includes(base64(startup)))).toEqual(
    [],
  );
});

test('what is no database is a terminal, and what ran once is its script', () => {
  const exec = { ...SESSION, verb: 'exec', type: 'command-line', script: { data: 'ls -l' }, end_date: null };
  const page = {
    total: 1,
    data: [
      {
        ...exec,
        event_stream: [
          [0.5, 'o', base64('total 0\n')],
          [1, 'e', base64('oops')],
        ],
      },
    ],
  };
  expect(storyOf(importBytes(JSON.stringify(page, null, 2))).slice(3)).toEqual([
    '1.3 09:00:00.000000 statement 1: ls -l',
    '1.4 09:00:00.500000 line 1',
    '1.5 09:00:00.500000 terminalOutput "total 0\\n"',
    '1.6 09:00:01.000000 line 1',
    '1.7 09:00:01.000000 terminalOutput "oops"',
    '1.8 09:00:01.000000 closed unknown hoop had not closed the session',
  ]);
});
