/** Gateways that dial a team server: what people see of them there, and what they do to them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Visitor } from '../../main/server/testing/visitor.ts';
import { ApprovalDetail, ApprovalRow } from '../../shared/api/approvals.ts';
import { FleetSessions } from '../../shared/api/fleet.ts';
import { SessionRow } from '../../shared/api/session.ts';
import { type FleetMember, LinkedFleet, read, refusal } from './linked-fleet.ts';

let fleet: LinkedFleet;
let one: FleetMember;
let two: FleetMember;
let lea: Visitor;
beforeAll(async () => {
  fleet = await LinkedFleet.start();
  [one, two] = [await fleet.gateway('gw-1'), await fleet.gateway('gw-2')];
  lea = await fleet.person('lea', 'leads');
  await fleet.seen(lea, { 'gw-1': 'linked', 'gw-2': 'linked' });
  const agent = await fleet.agent(one, 'maker');
  await agent.query('create table kept (id int); insert into kept values (1), (2)');
});
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]();
});

test('a statement that a gateway holds is seen at the server, and runs once it is approved there', async () => {
  const agent = await fleet.agent(two, 'agent-2');
  const { id, answer } = await fleet.hold(lea, agent, 'delete from kept');
  const shown = read(ApprovalDetail, await lea.ask('GET', `/api/approvals/${encodeURIComponent(id)}`));
  const decided = await lea.ask('POST', `/api/approvals/${encodeURIComponent(id)}`, {
    verdict: 'approve',
    reason: 'as agreed',
  });
  expect([shown, read(ApprovalRow, decided), await answer]).toMatchObject([
    {
      id: 'gw-2:1',
      gateway: { name: 'gw-2', away: null },
      text: 'delete from kept',
      asker: { subject: 'agent-2' },
      rules: ['every row'],
      message: 'no WHERE',
    },
    { id: 'gw-2:1', state: 'approved', outcome: 'approved by lea: as agreed' },
    'done',
  ]);
});

test('who may decide is the gateway’s to say, by their own token', async () => {
  const agent = await fleet.agent(one, 'lea');
  const { id, answer } = await fleet.hold(lea, agent, 'delete from kept');
  const path = `/api/approvals/${encodeURIComponent(id)}`;
  const bo = await fleet.person('bo', 'everyone');
  const own = await lea.ask('POST', path, { verdict: 'approve' });
  const noReviewer = await bo.ask('POST', path, { verdict: 'approve' });
  const leo = await fleet.person('leo', 'leads');
  const rejected = await leo.ask('POST', path, { verdict: 'reject', reason: 'say which' });
  const again = await leo.ask('POST', path, { verdict: 'approve' });
  expect([refusal(own), refusal(noReviewer), rejected.status, await answer, refusal(again)]).toEqual([
    [403, 'FORBIDDEN', 'nobody decides on their own statement: lea asks for it'],
    [403, 'FORBIDDEN', 'this needs the permission approvals:decide, which the role reviewer has'],
    200,
    '42501 rejected by leo: say which',
    [409, 'CONFLICT', expect.stringContaining(`was decided before: rejected by leo`)],
  ]);
});

test('sessions are seen as they begin, and ended by admins of the gateway', async () => {
  const agent = await fleet.agent(one, 'runner');
  const ended = new Promise((resolve) => agent.once('error', resolve));
  const sessions = async () =>
    read(FleetSessions, await lea.ask('GET', '/api/fleet/sessions?gateway=gw-1')).sessions;
  await expect
    .poll(async () => (await sessions()).find(({ subject }) => subject === 'runner'), { timeout: 5_000 })
    .toMatchObject({ gateway: 'gw-1', connection: 'shop', statements: 0 });
  const id = (await sessions()).find(({ subject }) => subject === 'runner')?.id ?? '';
  const adam = await fleet.person('adam', 'ops');
  const refused = await lea.ask('POST', `/api/sessions/${id}/end`, { reason: 'enough' });
  const told = await adam.ask('POST', `/api/sessions/${id}/end`, { reason: 'enough' });
  expect([refused.status, told.status, await ended]).toEqual([
    403,
    200,
    expect.objectContaining({ code: '57P01', detail: 'enough' }),
  ]);
  expect(one.lines.findLast((line) => line.includes('session.killed'))).toContain(
    `"by":"adam, by ${fleet.team.origin}"`,
  );
  await expect
    .poll(async () => (await sessions()).some((row) => row.id === id), { timeout: 5_000 })
    .toBe(false);
});

test('while the link is cut nothing is approved: the hold ends as its policy says, and is told of when it is back', async () => {
  const agent = await fleet.agent(one, 'waiter');
  const { id, answer } = await fleet.hold(lea, agent, 'drop table kept');
  fleet.way.cut();
  await fleet.seen(lea, { 'gw-1': 'away', 'gw-2': 'away' });
  const path = `/api/approvals/${encodeURIComponent(id)}`;
  const late = await lea.ask('POST', path, { verdict: 'approve' });
  const away = (await fleet.inbox(lea)).requests.find((row) => row.id === id);
  const refused = await answer;
  fleet.way.mend();
  await fleet.seen(lea, { 'gw-1': 'linked', 'gw-2': 'linked' }, 20_000);
  const back = (await fleet.inbox(lea)).requests.find((row) => row.id === id);
  expect([refusal(late), away?.gateway, refused, back]).toMatchObject([
    [503, 'GATEWAY_UNREACHABLE', expect.stringMatching(/^the gateway gw-1 is away since /)],
    { name: 'gw-1', away: expect.any(Number) },
    expect.stringMatching(/^42501 .*no decision in time/),
    { state: 'timeout', gateway: { name: 'gw-1', away: null } },
  ]);
}, 40_000);

test('a session that runs is followed through the link before the archive has it, by who may look at the gateway', async () => {
  const agent = await fleet.agent(two, 'followed');
  await agent.query('select 1');
  const find = async () => {
    const { sessions } = read(FleetSessions, await lea.ask('GET', '/api/fleet/sessions'));
    return sessions.find(({ subject }) => subject === 'followed')?.id ?? '';
  };
  await expect.poll(find, { timeout: 5_000 }).not.toBe('');
  const id = await find();
  const session = async (who: Visitor) => who.ask('GET', `/api/sessions/${id}`);
  await expect.poll(async () => (await session(lea)).status, { timeout: 5_000 }).toBe(200);
  await agent.query("select 'at the edge'");
  const texts = async () => {
    const { body } = await lea.ask('GET', `/api/statements?session=${id}`);
    return (JSON.parse(body) as { items: { text: string }[] }).items.map(({ text }) => text);
  };
  await expect.poll(texts, { timeout: 5_000 }).toEqual(['select 1', "select 'at the edge'"]);
  const row = read(SessionRow, await session(lea));
  const segments = await lea.ask('GET', `/api/sessions/${id}/segments`);
  const outline = await lea.ask('GET', `/api/sessions/${id}/outline?from=0`);
  const first = await lea.ask('GET', `/api/sessions/${id}/segments/0`);
  const inv = await fleet.person('inv', 'security');
  const stranger = await session(inv);
  expect([
    row,
    (JSON.parse(segments.body) as { items: unknown[] }).items.length > 0,
    outline.status,
    first.status,
    refusal(stranger),
    two.lines.filter((line) => line.includes('"fleet.read"')).length,
  ]).toMatchObject([
    { id, outcome: 'live', identity: { subject: 'followed' }, followed: { gateway: 'gw-2', why: null } },
    true,
    200,
    200,
    [403, 'FORBIDDEN', expect.stringContaining('inv may not do this: on this gateway it takes')],
    1,
  ]);
  await agent.end();
  const outcome = async () => read(SessionRow, await session(lea)).outcome;
  await expect.poll(outcome, { timeout: 5_000 }).toBe('completed');
});
