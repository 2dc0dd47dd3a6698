import { once } from 'node:events';
import { connect as dial } from 'node:net';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Config } from './config.ts';
import { cancelPacket } from '../test/cancel-packet.ts';
import { ended, Stage } from '../test/stage.ts';

let stage: Stage;
beforeAll(async () => (stage = await Stage.open()));
afterAll(() => stage?.[Symbol.asyncDispose]());

/** How the client was told to go. */
function farewell(client: pg.Client): Promise<unknown> {
  return once(client, 'error').then(([error]) => (error as { code: string }).code);
}

async function untilDraining(config: Config): Promise<void> {
  await expect
    .poll(() => stage.ask(config.gateway.control, 'GET', '/ready'), { timeout: 5_000 })
    .toMatchObject({ status: 503, value: { draining: true } });
}

test('a draining gateway ends the idle, refuses the new and waits for the busy', async () => {
  const config = stage.configure('drain: 20s');
  const gateway = await stage.start(config);
  const archive = await stage.archive(config);
  const token = await stage.token('new');
  const idle = farewell(await stage.connect(gateway, await stage.token('idle')));
  const busy = await stage.connect(gateway, await stage.token('busy'));
  const sleeping = busy.query("select pg_sleep(60), 'worked'").catch(({ code }: { code: string }) => code);
  const within = await stage.connect(gateway, await stage.token('within'));
  await within.query('begin');
  const closed = gateway.close({ drain: true });
  expect(await idle).toBe('57P01');
  await untilDraining(config);
  await expect(stage.connect(gateway, token)).rejects.toMatchObject({
    code: '57P03',
    message: 'the gateway is shutting down',
  });
  // A transaction goes on until it ends, and what is in flight can still be cancelled.
  expect((await within.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
  const gone = farewell(within);
  await within.query('commit');
  expect(await gone).toBe('57P01');
  const request = dial({ host: '127.0.0.1', port: gateway.listen.port });
  request.resume().end(cancelPacket(busy));
  expect(await sleeping).toBe('57014');
  await closed;
  const ends = await Promise.all(['idle', 'within', 'busy', 'new'].map((subject) => ended(archive, subject)));
  expect(
    ends.map(({ outcome, reason, statements, errors }) => [outcome, reason, statements, errors]),
  ).toEqual([
    ['failed', 'the gateway is shutting down', 0, 0],
    ['failed', 'the gateway is shutting down', 3, 0],
    ['failed', 'the gateway is shutting down', 1, 1],
    ['refused', 'the gateway is shutting down', 0, 0],
  ]);
});

test.each([
  ['when its time is up', 'drain: 300ms', () => {}],
  ['when hurried', 'drain: 1h', (hurry: () => void) => void setTimeout(hurry, 300)],
])('busy sessions are ended and their backends cancelled %s', async (_, settings, then) => {
  const config = stage.configure(settings);
  const gateway = await stage.start(config);
  const archive = await stage.archive(config);
  const subject = `stubborn ${settings}`;
  const client = await stage.connect(gateway, await stage.token(subject));
  const sleeping = client.query('select pg_sleep(60)').catch(({ code }: { code: string }) => code);
  await expect
    .poll(() => stage.ask(config.gateway.control, 'GET', '/sessions'))
    .toMatchObject({ value: { sessions: [{ inFlight: { statement: 1 } }] } });
  then(() => gateway.hurry());
  await gateway.close({ drain: true });
  expect(await sleeping).toBe('57P01');
  const { outcome, reason } = await ended(archive, subject);
  expect([outcome, reason]).toEqual(['failed', 'the gateway is shutting down']);
});
