import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { openLog, say } from './log.ts';

function logged(level: string, write: (log: ReturnType<typeof openLog>) => void): unknown[] {
  const lines: unknown[] = [];
  const to = new Writable({ write: (line, _, done) => (lines.push(JSON.parse(String(line))), done()) });
  write(openLog(level, to));
  return lines;
}

test('a line names its event', () => {
  const lines = logged('info', (log) =>
    say(log, 'warn', 'session.killed', 'ended', { session: '00ff', by: 'ada' }),
  );
  expect(lines).toEqual([
    {
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      pid: process.pid,
      event: 'session.killed',
      session: '00ff',
      by: 'ada',
      message: 'ended',
    },
  ]);
});

test('fields named like secrets are cut, should one ever be given', () => {
  const [line] = logged('info', (log) =>
    say(log, 'info', 'session.opened', 'opened', {
      password: 'hunter2',
      identity: { token: 'eyJ', subject: 'ci' },
    }),
  );
  expect(line).toMatchObject({ password: '[secret]', identity: { token: '[secret]', subject: 'ci' } });
});

test('what is below the level is not written, and silent is nothing', () => {
  const write = (log: ReturnType<typeof openLog>) => {
    say(log, 'info', 'session.opened', 'opened');
    say(log, 'error', 'shipper.failed', 'failed');
  };
  expect([logged('error', write).length, logged('silent', write).length]).toEqual([1, 0]);
});
