import { expect, test } from 'vitest';
import { Painting } from './painting.ts';

/** Frames come when told to. */
function screen() {
  const frames = new Set<() => void>();
  const painting = new Painting((run) => {
    frames.add(run);
    return () => frames.delete(run);
  });
  const nextFrame = (): void => {
    for (const run of frames) run();
    frames.clear();
  };
  return { painting, nextFrame };
}

test('what waits comes with the frame behind the last that was painted, and at once where nothing is', async () => {
  const { painting, nextFrame } = screen();
  const done: string[] = [];
  painting.after(() => done.push('idle'));
  const ends: (() => void)[] = [];
  const work = () => painting.during(new Promise<void>((resolve) => ends.push(resolve)));
  const both = [work(), work()];
  painting.after(() => done.push('waited'));
  ends[0]?.();
  await both[0];
  nextFrame();
  expect(done).toEqual(['idle']);
  ends[1]?.();
  await both[1];
  expect(done).toEqual(['idle']);
  nextFrame();
  expect(done).toEqual(['idle', 'waited']);
});

test('what comes behind the first frame waits for it to be painted', async () => {
  const { painting, nextFrame } = screen();
  const done: string[] = [];
  painting.afterFirst(() => done.push('early'));
  await painting.during(Promise.resolve());
  nextFrame();
  painting.afterFirst(() => done.push('late'));
  expect(done).toEqual(['early', 'late']);
});

test('what is called off does not come, before its frame and while it waits for it', async () => {
  const { painting, nextFrame } = screen();
  const done: string[] = [];
  const failing = painting.during(Promise.reject(new Error('no segment'))).catch(() => undefined);
  const stopEarly = painting.after(() => done.push('early'));
  const stopLate = painting.after(() => done.push('late'));
  stopEarly();
  await failing;
  stopLate();
  nextFrame();
  expect(done).toEqual([]);
});
