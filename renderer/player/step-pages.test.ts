import { expect, test } from 'vitest';
import type { Page } from '../../shared/api/page.ts';
import type { Step } from '../../shared/api/session.ts';
import { stepAt, stepAtTime, StepPages } from './step-pages.ts';

const step = (sequence: number): Step => ({
  sequence,
  time: sequence * 10,
  kind: 'statement',
  statement: sequence,
  ordinal: null,
  status: null,
  rows: 0,
  sqlstate: null,
  decision: null,
  label: `step ${sequence}`,
});

/** A host whose session can grow: pages of two steps, cursors are positions. */
function hostOf(sequences: number[]): (after: string | undefined) => Promise<Page<Step>> {
  return async (after) => {
    const from = Number(after ?? 0);
    const items = sequences.slice(from, from + 2).map(step);
    return { items, next: from + 2 < sequences.length ? String(from + 2) : null, total: null };
  };
}

const sequencesOf = (pages: StepPages): number[] => pages.list().steps.map(({ sequence }) => sequence);

test('all pages are fetched, in order', async () => {
  const pages = new StepPages(hostOf([0, 2, 3, 7, 9]), true);
  await pages.loadAll();
  expect([sequencesOf(pages), pages.list().complete]).toEqual([[0, 2, 3, 7, 9], true]);
});

test('a session that grew gives what is new, and nothing twice', async () => {
  const sequences = [0, 2, 3];
  const pages = new StepPages(hostOf(sequences), false);
  await pages.loadAll();
  sequences.push(7, 9, 11);
  await pages.loadAll();
  expect(sequencesOf(pages)).toEqual([0, 2, 3, 7, 9, 11]);
});

test('a failure keeps what came before it, and loading again goes on from there', async () => {
  const host = hostOf([0, 1, 2, 3]);
  let fails = true;
  const pages = new StepPages(
    (after) => (after !== undefined && fails ? Promise.reject(new Error('gone')) : host(after)),
    true,
  );
  await pages.loadAll();
  const failed = [sequencesOf(pages), pages.list().error?.message];
  fails = false;
  await pages.loadAll();
  expect([failed, [sequencesOf(pages), pages.list().error]]).toEqual([
    [[0, 1], 'gone'],
    [[0, 1, 2, 3], null],
  ]);
});

test('a page that arrives after closing changes nothing', async () => {
  const pages = new StepPages(hostOf([0, 1, 2, 3]), true);
  const loading = pages.loadAll();
  pages.close();
  await loading;
  expect(sequencesOf(pages)).toEqual([]);
});

test('the step at a sequence, or at a time, is the last one not after it', () => {
  const steps = [0, 2, 3, 7].map(step);
  expect([-1, 0, 1, 2, 6, 99].map((sequence) => stepAt(steps, sequence))).toEqual([-1, 0, 0, 1, 2, 3]);
  expect([-1, 0, 25, 70].map((time) => stepAtTime(steps, time))).toEqual([-1, 0, 1, 3]);
});

test('a step is waited for until its page comes, or it is known that there is none', async () => {
  const pages = new StepPages(hostOf([0, 2, 3]), true);
  const { signal } = new AbortController();
  const waits = Promise.all([pages.load(2, signal), pages.load(99, signal)]);
  await pages.loadAll();
  await waits;
  expect([pages.at(2)?.sequence, pages.at(99), pages.length, pages.ended]).toEqual([3, undefined, 3, true]);
});

test('waiting ends when it is no longer wanted, and when the pages cannot be had', async () => {
  const stop = new AbortController();
  const failing = new StepPages(() => Promise.reject(new Error('gone')), true);
  const unwanted = failing.load(0, stop.signal);
  const failed = failing.load(0, new AbortController().signal);
  stop.abort();
  await expect(unwanted).rejects.toThrow('no longer wanted');
  await Promise.all([failing.loadAll(), expect(failed).rejects.toThrow('gone')]);
});
