import { expect, test } from 'vitest';
import { logLine } from './log-line.ts';

test('a line of JSON is told in words, any other as it is', () => {
  const line =
    '{"level":"warn","time":"2026-11-22T21:10:54.844Z","pid":7,"event":"session.killed","connection":"shop","port":5,"message":"session ended"}';
  expect([logLine(line), logLine('PORT_TAKEN: 6432'), logLine('7')]).toEqual([
    { time: '21:10:54', level: 'warn', message: 'session ended  connection=shop port=5' },
    { time: '', level: '', message: 'PORT_TAKEN: 6432' },
    { time: '', level: '', message: '7' },
  ]);
});
