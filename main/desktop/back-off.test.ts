import { expect, test } from 'vitest';
import { reloads, restartAfter } from './back-off.ts';

test('what ends again and again is started ever more rarely', () => {
  let failures = 0;
  const pauses = Array.from({ length: 8 }, () => {
    const restart = restartAfter(failures, 10);
    failures = restart.failures;
    return restart.pause;
  });
  expect(pauses).toEqual([500, 1_000, 2_000, 5_000, 10_000, 30_000, 30_000, 30_000]);
});

test('what ran for a minute had started well', () => {
  expect(restartAfter(5, 60_000)).toEqual({ failures: 1, pause: 500 });
  expect(restartAfter(5, 59_999)).toEqual({ failures: 6, pause: 30_000 });
});

test('a window is loaded again three times in a row without asking', () => {
  expect([1, 3, 4].map((failures) => reloads({ failures, pause: 0 }))).toEqual([true, true, false]);
});
