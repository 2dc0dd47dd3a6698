import { expect, test } from 'vitest';
import type { Step } from '../../shared/api/session.ts';
import { Ahead } from './ahead.ts';

const step = (sequence: number): Step => ({
  sequence,
  time: 0,
  kind: 'statement',
  statement: null,
  ordinal: null,
  status: null,
  rows: 0,
  sqlstate: null,
  decision: null,
  label: '',
});

test('the latest that is looked for is shown, until the cursor is there', async () => {
  const answers = new Map<number, (found: Step) => void>();
  const ahead = new Ahead((from) => new Promise((resolve) => answers.set(from, resolve)));
  const first = ahead.look(5);
  const second = ahead.look(9);
  answers.get(9)?.(step(9));
  answers.get(5)?.(step(5));
  await Promise.all([first, second]);
  const shown = ahead.step()?.sequence;
  ahead.clear();
  expect([shown, ahead.step()]).toEqual([9, null]);
});

test('what arrives after the cursor did is not shown, nor is what cannot be had', async () => {
  const ahead = new Ahead(async (from) => step(from));
  const late = ahead.look(5);
  ahead.clear();
  await late;
  const failing = new Ahead(() => Promise.reject(new Error('gone')));
  await failing.look(5);
  expect([ahead.step(), failing.step()]).toEqual([null, null]);
});
