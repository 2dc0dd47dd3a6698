import { expect, test } from 'vitest';
import type { Step } from '../../shared/api/session.ts';
import { settled } from '../../shared/replay/fixtures/player.ts';
import { Labels } from './labels.ts';

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
  label: `step ${sequence}`,
});

/** A host of endless steps that answers when told to. */
class Host {
  readonly asked: number[] = [];
  readonly #waiting: (() => void)[] = [];

  readonly fetch = async (from: number, limit: number): Promise<Step[]> => {
    this.asked.push(from);
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
    return Array.from({ length: limit }, (_, at) => step(from + at));
  };

  async answer(): Promise<void> {
    this.#waiting.shift()?.();
    await settled();
  }
}

test('words come with those around them, once', async () => {
  const host = new Host();
  const labels = new Labels(host.fetch);
  labels.want(100);
  const before = labels.of(100);
  await host.answer();
  labels.want(101);
  expect([before, labels.of(100), labels.of(110), host.asked]).toEqual([null, 'step 100', 'step 110', [84]]);
});

test('of those wanted meanwhile only the latest is fetched', async () => {
  const host = new Host();
  const labels = new Labels(host.fetch);
  for (const wanted of [100, 500, 900, 1_300]) labels.want(wanted);
  await host.answer();
  await host.answer();
  expect([host.asked, labels.of(900), labels.of(1_300)]).toEqual([[84, 1_284], null, 'step 1300']);
});

test('a failure leaves a step without words until they are wanted again', async () => {
  let fails = true;
  const labels = new Labels(async (from) => {
    if (fails) throw new Error('gone');
    return [step(from)];
  });
  labels.want(3);
  await settled();
  const failed = labels.of(3);
  fails = false;
  labels.want(3);
  await settled();
  expect([failed, labels.of(3)]).toEqual([null, 'step 3']);
});
