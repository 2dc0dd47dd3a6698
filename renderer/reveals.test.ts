import { expect, test } from 'vitest';
import { Reveals } from './reveals.ts';

const A = '0'.repeat(32);
const B = '1'.repeat(32);
const MINUTE = 60_000;

function noting() {
  const noted: string[] = [];
  const clock = { now: 0, works: true };
  const reveals = new Reveals({
    note: async (session, what) => {
      if (!clock.works) throw new Error('the host is away');
      noted.push(`${session.slice(0, 1)} ${what}`);
    },
    now: () => clock.now,
  });
  return { reveals, noted, clock };
}

test('a value is told once in ten minutes, another one and one elsewhere at once', () => {
  const { reveals, noted, clock } = noting();
  for (const [session, what] of [
    [A, 'email, row 1'],
    [A, 'email, row 1'],
    [A, 'email, row 2'],
    [B, 'email, row 1'],
  ] as const)
    reveals.tell(session, what);
  clock.now = 10 * MINUTE - 1;
  reveals.tell(A, 'email, row 1');
  clock.now = 10 * MINUTE;
  reveals.tell(A, 'email, row 1');
  expect(noted).toEqual(['0 email, row 1', '0 email, row 2', '1 email, row 1', '0 email, row 1']);
});

test('what the host could not take is told the next time', async () => {
  const { reveals, noted, clock } = noting();
  clock.works = false;
  reveals.tell(A, 'email, row 1');
  await Promise.resolve();
  await Promise.resolve();
  clock.works = true;
  reveals.tell(A, 'email, row 1');
  expect(noted).toEqual(['0 email, row 1']);
});
