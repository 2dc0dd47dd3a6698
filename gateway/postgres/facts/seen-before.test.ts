import { expect, test } from 'vitest';
import { SeenBefore } from './seen-before.ts';

test('what comes again was seen before', () => {
  const seen = new SeenBefore();
  const keys = Array.from({ length: 1000 }, (_, i) => `select ${i} from t`);
  expect(keys.filter((key) => seen.note(key))).toEqual([]);
  expect(keys.filter((key) => !seen.note(key)).length).toBeLessThan(20);
});

test('what was long ago may be new again', () => {
  const seen = new SeenBefore();
  seen.note('select 1');
  for (let i = 0; i < 2_000_000; i++) seen.note(`select ${i} from t`);
  expect(seen.note('select 1')).toBe(false);
});
