import { beforeEach, describe, expect, test } from 'vitest';
import { Cursor } from './cursor.ts';
import { FakeClock, PagedSource, SESSION, step } from './fixtures/player.ts';

let clock: FakeClock;
let source: PagedSource;
let cursor: Cursor;

beforeEach(() => {
  clock = new FakeClock();
  source = new PagedSource([...SESSION]);
  cursor = new Cursor(source, clock);
});

function shown(): number {
  return cursor.snapshot().index;
}

describe('playing', () => {
  test('takes each step when its time has come', () => {
    cursor.play();
    const seen: number[] = [];
    for (let ms = 0; ms <= 300; ms += 50) {
      clock.pass(ms === 0 ? 0 : 50);
      seen.push(shown());
    }
    expect(seen).toEqual([0, 0, 1, 2, 3, 3, 4]);
  });

  test('shows an idle gap for a moment and leaves it out', () => {
    cursor.seekTo(4);
    cursor.play();
    expect(cursor.snapshot()).toEqual({
      index: 4,
      length: 7,
      playing: true,
      loading: false,
      gap: { from: 300_000, to: 10_300_000, skipped: true },
      loop: null,
      atEnd: false,
      following: false,
      error: null,
      speed: 1,
      skipIdle: true,
    });
    clock.pass(399);
    expect(shown()).toBe(4);
    clock.pass(1);
    expect(shown()).toBe(5);
    expect(cursor.snapshot().gap).toBeNull();
  });

  test('waits an idle gap out when told to, at the speed of play', () => {
    cursor.setSkipIdle(false);
    cursor.setSpeed(4);
    cursor.seekTo(4);
    cursor.play();
    clock.pass(2499);
    expect([shown(), cursor.snapshot().gap?.skipped]).toEqual([4, false]);
    clock.pass(1);
    expect(shown()).toBe(5);
  });

  test('never moves a paused cursor, whatever the gap', () => {
    cursor.seekTo(4);
    clock.pass(60_000);
    expect([shown(), cursor.snapshot().playing, clock.pending]).toEqual([4, false, 0]);
  });

  test('goes on in the middle of a wait after a pause or a change of speed', () => {
    cursor.seekTo(1);
    cursor.play();
    clock.pass(20);
    cursor.pause();
    clock.pass(5000);
    expect(cursor.time()).toBe(120_000);
    cursor.setSpeed(0.25);
    cursor.play();
    clock.pass(119);
    expect(shown()).toBe(1);
    clock.pass(1);
    expect(shown()).toBe(2);
  });

  test('speed stays within its range', () => {
    cursor.setSpeed(1000);
    expect(cursor.snapshot().speed).toBe(16);
    cursor.setSpeed(0);
    expect(cursor.snapshot().speed).toBe(0.25);
  });

  test('stops at the end of a session that is over, and plays it again from there', () => {
    cursor.seekTo(6);
    cursor.play();
    expect(shown()).toBe(-1);
    clock.pass(0);
    expect([shown(), cursor.snapshot().playing]).toEqual([0, true]);
    clock.pass(60_000);
    expect(cursor.snapshot()).toMatchObject({ index: 6, playing: false, atEnd: true });
  });

  test('after being held up it does not rush through what it missed', () => {
    source = new PagedSource([0, 100, 200, 1200, 2200, 3200].map((ms) => step(ms)));
    cursor = new Cursor(source, clock);
    cursor.seekTo(2);
    cursor.play();
    clock.block(60_000);
    clock.pass(0);
    expect(shown()).toBe(3);
    clock.pass(749);
    expect(shown()).toBe(3);
    clock.pass(1);
    expect(shown()).toBe(4);
  });

  test('a thousand steps in one instant are taken in several turns', () => {
    source = new PagedSource(Array.from({ length: 1000 }, () => step(0)));
    cursor = new Cursor(source, clock);
    const published: number[] = [];
    cursor.subscribe(() => published.push(shown()));
    cursor.play();
    clock.pass(0);
    expect(published).toEqual([-1, 199, 399, 599, 799, 999]);
  });

  test('a wall clock that went back is no wait', () => {
    source = new PagedSource([step(500), step(100), step(600)]);
    cursor = new Cursor(source, clock);
    cursor.seekTo(0);
    cursor.play();
    clock.pass(0);
    expect(shown()).toBe(1);
  });
});

