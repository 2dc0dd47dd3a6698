import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { SignedCheckpoint } from './anchor.ts';
import { Schedule, type Outcome } from './schedule.ts';

/** Time that goes on when told, and an anchor that can be away. */
function stage({ every = 10_000, events = 1_000 } = {}) {
  let time = 0;
  let timers: { at: number; run: () => void }[] = [];
  const left: string[] = [];
  const anchored: Outcome[] = [];
  const state = { away: false, hangs: false };
  const schedule = new Schedule({
    every,
    events,
    anchor: {
      kind: 'file',
      target: 'a',
      leave: ({ size }) => {
        left.push(`${time / 1000} s: ${size}${state.away ? ' in vain' : ''}`);
        if (state.hangs) return new Promise(() => {});
        return state.away ? Promise.reject(new Error('away')) : Promise.resolve(null);
      },
    },
    clock: {
      now: () => time,
      after(ms, run) {
        const timer = { at: time + ms, run };
        timers.push(timer);
        return () => void (timers = timers.filter((other) => other !== timer));
      },
    },
    told: (outcome) => anchored.push(outcome),
  });
  return {
    schedule,
    left,
    state,
    offer: async (size: number) => {
      schedule.offer({ origin: 'o', size, root: new Uint8Array(32), note: 'n' } satisfies SignedCheckpoint);
      await turn();
    },
    pass: async (ms: number) => {
      const until = time + ms;
      for (;;) {
        const next = timers.toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > until) break;
        timers = timers.filter((other) => other !== next);
        time = Math.max(time, next.at);
        next.run();
        await turn();
      }
      time = until;
    },
    waiting: () => timers.length,
  };
}

it('leaves the first checkpoint at once and the newest every so often', async () => {
  const { offer, pass, left } = stage();
  await offer(5);
  await pass(1_000);
  await offer(6);
  await offer(7);
  await pass(20_000);
  await offer(8);
  expect(left).toEqual(['0 s: 5', '10 s: 7', '21 s: 8']);
});

it('does not wait when many events have come since', async () => {
  const { offer, left } = stage({ events: 100 });
  await offer(5);
  await offer(104);
  await offer(105);
  expect(left).toEqual(['0 s: 5', '0 s: 105']);
});

it('leaves nothing twice', async () => {
  const { offer, pass, schedule, left } = stage();
  await offer(5);
  await offer(5);
  await pass(100_000);
  await schedule.close();
  expect(left).toEqual(['0 s: 5']);
});

it('tries again ever later while the anchor is away, with what is newest then', async () => {
  const { offer, pass, left, state } = stage({ every: 1_000 });
  state.away = true;
  await offer(1);
  await pass(2_000);
  await offer(2_000);
  await pass(86_400_000);
  expect(left.length).toBeLessThan(160);
  expect(left.slice(0, 4)).toEqual([
    '0 s: 1 in vain',
    '1 s: 1 in vain',
    '3 s: 2000 in vain',
    '7 s: 2000 in vain',
  ]);
  state.away = false;
  await pass(600_000);
  await offer(2_001);
  await pass(1_000);
  expect(left.slice(-2).map((line) => line.replace(/^.*: /, ''))).toEqual(['2000', '2001']);
});

it('leaves the newest one when it closes, and waits no longer than it must', async () => {
  const closing = stage();
  await closing.offer(5);
  await closing.offer(6);
  await closing.schedule.close();
  expect([closing.left, closing.waiting()]).toEqual([['0 s: 5', '0 s: 6'], 0]);
  const hanging = stage();
  hanging.state.hangs = true;
  await hanging.offer(5);
  const closed = hanging.schedule.close();
  await hanging.pass(3_000);
  await closed;
  expect(hanging.left).toEqual(['0 s: 5']);
});
