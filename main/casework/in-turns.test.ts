import { expect, test } from 'vitest';
import { atOnce, inTurns, type Work } from './in-turns.ts';

/** Counts to a number, each step taking its time. */
function* counting(to: number, stepMs: number): Work<number> {
  for (let at = 0; at < to; at++) {
    const until = performance.now() + stepMs;
    while (performance.now() < until);
    yield;
  }
  return to;
}

test('work in turns lets others have theirs, and comes to the same', async () => {
  let [others, turns] = [0, 0];
  const timer = setInterval(() => others++, 1);
  const done = await inTurns(counting(50, 2), () => turns++);
  clearInterval(timer);
  expect([done, turns >= 9, others >= 5]).toEqual([50, true, true]);
});

test('work at once has no stop', () => {
  let others = 0;
  setImmediate(() => others++);
  expect([atOnce(counting(20, 1)), others]).toEqual([20, 0]);
});
