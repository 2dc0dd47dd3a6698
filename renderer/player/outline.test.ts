import { expect, test } from 'vitest';
import { writeOutline } from '../../shared/replay/outline.ts';
import { stepAt, stepAtTime } from '../../shared/replay/step-list.ts';
import type { Point } from '../../shared/replay/timeline.ts';
import { Outline, type FetchOutline } from './outline.ts';

const point = (sequence: number): Point => ({
  sequence,
  time: sequence * 10,
  kind: 'statement',
  statement: sequence,
  ordinal: null,
  status: null,
  rows: 0,
  sqlstate: null,
  decision: null,
});

/** A host whose session can grow: blocks of two steps. */
function hostOf(sequences: readonly number[]): FetchOutline {
  return async (from) => {
    const found = sequences.filter((sequence) => sequence >= from);
    const points = found.slice(0, 2).map(point);
    return writeOutline({
      from,
      next: (points.at(-1)?.sequence ?? from - 1) + 1,
      last: found.length <= 2,
      points,
    });
  };
}

const sequencesOf = (outline: Outline): number[] => {
  const list = outline.list();
  return Array.from({ length: list.length }, (_, index) => list.sequence(index));
};

test('all blocks are fetched, in order', async () => {
  const outline = new Outline(hostOf([0, 2, 3, 7, 9]), true);
  await outline.loadAll();
  expect([sequencesOf(outline), outline.list().complete]).toEqual([[0, 2, 3, 7, 9], true]);
});

test('a session that grew gives what is new, and nothing twice', async () => {
  const sequences = [0, 2, 3];
  const outline = new Outline(hostOf(sequences), false);
  await outline.loadAll();
  const before = outline.list();
  sequences.push(7, 9, 11);
  await outline.loadAll();
  expect([sequencesOf(outline), before.length, before.at(3)]).toEqual([[0, 2, 3, 7, 9, 11], 3, undefined]);
});

test('a failure keeps what came before it, and loading again goes on from there', async () => {
  const host = hostOf([0, 1, 2, 3]);
  let fails = true;
  const outline = new Outline(
    (from) => (from > 0 && fails ? Promise.reject(new Error('gone')) : host(from)),
    true,
  );
  await outline.loadAll();
  const failed = [sequencesOf(outline), outline.list().error?.message];
  fails = false;
  await outline.loadAll();
  expect([failed, [sequencesOf(outline), outline.list().error]]).toEqual([
    [[0, 1], 'gone'],
    [[0, 1, 2, 3], null],
  ]);
});

test('bytes that are no block are told as a failure', async () => {
  const outline = new Outline(async () => new Uint8Array(40), true);
  await outline.loadAll();
  expect(outline.list().error?.message).toBe('a block of 40 bytes is no outline of version 1');
});

test('a block that arrives after closing changes nothing', async () => {
  const outline = new Outline(hostOf([0, 1, 2, 3]), true);
  const loading = outline.loadAll();
  outline.close();
  await loading;
  expect(sequencesOf(outline)).toEqual([]);
});

test('the step at a sequence, or at a time, is the last one not after it', async () => {
  const outline = new Outline(hostOf([0, 2, 3, 7]), true);
  await outline.loadAll();
  const list = outline.list();
  expect([-1, 0, 1, 2, 6, 99].map((sequence) => stepAt(list, sequence))).toEqual([-1, 0, 0, 1, 2, 3]);
  expect([-1, 0, 25, 70].map((time) => stepAtTime(list, time))).toEqual([-1, 0, 1, 3]);
});

test('a step is waited for until its block comes, or it is known that there is none', async () => {
  const outline = new Outline(hostOf([0, 2, 3]), true);
  const { signal } = new AbortController();
  const waits = Promise.all([outline.load(2, signal), outline.load(99, signal)]);
  await outline.loadAll();
  await waits;
  expect([outline.at(2)?.sequence, outline.at(99), outline.length, outline.ended]).toEqual([
    3,
    undefined,
    3,
    true,
  ]);
});

test('waiting ends when it is no longer wanted, and when the blocks cannot be had', async () => {
  const stop = new AbortController();
  const failing = new Outline(() => Promise.reject(new Error('gone')), true);
  const unwanted = failing.load(0, stop.signal);
  const failed = failing.load(0, new AbortController().signal);
  stop.abort();
  await expect(unwanted).rejects.toThrow('no longer wanted');
  await Promise.all([failing.loadAll(), expect(failed).rejects.toThrow('gone')]);
});
