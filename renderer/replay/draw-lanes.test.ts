import { expect, test } from 'vitest';
import { crossAt } from './draw-lanes.ts';

test('a cross stands at its moment, and whole where that is at an end of the line', () => {
  expect([0, 2, 4, 500, 997, 999].map((x) => crossAt(x, 1000))).toEqual([3.75, 3.75, 4, 500, 996.25, 996.25]);
});
