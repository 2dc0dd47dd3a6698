import { expect, test } from 'vitest';
import { nextTouch } from './next-touch.ts';

test('one walks both ways, and stays where there is no other', () => {
  const touches = [3, 9, 12];
  expect([
    nextTouch(touches, -1, 1),
    nextTouch(touches, 3, 1),
    nextTouch(touches, 10, -1),
    nextTouch(touches, 12, 1),
    nextTouch(touches, 3, -1),
    nextTouch([], 3, 1),
  ]).toEqual([3, 9, 9, null, null, null]);
});
