import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followRequests } from '../main/control-approvals.ts';
import type { RequestNews } from '../shared/approvals/request.ts';
import { WholeRequest } from '../shared/approvals/request-schema.ts';
import { HeldGateway, refusal } from '../test/held-gateway.ts';

describe('decisions', () => {
  let held: HeldGateway;
  let agent: pg.Client;
  let rita: string;
  let bob: string;

  beforeAll(async () => {
    held = await HeldGateway.start('roles: { reviewer: [dbas, seniors] }');
    const { stage, gateway } = held;
    agent = await stage.connect(gateway, await stage.token('agent', 'github:4711:3', ['dbas']));
    rita = await stage.token('rita', undefined, ['dbas']);
    bob = await stage.token('bob', undefined, ['dbas']);
    await agent.query('create table kept (id int); insert into kept values (1), (2)');
  });
  afterAll(() => held?.[Symbol.asyncDispose]());

  test('are made by a person in one of the rule’s groups, after a look at all of it', async () => {
    const { id, answer } = await held.hold(agent, 'delete from kept');
    const shown = WholeRequest.parse((await held.ask('GET', `/approvals/${id}`)).value);
    expect(shown).toMatchObject({
      state: 'pending',
      connection: 'shop',
      asker: { subject: 'agent', job: 'github/4711/3', attested: true },
      verbs: ['DELETE'],
      tables: ['public.kept'],
      rules: ['every row'],
      text: 'delete from kept',
      groups: ['dbas'],
      message: 'no WHERE',
    });
    const { status, value } = await held.decide(id, 'reject', rita, 'no WHERE');
    expect([status, value, await answer]).toMatchObject([
      200,
      { id, state: 'rejected', outcome: 'rejected by rita: no WHERE' },
      expect.stringContaining('42501 rejected by rita: no WHERE'),
    ]);
    expect(held.logged('approval.decided').at(-1)).toMatchObject({
      request: id,
      verdict: 'reject',
      subject: 'rita',
      reason: 'no WHERE',
      state: 'rejected',
    });
  });

  test('are not made by the agent itself, nor by anybody outside', async () => {
    const { id, answer } = await held.hold(agent, 'delete from kept');
    const { stage } = held;
    const answers = [
      await held.decide(id, 'approve'),
      await held.decide(id, 'approve', await stage.token('agent', undefined, ['dbas'])),
      await held.decide(id, 'approve', await stage.token('runner', 'github:9:9', ['dbas'])),
      await held.decide(id, 'approve', await stage.token('guest', undefined, ['guests'])),
      await held.decide(id, 'approve', await stage.token('stranger', undefined, ['seniors'])),
      await held.ask('POST', `/approvals/${id}`, { verdict: 'reject' }, rita),
      await held.ask('POST', `/approvals/${id}`, { verdict: 'maybe' }, rita),
    ];
    expect(answers.map(refusal)).toEqual([
      [401, 'UNAUTHENTICATED', 'this takes a token of your own; run: auditorium login'],
      [403, 'FORBIDDEN', 'nobody decides on their own statement: agent asks for it'],
      [403, 'FORBIDDEN', 'this is the token of a CI job; a person decides, with a token of their own'],
      [403, 'FORBIDDEN', 'guest may not do this: it takes a reviewer (group dbas or seniors)'],
      [403, 'FORBIDDEN', 'stranger may not decide on this: it takes a member of dbas'],
      [400, 'BAD_REQUEST', 'reason: say why it is rejected: the agent is told'],
      [400, 'BAD_REQUEST', expect.stringContaining('verdict: ')],
    ]);
    expect(
      held.logged('approval.refused').map(({ subject, code }) => `${String(subject)} ${String(code)}`),
    ).toEqual(expect.arrayContaining(['agent FORBIDDEN', 'runner FORBIDDEN', 'stranger FORBIDDEN']));
    await held.decide(id, 'approve', rita);
    expect(await answer).toBe('done');
  });

  test('wait for the quorum, one vote a person; twice, late and unknown ones say so', async () => {
    const { id, answer } = await held.hold(agent, 'truncate kept');
    const first = await held.decide(id, 'approve', rita);
    const again = await held.decide(id, 'reject', rita, 'on second thoughts');
    const second = await held.decide(id, 'approve', bob);
    const late = await held.decide(id, 'approve', bob);
    const unknown = await held.decide('4711', 'approve', rita);
    expect([
      first.value,
      refusal(again),
      second.value,
      await answer,
      refusal(late),
      refusal(unknown),
    ]).toMatchObject([
      { state: 'pending' },
      [409, 'CONFLICT', `rita has voted on ${id} before, to approve it`],
      { state: 'approved' },
      'done',
      [409, 'CONFLICT', `${id} was decided before: approved by rita and bob: as agreed`],
      [404, 'NOT_FOUND', 'there is no request 4711'],
    ]);
  });

  test('come too late once the time is over', async () => {
    const { id, answer } = await held.hold(agent, 'drop table kept');
    expect(await answer).toMatch(/^42501 .*no decision in time/);
    expect(refusal(await held.decide(id, 'approve', rita))).toEqual([
      410,
      'GONE',
      `too late, ${id} was refused: no decision in time`,
    ]);
  });

  test('find nothing to decide on once the agent has gone', async () => {
    const { stage, gateway } = held;
    const leaver = await stage.connect(gateway, await stage.token('leaver'));
    const { id } = await held.hold(leaver, 'delete from kept');
    (leaver as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await expect.poll(() => held.pending(), { timeout: 5_000 }).toEqual([]);
    expect(refusal(await held.decide(id, 'approve', rita))).toEqual([
      410,
      'GONE',
      expect.stringContaining(`${id} is no longer held: `),
    ]);
  });

  test('reach whoever follows the inbox', async () => {
    const left = new AbortController();
    const news: RequestNews[] = [];
    const following = (async () => {
      const access = { socket: held.config.gateway.control, token: null };
      for await (const each of followRequests(access, left.signal)) news.push(each);
    })();
    await expect.poll(() => news.length).toBe(1);
    const { id, answer } = await held.hold(agent, 'truncate kept');
    await held.decide(id, 'approve', rita);
    await held.decide(id, 'approve', bob);
    await answer;
    await expect.poll(() => news.length).toBe(4);
    left.abort();
    await following;
    const states = news.map((each) =>
      each.kind === 'all' ? 'all' : `${each.request.id} ${each.request.state} ${each.request.votes.length}`,
    );
    expect(states).toEqual(['all', `${id} pending 0`, `${id} pending 1`, `${id} approved 2`]);
  });
});