describe('a live session', () => {
  beforeEach(() => {
    source.ended = false;
  });

  test('is waited for at its end, and goes on when it grows', async () => {
    cursor.seekTo(6);
    cursor.play();
    await source.answer();
    expect(cursor.snapshot()).toMatchObject({ playing: true, loading: false, atEnd: true });
    clock.pass(30_000);
    source.steps.push(step(40_400, 'statement'));
    source.loaded = source.steps.length;
    cursor.sourceChanged();
    clock.pass(0);
    expect(shown()).toBe(7);
  });

  test('stops when it ends', async () => {
    cursor.seekTo(6);
    cursor.play();
    await source.answer();
    source.ended = true;
    cursor.sourceChanged();
    expect(cursor.snapshot().playing).toBe(false);
  });

  test('is followed step by step as it grows, until the cursor is sent elsewhere', async () => {
    const grow = async (ms: number) => {
      source.steps.push(step(ms));
      source.loaded = source.steps.length;
      cursor.sourceChanged();
      await source.answer();
      return [shown(), cursor.snapshot().following];
    };
    cursor.follow();
    await source.answer();
    const seen = [[shown(), cursor.snapshot().following], await grow(60_000), await grow(60_001)];
    cursor.stepBy(-1);
    expect([...seen, await grow(60_002)]).toEqual([
      [6, true],
      [7, true],
      [8, true],
      [7, false],
    ]);
  });

  test('growth does not move a paused cursor', () => {
    cursor.seekTo(6);
    source.steps.push(step(11_000));
    source.loaded = source.steps.length;
    cursor.sourceChanged();
    clock.pass(60_000);
    expect(cursor.snapshot()).toMatchObject({ index: 6, length: 8, atEnd: false });
  });
});

describe('stepping', () => {
  test('by frame pauses, and stays within the session', () => {
    cursor.seekTo(5);
    cursor.play();
    cursor.stepBy(1);
    expect(cursor.snapshot()).toMatchObject({ index: 6, playing: false });
    cursor.stepBy(1);
    expect(shown()).toBe(6);
    cursor.stepBy(-100);
    expect(shown()).toBe(0);
  });

  test('by statement and by error, and not at all where there is none', () => {
    const path = [
      () => cursor.nextStatement(),
      () => cursor.nextStatement(),
      () => cursor.nextError(),
      () => cursor.nextError(),
      () => cursor.previousStatement(),
      () => cursor.previousError(),
      () => cursor.previousStatement(),
      () => cursor.previousStatement(),
    ].map((go) => {
      go();
      return shown();
    });
    expect(path).toEqual([1, 3, 4, 4, 3, 3, 1, 1]);
  });

  test('to a moment between two steps leaves only the rest of the wait', () => {
    cursor.setSkipIdle(false);
    cursor.seekTime(9_300_000);
    expect([shown(), cursor.time()]).toEqual([4, 9_300_000]);
    cursor.play();
    clock.pass(999);
    expect(shown()).toBe(4);
    clock.pass(1);
    expect(shown()).toBe(5);
    cursor.seekTime(-1);
    expect(shown()).toBe(0);
    cursor.seekTime(99_000_000);
    expect(shown()).toBe(6);
  });
});

test('a snapshot stays the same object until something changes', () => {
  const before = cursor.snapshot();
  expect(cursor.snapshot()).toBe(before);
  const unsubscribe = cursor.subscribe(() => undefined);
  unsubscribe();
  cursor.seekTo(0);
  expect(cursor.snapshot()).not.toBe(before);
});
