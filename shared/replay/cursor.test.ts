import { beforeEach, describe, expect, test } from 'vitest';
import type { Step } from '../api/session.ts';
import { Cursor } from './cursor.ts';
import type { StepSource } from './step-source.ts';
import type { Clock } from './wait.ts';

/** Time that passes only when told to. */
class FakeClock implements Clock {
  #now = 1000;
  #timers: { readonly due: number; readonly run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.due);
      next.run();
    }
    this.#now = end;
  }

  /** The thread was blocked: timers run late. */
  block(ms: number): void {
    this.#now += ms;
  }

  get pending(): number {
    return this.#timers.length;
  }
}

/** Steps of which only those below `loaded` are in memory; loads answer when told to. */
class PagedSource implements StepSource {
  readonly steps: Step[];
  loaded: number;
  ended = true;
  readonly asked: number[] = [];
  readonly signals: AbortSignal[] = [];
  #answers: (() => void)[] = [];
  failure: Error | null = null;

  constructor(steps: Step[], loaded = steps.length) {
    this.steps = steps;
    this.loaded = loaded;
  }

  get length(): number {
    return this.steps.length;
  }

  at(index: number): Step | undefined {
    return index < this.loaded ? this.steps[index] : undefined;
  }

  async load(index: number, signal: AbortSignal): Promise<void> {
    this.asked.push(index);
    this.signals.push(signal);
    await new Promise<void>((resolve) => {
      this.#answers.push(resolve);
    });
    if (this.failure) throw this.failure;
    this.loaded = Math.max(this.loaded, index + 1);
  }

  /** Answers the oldest load, and lets what waits for it run. */
  async answer(): Promise<void> {
    this.#answers.shift()?.();
    await settled();
  }
}

async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** A step `ms` after the start; kind and status tell statements and errors apart. */
function step(ms: number, kind = 'rows', status: Step['status'] = null): Step {
  return {
    sequence: ms,
    time: ms * 1000,
    kind,
    statement: 1,
    ordinal: null,
    status,
    rows: 0,
    sqlstate: null,
    label: '',
  };
}

const SESSION = [
  step(0, 'sessionOpened'),
  step(100, 'statement'),
  step(150, 'outcome', 'completed'),
  step(200, 'statement'),
  step(300, 'outcome', 'failed'),
  step(10_300, 'statement'),
  step(10_400, 'outcome', 'completed'),
];

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
      atEnd: false,
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

test('a snapshot stays the same object until something changes', () => {
  const before = cursor.snapshot();
  expect(cursor.snapshot()).toBe(before);
  const unsubscribe = cursor.subscribe(() => undefined);
  unsubscribe();
  cursor.seekTo(0);
  expect(cursor.snapshot()).not.toBe(before);
});
