import { expect, test } from 'vitest';
import {
  errorResponse,
  message,
  redacted,
  SessionRecording,
  SIMPLE,
  uint32,
  utf8,
  values,
} from './fixtures/recording.ts';
import { newTimelineState, stepOf } from './timeline.ts';

function labels(recording: SessionRecording): string[] {
  const state = newTimelineState();
  return recording.events.flatMap((stored) => stepOf(stored, state)?.label ?? []);
}

test('a statement and its outcome are two steps, framing is none', () => {
  const recording = new SessionRecording().opened().simple(1, 'DELETE FROM orders;\n');
  recording.add('sync', {});
  recording.outcome(1, { tag: 'DELETE 57', rows: 57 });
  recording.add('ready', { transaction: 'I' });
  const state = newTimelineState();
  const time = recording.events[0]?.event.time ?? 0;
  const steps = recording.events.flatMap((stored) => stepOf(stored, state) ?? []);
  expect(steps).toEqual([
    {
      sequence: 0,
      time,
      kind: 'sessionOpened',
      statement: null,
      ordinal: null,
      status: null,
      rows: 0,
      sqlstate: null,
      decision: null,
      label: 'Session opened to shop by agent from 127.0.0.1:50000 as psql',
    },
    {
      sequence: 1,
      time: time + 1000,
      kind: 'statement',
      statement: 1,
      ordinal: null,
      status: null,
      rows: 0,
      sqlstate: null,
      decision: null,
      label: 'DELETE FROM orders;',
    },
    {
      sequence: 3,
      time: time + 3000,
      kind: 'outcome',
      statement: 1,
      ordinal: 0,
      status: 'completed',
      rows: 57,
      sqlstate: null,
      decision: null,
      label: 'DELETE 57 in 1.23 ms',
    },
  ]);
});

test('a statement prepared earlier is labelled with the text it was prepared from', () => {
  const recording = new SessionRecording();
  recording.add('parse', { name: 's1', text: utf8('SELECT $1'), parameterTypes: [], masked: false });
  recording.add('statement', {
    ...SIMPLE,
    protocol: 'extended',
    name: 's1',
    portal: '',
    parsedAt: 0,
    parameters: values('x'),
  });
  recording.add('statement', { ...SIMPLE, protocol: 'extended', name: 's0', portal: '', parsedAt: 77 });
  expect(labels(recording)).toEqual(['Prepare s1: SELECT $1', 'SELECT $1', '(text prepared at event 77)']);
});

test('messages of errors, notices, notifications and parameters are read from the wire', () => {
  const recording = new SessionRecording();
  const answer = errorResponse('E', { S: 'ERROR', C: '42P01', M: 'relation "x" does not exist' });
  recording.outcome(1, { status: 'failed', sqlstate: '42P01', answer });
  const notice = errorResponse('N', { S: 'NOTICE', C: '00000', M: 'table "x" does not exist, skipping' });
  recording.add('notice', { severity: 'NOTICE', sqlstate: '00000', message: notice });
  const notification = message('A', uint32(4711), utf8('jobs\0run 5\0'));
  recording.add('notification', { channel: 'jobs', backend: 4711, message: notification });
  recording.add('parameterStatus', {
    name: 'TimeZone',
    message: message('S', utf8('TimeZone\0Asia/Tokyo\0')),
  });
  expect(labels(recording)).toEqual([
    'ERROR 42P01: relation "x" does not exist',
    'NOTICE: table "x" does not exist, skipping',
    'Notification on jobs: run 5',
    'Parameter TimeZone is now Asia/Tokyo',
  ]);
});

test('a label is one line, shows what is hidden and says where it was cut', () => {
  const recording = new SessionRecording()
    .simple(1, '\u001b[2J\tselect\n\n 1 -- \u202eevil\u00a0')
    .simple(2, `SELECT '${'é'.repeat(5000)}'`);
  const [hostile, long] = labels(recording);
  expect(hostile).toBe('␛[2J select 1 -- ⟨U+202E⟩evil⍽');
  expect(long).toBe(`SELECT '${'é'.repeat(231)}…`);
});

test('a redacted text and an unreadable answer are said in words', () => {
  const recording = new SessionRecording();
  const statement = redacted(recording.simple(1, 'SELECT 1').events[0] ?? never(), 'text');
  recording.outcome(1, { status: 'failed', sqlstate: 'XX000', answer: utf8('E\0\0\0\0garbage') });
  const state = newTimelineState();
  expect([statement, ...recording.events.slice(1)].map((stored) => stepOf(stored, state)?.label)).toEqual([
    '(text redacted)',
    'ERROR XX000: message not readable',
  ]);
});

test('an event of the log is no step of a session', () => {
  const stored = new SessionRecording().add('heartbeat', { sessions: 3 });
  expect(stepOf(stored, newTimelineState())).toBeNull();
});

function never(): never {
  throw new Error('no event');
}
