import { expect, test } from 'vitest';
import { withFilter } from './filter-history.ts';

test('the newest filter stands in front, once; the empty one is not kept', () => {
  expect(['b', ' c ', '', 'a'].reduce<readonly string[]>(withFilter, ['a', 'b'])).toEqual(['a', 'c', 'b']);
});

test('the oldest filters are forgotten', () => {
  const many = Array.from({ length: 60 }, (_, index) => `text:${index}`);
  const kept = many.reduce<readonly string[]>(withFilter, []);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([50, 'text:59', 'text:10']);
});
