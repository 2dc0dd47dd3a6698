import { expect, test } from 'vitest';
import { CancelPace } from './cancel-pace.ts';

const SECOND = 1e9;

test('a session is cancelled ten times at once and twice a second from then on', () => {
  const pace = new CancelPace();
  const session = {};
  const many = (count: number, now: number) =>
    Array.from({ length: count }, () => pace.admitsSession(session, now)).filter(Boolean).length;
  expect([many(20, 0), many(5, SECOND), many(20, 100 * SECOND)]).toEqual([10, 2, 10]);
  expect(pace.admitsSession({}, 0)).toBe(true);
});

test('an address asks 200 times at once and 50 times a second, others beside it', () => {
  const pace = new CancelPace();
  const many = (count: number, now: number) =>
    Array.from({ length: count }, () => pace.admitsAddress('10.0.0.1', now)).filter(Boolean).length;
  expect([many(300, 0), many(100, SECOND)]).toEqual([200, 50]);
  for (let i = 0; i < 5000; i++) expect(pace.admitsAddress(`10.1.${i >> 8}.${i & 255}`, SECOND)).toBe(true);
});
