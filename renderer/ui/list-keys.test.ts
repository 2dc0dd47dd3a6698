import { expect, test } from 'vitest';
import { moveOf } from './list-keys.ts';

const keys = ['j', 'k', 'ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', 'x'];

test('keys move the selection and stop at both ends', () => {
  const from = (index: number) => keys.map((key) => moveOf(key, { count: 10, index, page: () => 4 }));
  expect([from(-1), from(0), from(5), from(9)]).toEqual([
    [0, 0, 0, 0, 3, 0, 0, 9, null],
    [1, 0, 1, 0, 4, 0, 0, 9, null],
    [6, 4, 6, 4, 9, 1, 0, 9, null],
    [9, 8, 9, 8, 9, 5, 0, 9, null],
  ]);
});
