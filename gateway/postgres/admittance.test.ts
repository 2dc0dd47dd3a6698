import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Admittance, type AdmittanceLimits, type Arrival, Dismissed, PROGRESS } from './admittance.ts';
import { socketPair } from './testing/loopback.ts';

const NO_LIMITS: AdmittanceLimits = { unauthenticated: 99, unauthenticatedPerAddress: 99 };

function door(limits: Partial<AdmittanceLimits> = {}, milliseconds = 60_000): Admittance {
  return new Admittance({ ...NO_LIMITS, ...limits }, milliseconds);
}

/** The server's end of a connection, as if it came from `remoteAddress`. */
async function from(remoteAddress: string): Promise<Socket> {
  const { server, close } = await socketPair();
  onTestFinished(close);
  Object.defineProperty(server, 'remoteAddress', { value: remoteAddress });
  return server;
}

async function admitAll(admittance: Admittance, addresses: readonly string[]): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  for (const address of addresses) arrivals.push(admittance.admit(await from(address)));
  return arrivals;
}

const dropped = (arrivals: readonly Arrival[]) =>
  arrivals.map(({ deadline }) => deadline.reason instanceof Dismissed);

test('where one address has its fill, the first of its strangers makes room for the next', async () => {
  const admittance = door({ unauthenticatedPerAddress: 2 });
  const arrivals = await admitAll(admittance, ['10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.1']);
  expect([dropped(arrivals), admittance.count]).toEqual([[true, false, false, false], 3]);
});

test('where there are too many in all, the address with the most strangers makes room', async () => {
  const admittance = door({ unauthenticated: 4 });
  const arrivals = await admitAll(admittance, ['10.0.0.9', '10.0.0.1', '10.0.0.1', '10.0.0.2', '10.0.0.3']);
  expect([dropped(arrivals), admittance.count]).toEqual([[false, true, false, false, false], 4]);
});

test('addresses of one IPv6 /64 are one', async () => {
  const arrivals = await admitAll(door({ unauthenticatedPerAddress: 1 }), [
    '2001:db8::1',
    '2001:db8::ffff:2',
    '2001:db8:0:1::1',
  ]);
  expect(dropped(arrivals)).toEqual([true, false, false]);
});

test('who came less far goes first: the refused, then those that said nothing yet', async () => {
  const admittance = door({ unauthenticatedPerAddress: 3 });
  const sockets = await Promise.all([1, 2, 3].map(() => from('10.0.0.1')));
  const arrivals = sockets.map((socket) => admittance.admit(socket));
  const [first, second, third] = arrivals;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three came');
  first.progress = PROGRESS.identified;
  third.progress = PROGRESS.refused;
  await admitAll(admittance, ['10.0.0.1']);
  // It was told why before: there is nothing left to say.
  expect([dropped(arrivals), sockets.map(({ destroyed }) => destroyed)]).toEqual([
    [false, false, false],
    [false, false, true],
  ]);
  await admitAll(admittance, ['10.0.0.1']);
  expect(dropped(arrivals)).toEqual([false, true, false]);
});

test('who authenticated or left takes no place, and is not dropped any more', async () => {
  const admittance = door({ unauthenticated: 2 });
  const [one, two] = await Promise.all([from('10.0.0.1'), from('10.0.0.1')]);
  const known = admittance.admit(one);
  const gone = admittance.admit(two);
  known.authenticated();
  known.authenticated();
  expect(admittance.count).toBe(1);
  two.destroy();
  await expect.poll(() => admittance.count).toBe(0);
  await admitAll(admittance, ['10.0.0.1', '10.0.0.1', '10.0.0.1']);
  expect([dropped([known, gone]), admittance.count]).toEqual([[false, false], 2]);
});

test('the time runs out for who does not authenticate, and for nobody else', async () => {
  const [slow, known] = await admitAll(door({}, 30), ['10.0.0.1', '10.0.0.1']);
  known?.authenticated();
  await expect.poll(() => slow?.deadline.reason).toMatchObject({ name: 'TimeoutError' });
  expect(known?.deadline.aborted).toBe(false);
});

test('limits may change while strangers wait', async () => {
  const admittance = door();
  const arrivals = await admitAll(admittance, ['10.0.0.1', '10.0.0.1', '10.0.0.1']);
  admittance.limits = { ...NO_LIMITS, unauthenticatedPerAddress: 2 };
  await admitAll(admittance, ['10.0.0.1']);
  expect(dropped(arrivals)).toEqual([true, true, false]);
});

test('who closes the door sends everybody away', async () => {
  const admittance = door();
  const arrivals = await admitAll(admittance, ['10.0.0.1', '10.0.0.2', '10.0.0.1']);
  arrivals[0]?.authenticated();
  admittance.close();
  const reasons = arrivals.map(({ deadline }): unknown => deadline.reason);
  const closing = new Dismissed('CLOSING');
  expect([reasons, admittance.count]).toEqual([[undefined, closing, closing], 0]);
});
