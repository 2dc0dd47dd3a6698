import { expect, test } from 'vitest';
import { SessionId } from '../../shared/api/session.ts';
import type { Review, ReviewVerdict } from '../../shared/findings/review.ts';
import { nextWaiting, queueOf } from './review-queue.ts';

const review = (digit: string, verdict: ReviewVerdict, time: number): Review => ({
  id: digit.repeat(64),
  session: SessionId.parse(digit.repeat(32)),
  verdict,
  reason: '',
  author: { key: 'k', name: 'Ada' },
  time,
  earlier: [],
});
const QUEUE = queueOf([
  review('a', 'fine', 5),
  review('b', 'to-review', 4),
  review('c', 'violation', 9),
  review('d', 'to-review', 1),
  review('e', 'to-review', 6),
]);

test('what waits longest stands first, what was reviewed last stands first behind it', () => {
  expect(QUEUE.map(({ session }) => session[0])).toEqual(['d', 'b', 'e', 'c', 'a']);
});

test('after a verdict the next that waits is shown, from the end the first, and at last the judged one stays', () => {
  const next = (from: string) => nextWaiting(QUEUE, from.repeat(32))[0];
  expect([next('d'), next('b'), next('e'), next('a')]).toEqual(['b', 'e', 'd', 'd']);
  expect(nextWaiting(queueOf([review('d', 'to-review', 1)]), 'd'.repeat(32))).toBe('d'.repeat(32));
});
