import { beforeEach, describe, expect, test } from 'vitest';
import { Cursor } from './cursor.ts';
import { FakeClock, PagedSource, SESSION, settled } from './fixtures/player.ts';

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

describe('steps that are not loaded', () => {
  beforeEach(() => {
    source.loaded = 2;
  });

  test('are loaded to be sought, and the latest seek wins', async () => {
    cursor.seekTo(5);
    cursor.seekTo(3);
    expect(source.signals.map((signal) => signal.aborted)).toEqual([true, false]);
    expect(cursor.snapshot()).toMatchObject({ index: -1, loading: true });
    await source.answer();
    expect(cursor.snapshot()).toMatchObject({ index: -1, loading: true });
    await source.answer();
    expect(cursor.snapshot()).toMatchObject({ index: 3, loading: false });
  });

  test('add up when stepped over faster than they load', async () => {
    cursor.seekTo(1);
    cursor.stepBy(1);
    cursor.stepBy(1);
    await source.answer();
    await source.answer();
    expect([source.asked, shown()]).toEqual([[2, 3], 3]);
  });

  test('are loaded page by page for a search', async () => {
    cursor.nextError();
    for (let i = 0; i < 3; i++) await source.answer();
    expect([source.asked, shown()]).toEqual([[2, 3, 4], 4]);
  });

  test('are loaded while playing', async () => {
    cursor.seekTo(1);
    cursor.play();
    expect(cursor.snapshot()).toMatchObject({ playing: true, loading: true });
    await source.answer();
    clock.pass(50);
    expect(shown()).toBe(2);
  });

  test('that cannot be loaded pause with the error, until a seek succeeds', async () => {
    source.failure = new Error('archive gone');
    cursor.seekTo(4);
    cursor.play();
    await source.answer();
    expect(cursor.snapshot()).toMatchObject({ playing: false, loading: false, error: source.failure });
    cursor.seekTo(1);
    expect(cursor.snapshot()).toMatchObject({ index: 1, error: null });
  });

  test('a source that answers without the step it owes is an error, not a loop', async () => {
    source.load = () => Promise.resolve();
    cursor.seekTo(4);
    await settled();
    expect(cursor.snapshot().error).toEqual(new Error('step 4 did not load'));
  });

  test('of a live session end where it ends for now', async () => {
    source.ended = false;
    source.loaded = 7;
    cursor.seekTo(99);
    await source.answer();
    expect(shown()).toBe(6);
  });

  test('are not waited for after the cursor is gone', async () => {
    let heard = 0;
    cursor.subscribe(() => heard++);
    cursor.seekTo(4);
    const before = heard;
    cursor.dispose();
    await source.answer();
    expect([heard, source.signals[0]?.aborted, clock.pending]).toEqual([before, true, 0]);
  });
});
