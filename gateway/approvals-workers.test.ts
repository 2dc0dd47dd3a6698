import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeldGateway, refusal } from '../test/held-gateway.ts';
import { Readiness } from './control-schema.ts';

describe.skipIf(process.platform !== 'linux')('with several workers', () => {
  let held: HeldGateway;
  beforeAll(async () => void (held = await HeldGateway.start('', 'workers: 2')));
  afterAll(() => held?.[Symbol.asyncDispose]());

  test('a decision finds the worker that holds the statement; who dies gives up what it held', async () => {
    const { stage, gateway } = held;
    const rita = await stage.token('rita', undefined, ['dbas']);
    const agents = await Promise.all(
      Array.from({ length: 16 }, async (_, at) => stage.connect(gateway, await stage.token(`agent ${at}`))),
    );
    await agents[0]?.query('create table kept (id int)');
    const answers = agents.map((agent) =>
      agent.query('delete from kept').then(
        () => 'done',
        () => 'refused',
      ),
    );
    await expect.poll(async () => (await held.pending()).length, { timeout: 10_000 }).toBe(16);
    const ids = await held.pending();
    const of = (worker: number) => ids.filter((id) => id.endsWith('w1') === (worker === 1));
    const one = of(0)[0] ?? '';
    const other = of(1)[0] ?? '';
    expect([one, other]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+w1$/)]);
    const decided = [await held.decide(one, 'approve', rita), await held.decide(other, 'reject', rita)];
    expect(decided.map(({ status, value }) => [status, (value as { state: string }).state])).toEqual([
      [200, 'approved'],
      [200, 'rejected'],
    ]);
    const { workers } = Readiness.parse((await held.ask('GET', '/ready')).value);
    process.kill(workers[1]?.pid as number, 'SIGKILL');
    await expect.poll(() => held.pending(), { timeout: 10_000 }).toEqual(of(0).slice(1));
    const gone = of(1)[1] ?? '';
    const at = async () => refusal(await held.decide(gone, 'approve', rita));
    const message = expect.stringContaining(`${gone} is no longer held: its session ended`) as string;
    expect(await at()).toEqual([410, 'GONE', message]);
    const up = async () => Readiness.parse((await held.ask('GET', '/ready')).value).ready;
    await expect.poll(up, { timeout: 15_000 }).toBe(true);
    expect(await at()).toEqual([410, 'GONE', message]);
    for (const id of of(0).slice(1)) await held.decide(id, 'approve', rita);
    expect((await Promise.all(answers)).filter((answer) => answer === 'done').length).toBe(of(0).length);
  }, 40_000);
});

test('a gateway that ends gives up what it holds, and tells; started again it knows that it is no longer held', async () => {
  const told: string[] = [];
  const receiver = createServer((request, response) => {
    void text(request).then((body) => {
      const { type, data } = JSON.parse(body) as { type: string; data: { state: string } };
      told.push(`${type} ${data.state}`);
      return response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as { port: number };
  const url = `http://127.0.0.1:${port}/hook`;
  const held = await HeldGateway.start(`approvals: { webhook: { url: '${url}', secret: shared } }`);
  try {
    const { stage, gateway } = held;
    const token = await stage.token('rita', undefined, ['dbas']);
    const agent = await stage.connect(gateway, await stage.token('agent'));
    await agent.query('create table kept (id int)');
    const { id, answer } = await held.hold(agent, 'delete from kept');
    await gateway.close({ drain: true });
    expect(await answer).toMatch(/^42501 .*the gateway is shutting down|^57P01 /);
    expect(told).toEqual(['approval.opened pending', 'approval.ended abandoned']);
    const again = await HeldGateway.start('', '', stage);
    expect(refusal(await again.decide(id, 'approve', token))).toEqual([
      410,
      'GONE',
      `${id} is no longer held: its session ended`,
    ]);
    await again.gateway.close();
  } finally {
    receiver.close();
    await held[Symbol.asyncDispose]();
  }
}, 20_000);
