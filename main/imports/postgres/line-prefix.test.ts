import { expect, test } from 'vitest';
import { guessPrefix, linePrefix } from './line-prefix.ts';

const partsOf = (prefix: string, line: string) => {
  const read = linePrefix(prefix).read(line);
  return read && { ...read.parts, severity: read.severity, message: line.slice(read.at) };
};

test('each part goes to what stands behind it', () => {
  expect(
    partsOf(
      '%m [%p] user=%u,db=%d,app=%a,client=%h ',
      '2026-11-22 09:00:00.001 UTC [42] user=a b,db=shop,app=My, App,client=10.0.0.1 LOG:  hello',
    ),
  ).toEqual({
    m: '2026-11-22 09:00:00.001 UTC',
    p: '42',
    u: 'a b',
    d: 'shop',
    a: 'My, App',
    h: '10.0.0.1',
    severity: 'LOG',
    message: 'hello',
  });
});

test('what stands behind %q is there for sessions alone', () => {
  expect([
    partsOf('%m [%p] %q%u@%d ', '2026-11-22 09:00:00.001 UTC [7] LOG:  checkpoint starting: time'),
    partsOf('%m [%p] %q%u@%d ', '2026-11-22 09:00:00.001 UTC [8] me@shop ERROR:  no'),
  ]).toEqual([
    { m: '2026-11-22 09:00:00.001 UTC', p: '7', severity: 'LOG', message: 'checkpoint starting: time' },
    { m: '2026-11-22 09:00:00.001 UTC', p: '8', u: 'me', d: 'shop', severity: 'ERROR', message: 'no' },
  ]);
});

test('a line that begins otherwise is none', () => {
  expect([
    partsOf('%m [%p] ', 'LOG:  x'),
    partsOf('%m [%p] ', '2026-11-22 09:00:00 UTC [7] TRACE:  x'),
  ]).toEqual([null, null]);
});

test.each([
  ['2026-11-22 09:00:00.001 UTC [42] LOG:  x', '%m [%p] '],
  [
    '2026-11-22 09:00:00 UTC [42]: [3-1] user=u,db=d,app=a,client=h LOG:  x',
    '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  ],
  ['2026-11-22 09:00:00 UTC:10.0.0.1(5432):u@d:[42]:LOG:  x', '%t:%r:%u@%d:[%p]:'],
  ['2026-11-22 09:00:00.001 UTC|u|d|6a.7|LOG:  x', '%m|%u|%d|%c|'],
  ['NOTICE:  x', ''],
])('%s', (line, prefix) => {
  expect(guessPrefix([line])?.text).toBe(prefix);
});

test('a line made to be slow is not', () => {
  const began = performance.now();
  const prefix = linePrefix('%u|%d|%a|%h|%i|%b|%r|');
  for (let i = 0; i < 200; i++) prefix.read('|'.repeat(10_000));
  expect(performance.now() - began).toBeLessThan(1_000);
});
