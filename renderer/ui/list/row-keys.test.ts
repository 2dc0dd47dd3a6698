import { expect, test } from 'vitest';
import { RowKeys } from './row-keys.ts';

/** The keys of the rows that are drawn, view after view. */
function keysOf(...views: readonly (readonly [number, number])[]): number[][] {
  const keys = new RowKeys();
  return views.map(([first, last]) => {
    const base = keys.baseOf(first, last);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i - base);
  });
}

test('rows that stay in view keep their keys, up and down', () => {
  expect(keysOf([0, 3], [2, 5], [1, 4])).toEqual([
    [0, 1, 2, 3],
    [2, 3, 4, 5],
    [1, 2, 3, 4],
  ]);
});

test('after a jump rows have the keys of those that were drawn', () => {
  expect(keysOf([0, 2], [1, 3], [900, 902], [901, 903], [5, 7])).toEqual([
    [0, 1, 2],
    [1, 2, 3],
    [1, 2, 3],
    [2, 3, 4],
    [2, 3, 4],
  ]);
});
