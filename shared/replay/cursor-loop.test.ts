import { beforeEach, expect, test } from 'vitest';
import { Cursor } from './cursor.ts';
import { FakeClock, PagedSource, SESSION } from './fixtures/player.ts';

let clock: FakeClock;
let cursor: Cursor;

beforeEach(() => {
  clock = new FakeClock();
  cursor = new Cursor(new PagedSource([...SESSION]), clock);
});

/** Indices shown at each of the next moments, `ms` apart. */
function seen(ms: number, times: number): number[] {
  return Array.from({ length: times }, () => {
    clock.pass(ms);
    return cursor.snapshot().index;
  });
}

test('a loop shows its last step for a moment and begins again, until it is taken away', () => {
  cursor.seekTo(1);
  cursor.setLoop({ first: 3, last: 1 });
  cursor.play();
  expect([cursor.snapshot().loop, seen(50, 4)]).toEqual([{ first: 1, last: 3 }, [2, 3, 3, 3]]);
  clock.pass(500);
  expect(cursor.snapshot().index).toBe(1);
  cursor.setLoop(null);
  expect(seen(100, 2)).toEqual([3, 4]);
});

test('playing from outside of a loop begins with its first step; a paused cursor stays', () => {
  cursor.seekTo(5);
  cursor.setLoop({ first: 1, last: 2 });
  clock.pass(5000);
  expect(cursor.snapshot().index).toBe(5);
  cursor.play();
  expect([cursor.snapshot().index, cursor.snapshot().playing]).toEqual([1, true]);
});

test('the end of a loop can be left by hand, and playing goes on behind it', () => {
  cursor.setLoop({ first: 1, last: 2 });
  cursor.play();
  cursor.seekTo(3);
  clock.pass(100);
  expect([cursor.snapshot().index, cursor.snapshot().playing]).toEqual([4, true]);
});

test('steps of one moment end with the loop', () => {
  cursor.setSpeed(16);
  cursor.setLoop({ first: 0, last: 2 });
  cursor.play();
  expect(seen(100, 5)).toEqual([2, 2, 2, 2, 2]);
});
