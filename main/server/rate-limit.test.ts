import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.ts';

test('so many at once, then one after the other, each for themselves', () => {
  let now = 0;
  const limit = new RateLimit({ burst: 3, every: 100 }, () => now);
  const take = (who: string, times: number) => Array.from({ length: times }, () => limit.take(who));
  const first = take('ada', 5);
  now = 100;
  const second = [...take('ada', 2), ...take('bo', 1)];
  now = 1_000;
  expect([first, second, take('ada', 4)]).toEqual([
    [0, 0, 0, 100, 100],
    [0, 100, 0],
    [0, 0, 0, 100],
  ]);
});

test('a crowd of strangers does not make it forget who owes', () => {
  let now = 0;
  const limit = new RateLimit({ burst: 1, every: 1_000_000 }, () => now);
  limit.take('ada');
  now = 10;
  for (let i = 0; i < 19_000; i++) limit.take(`${i}`);
  expect(limit.take('ada')).toBe(999_990);
});
