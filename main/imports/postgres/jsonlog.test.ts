import { expect, test } from 'vitest';
import { importBytes, storyOf } from '../testing/imported.ts';

const ENTRY = {
  timestamp: '2026-11-22 09:00:00.500 UTC',
  user: 'agent',
  dbname: 'shop',
  pid: 42,
  remote_host: '10.0.0.1',
  remote_port: 5001,
  session_id: '6a.2a',
  line_num: 1,
  ps: 'SELECT',
  session_start: '2026-11-22 08:59:59 UTC',
  error_severity: 'LOG',
  state_code: '00000',
  message: 'duration: 1.5 ms  execute <unnamed>: select $1',
  detail: "Parameters: $1 = 'ż'",
  application_name: 'ci',
  backend_type: 'client backend',
  query_id: -7,
};

const STORY = [
  '1.0 08:59:59.000000 opened shop|agent|ci|10.0.0.1|5001',
  '1.1 08:59:59.000000 imported',
  '1.2 09:00:00.498500 line 1',
  '1.3 09:00:00.498500 statement 1 «»: select $1 [ż]',
  '1.4 09:00:00.500000 outcome 1.0 completed SELECT 1500 µs',
  '1.5 09:00:00.500000 closed unknown the file does not tell how this session ended',
];

test('an object a line is an entry', () => {
  const imported = importBytes(`${JSON.stringify(ENTRY)}\n\nno JSON\n`);
  expect(storyOf(imported)).toEqual([
    ...STORY.slice(0, 5),
    'log 09:00:00.500000 line 3 (no JSON object)',
    STORY[5],
  ]);
  expect([imported.format, imported.tally.lines, imported.tally.blank]).toEqual(['jsonlog', 3, 1]);
});

test('the log of CloudNativePG holds the same in its record, and lines of pgaudit in pieces', () => {
  const record = {
    log_time: ENTRY.timestamp,
    user_name: 'agent',
    database_name: 'shop',
    process_id: '42',
    connection_from: '10.0.0.1:5001',
    session_id: '6a.2a',
    command_tag: 'SELECT',
    session_start_time: ENTRY.session_start,
    error_severity: 'LOG',
    sql_state_code: '00000',
    message: ENTRY.message,
    detail: ENTRY.detail,
    application_name: 'ci',
  };
  const audit = {
    audit_type: 'SESSION',
    statement_id: '1',
    substatement_id: '1',
    class: 'READ',
    command: 'SELECT',
    statement: 'select 1, 2',
    parameter: '<none>',
    rows: '1',
  };
  const lines = [
    { level: 'info', logger: 'postgres', msg: 'record', record },
    { level: 'info', logger: 'pgaudit', msg: 'record', record: { ...record, message: '', audit } },
  ];
  expect(storyOf(importBytes(lines.map((line) => JSON.stringify(line)).join('\n')))).toEqual([
    ...STORY.slice(0, 5),
    '1.5 09:00:00.500000 line 2',
    '1.6 09:00:00.500000 statement 2: select 1, 2',
    '1.7 09:00:00.500000 outcome 2.0 completed SELECT 1 rows',
    '1.8 09:00:00.500000 closed unknown the file does not tell how this session ended',
  ]);
});
