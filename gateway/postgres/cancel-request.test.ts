import { expect, onTestFinished, test } from 'vitest';
import { CancelKeys } from './cancel.ts';
import { cancelSession } from './cancel-request.ts';
import { type RecordedRelay, relayTo } from './fidelity/recorded-relay.ts';
import type { LiveSession } from './live-sessions.ts';
import type { SessionContext } from './session-context.ts';
import { socketPair } from './testing/loopback.ts';
import { complete, message, ready } from './testing/messages.ts';

const FIRST = message('Q', 'select 1');
const SECOND = message('Q', 'drop table t');

interface Stage {
  readonly relayed: RecordedRelay;
  /** What the server got so far. */
  readonly atServer: () => Buffer;
  readonly answer: (bytes: Buffer) => void;
  /** Sends a cancel request; by default with the right key. */
  readonly cancel: (key?: Buffer) => Promise<boolean>;
  /** Requests that went on to the server, each of which the server ends by a call. */
  readonly upstream: (() => void)[];
  readonly counted: string[];
  /** What waits for the record to be safe. */
  readonly unsafe: (() => void)[];
}

/** A session, its agent and its server, with a cancel key of the gateway's. */
async function stage({ holdsRecord = false } = {}): Promise<Stage> {
  const { client: server, server: near, close } = await socketPair();
  const relayed = await relayTo(near);
  onTestFinished(relayed.close);
  onTestFinished(close);
  const got: Buffer[] = [];
  server.on('data', (bytes: Buffer) => got.push(bytes));
  const upstream: (() => void)[] = [];
  const counted: string[] = [];
  const unsafe: (() => void)[] = [];
  const cancelKeys = new CancelKeys<LiveSession>();
  const session = {
    relay: relayed.running,
    recorder: relayed.session,
    cancel: () => new Promise<void>((resolve) => upstream.push(resolve)),
  } as unknown as LiveSession;
  const { processId, key: own } = cancelKeys.issue(session, 4711, '3.2');
  const context = {
    cancelKeys,
    recorder: {
      clock: { monotonic: 0, read: () => {} },
      settled: () => (holdsRecord ? new Promise<void>((resolve) => unsafe.push(resolve)) : Promise.resolve()),
    },
    refusals: { count: (reason: string) => counted.push(reason) },
  } as unknown as SessionContext;
  return {
    relayed,
    atServer: () => Buffer.concat(got),
    answer: (bytes) => void server.write(bytes),
    cancel: (key = own) => cancelSession({ processId, key, address: '127.0.0.1' }, context),
    upstream,
    counted,
    unsafe,
  };
}

const shortly = () => new Promise((resolve) => setTimeout(resolve, 50));
const cancels = ({ relayed }: Stage) =>
  relayed.events.filter(({ kind }) => kind === 'cancel').map(({ fields }) => fields['accepted']);

test('while a cancel is upstream nothing more of its session is forwarded, and nothing is recorded of it', async () => {
  const on = await stage();
  on.relayed.agent.write(FIRST);
  await expect.poll(on.atServer).toEqual(FIRST);
  const cancelled = on.cancel();
  await expect.poll(() => on.upstream.length).toBe(1);
  on.relayed.agent.write(SECOND);
  on.answer(Buffer.concat([complete('SELECT 1'), ready('I')]));
  await shortly();
  expect(on.atServer()).toEqual(FIRST);
  on.upstream[0]?.();
  await cancelled;
  await expect.poll(on.atServer).toEqual(Buffer.concat([FIRST, SECOND]));
  expect([cancels(on), on.relayed.events.map(({ kind }) => kind)]).toEqual([
    [true],
    ['statement', 'cancel', 'outcome', 'statement'],
  ]);
});

test('two cancels hold a session until both have ended', async () => {
  const on = await stage();
  on.relayed.agent.write(FIRST);
  await expect.poll(on.atServer).toEqual(FIRST);
  const both = [on.cancel(), on.cancel()];
  await expect.poll(() => on.upstream.length).toBe(2);
  on.relayed.agent.write(SECOND);
  on.upstream[0]?.();
  await shortly();
  expect(on.atServer()).toEqual(FIRST);
  on.upstream[1]?.();
  await Promise.all(both);
  await expect.poll(on.atServer).toEqual(Buffer.concat([FIRST, SECOND]));
});

test('a statement that ended before the cancel could be sent needs none', async () => {
  const on = await stage({ holdsRecord: true });
  on.relayed.agent.write(FIRST);
  await expect.poll(on.atServer).toEqual(FIRST);
  const cancelled = on.cancel();
  on.answer(Buffer.concat([complete('SELECT 1'), ready('I')]));
  await expect.poll(() => on.relayed.running.exchange.expected.length).toBe(0);
  on.unsafe[0]?.();
  await cancelled;
  expect([cancels(on), on.upstream.length]).toEqual([[true], 0]);
});

test('with no statement in flight nothing is cancelled, and that is on record', async () => {
  const on = await stage();
  await on.cancel();
  expect([cancels(on), on.upstream.length]).toEqual([[false], 0]);
});

test('a wrong key is of no session, and too many right ones are counted and not recorded', async () => {
  const on = await stage();
  expect([await on.cancel(Buffer.alloc(32)), await on.cancel(Buffer.alloc(4))]).toEqual([false, false]);
  for (let i = 0; i < 12; i++) await on.cancel();
  expect(on.counted).toEqual(['CANCEL_PACE', 'CANCEL_PACE']);
  expect(cancels(on)).toEqual(Array.from({ length: 10 }, () => false));
});
