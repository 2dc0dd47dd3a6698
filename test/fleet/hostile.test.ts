/** What a team server that was taken over, or a gateway that is none, achieves: nothing that a person's own token does not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Hello } from '../../shared/fleet/messages.ts';
import { FalseServer } from './false-server.ts';
import { type FleetMember, LinkedFleet, refusal } from './linked-fleet.ts';

let fleet: LinkedFleet;
let server: FalseServer;
let gateway: FleetMember;
beforeAll(async () => {
  [fleet, server] = [await LinkedFleet.start(), await FalseServer.start()];
  gateway = await fleet.gateway('gw-1', { server: server.origin, secret: 'x' });
});
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

let orders = 0;

/** Has the gateway do something; resolves to the code and the words of its refusal, or to what it did. */
async function order(wish: object): Promise<unknown> {
  const number = ++orders;
  server.tell({ number, link: server.link, gateway: 'gw-1', ...wish });
  return answer(number);
}

async function answer(number: number, index = 0): Promise<unknown> {
  await expect.poll(() => server.answers(number).length, { timeout: 8_000 }).toBeGreaterThan(index);
  const told = server.answers(number)[index];
  return told?.ok === true ? told.value : `${told?.code}: ${told?.message}`;
}

const decide = (request: string, token: string) =>
  ({ kind: 'decide', request, verdict: 'approve', reason: '', token }) as const;

/** An agent asks for what is held; resolves to the request’s number and to what becomes of it. */
async function held(subject: string): Promise<{ readonly id: string; readonly outcome: Promise<string> }> {
  const agent = await fleet.agent(gateway, subject);
  const outcome = agent.query('delete from nothing').then(
    () => 'done',
    (error: Error) => error.message,
  );
  const find = () =>
    server.said.findLast((one) => one.kind === 'request' && one.request.asker.subject === subject);
  await expect.poll(find, { timeout: 8_000 }).toBeDefined();
  const found = find();
  return { id: found?.kind === 'request' ? found.request.id : '', outcome };
}

test('without a person’s own token nothing is decided and no session ends', async () => {
  const { id, outcome } = await held('one');
  const [session] = server.hellos.at(-1)?.sessions ?? [];
  const [lea, bo] = [await fleet.token('lea', ['leads']), await fleet.token('bo', ['everyone'])];
  const [head, claims, signature] = lea.split('.');
  const told = JSON.parse(Buffer.from(claims ?? '', 'base64url').toString('utf8')) as object;
  const forged = Buffer.from(JSON.stringify({ ...told, sub: 'root', groups: ['leads', 'ops'] })).toString(
    'base64url',
  );
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  expect([
    session,
    await order(decide(id, 'x')),
    await order(decide(id, `${head}.${forged}.${signature}`)),
    await order(decide(id, `${none}.${forged}.`)),
    await order(decide(id, bo)),
    await order(decide(id, await fleet.token('one', ['leads']))),
    await order({ kind: 'end', session: 'a'.repeat(32), reason: 'enough', token: lea }),
  ]).toEqual([
    undefined,
    expect.stringMatching(/^UNAUTHENTICATED: /),
    expect.stringMatching(/^UNAUTHENTICATED: /),
    expect.stringMatching(/^UNAUTHENTICATED: /),
    'FORBIDDEN: bo may not do this: on this gateway it takes a reviewer (group leads)',
    'FORBIDDEN: nobody decides on their own statement: one asks for it',
    'FORBIDDEN: lea may not do this: on this gateway it takes an admin (group ops)',
  ]);
  await order({ ...decide(id, lea), verdict: 'reject', reason: 'no' });
  expect(await outcome).toContain('rejected by lea: no');
});

test('an order is carried out once, through the link and by the gateway that it names', async () => {
  const [first, second] = [await held('first'), await held('second')];
  const lea = await fleet.token('lea', ['leads']);
  const number = ++orders;
  const said = { number, link: server.link, gateway: 'gw-1', ...decide(first.id, lea) };
  server.tell(said);
  const done = await answer(number);
  server.tell(said);
  const replayed = await answer(number, 1);
  server.tell({ ...said, request: second.id });
  const turned = await answer(number, 2);
  const elsewhere = await order({ ...decide(second.id, lea), gateway: 'gw-2' });
  const before = server.link;
  server.end();
  await expect.poll(() => server.hellos.length, { timeout: 8_000 }).toBeGreaterThan(1);
  const later = await order({ ...decide(second.id, lea), link: before });
  expect([done, replayed, turned, elsewhere, later]).toEqual([
    expect.objectContaining({ id: first.id, state: 'approved' }),
    `REFUSED: it was given before: of this link ${number} was the last`,
    `REFUSED: it was given before: of this link ${number} was the last`,
    'REFUSED: it was meant for the gateway gw-2, this is gw-1',
    'REFUSED: it was meant for another link of this gateway',
  ]);
  expect(server.hellos.at(-1)?.requests.find(({ id }) => id === second.id)?.state).toBe('pending');
  await order({ ...decide(second.id, lea), verdict: 'reject', reason: 'no' });
});

test('what is no message ends the link, which is dialled anew', async () => {
  for (const garbage of [
    '{"kind":"rule"}\n',
    'x\n',
    `"${'a'.repeat(5 << 20)}`,
    '{"kind":"welcome","version":2,"id":"x","software":"y"}\n',
  ]) {
    const links = server.hellos.length;
    server.tell(garbage);
    if (garbage.includes('welcome')) server.end(); // a second welcome is passed over
    await expect.poll(() => server.hellos.length, { timeout: 20_000 }).toBeGreaterThan(links);
  }
  expect(gateway.lines.some((line) => line.includes('"fleet.lost"'))).toBe(true);
}, 60_000);

test('a token for another audience decides nothing', async () => {
  await using other = await FalseServer.start();
  const strict = await fleet.gateway('gw-3', {
    server: other.origin,
    secret: 'x',
    audience: 'api://another',
  });
  await expect.poll(() => other.link, { timeout: 8_000 }).not.toBe('');
  const token = await fleet.token('lea', ['leads']);
  other.tell({ number: 1, link: other.link, gateway: 'gw-3', ...decide('1', token) });
  await expect.poll(() => other.answers(1).length, { timeout: 8_000 }).toBe(1);
  expect([other.answers(1), strict.lines.some((line) => line.includes('"fleet.refused"'))]).toEqual([
    [
      {
        kind: 'answer',
        ok: false,
        number: 1,
        code: 'UNAUTHENTICATED',
        message: 'the token is for "auditorium"; request one with the audience "api://another"',
      },
    ],
    true,
  ]);
});

test('who is no gateway of the server gets no link, and one name is one gateway’s', async () => {
  const ours = fleet.enrolled.add('gw-4', { by: 'a test', now: 0, again: false });
  const hello = (overrides: object) => JSON.stringify({ ...Hello.parse(server.hellos.at(-1)), ...overrides });
  const open = (who: string | null, body: string, headers: Record<string, string> = {}) =>
    fleet.team.visitor().raw('POST', '/fleet/link', {
      body,
      headers: {
        'content-type': 'application/json',
        ...(who !== null && { authorization: `Basic ${Buffer.from(who).toString('base64')}` }),
        ...headers,
      },
    });
  const answers = [
    await open(null, hello({})),
    await open('gw-4:x', hello({})),
    await open(`gw-5:${ours}`, hello({})),
    await open(`../gw-4:${ours}`, hello({})),
    await open(`gw-4:${ours}`, hello({}), { origin: fleet.team.origin }),
    await open(`gw-4:${ours}`, hello({ version: 2 })),
    await open(`gw-4:${ours}`, hello({ sessions: 7 })),
    await open(`gw-4:${ours}`, 'x'),
  ];
  expect(answers.map(refusal)).toEqual([
    [401, 'UNKNOWN', expect.stringContaining('no gateway of this name has this secret')],
    [401, 'UNKNOWN', expect.any(String)],
    [401, 'UNKNOWN', expect.any(String)],
    [401, 'UNKNOWN', expect.any(String)],
    [400, 'MALFORMED', 'this is for gateways, not for browsers'],
    [426, 'VERSION', 'this gateway speaks version 2 of the link, the server 1: bring both to one release'],
    [400, 'MALFORMED', expect.stringContaining('sessions: ')],
    [400, 'MALFORMED', 'this is not JSON'],
  ]);
  const member = await fleet.gateway('gw-4', { secret: ours });
  const lea = await fleet.person('lea', 'leads');
  await fleet.seen(lea, { 'gw-4': 'linked' });
  const twin = await fleet.gateway('gw-4', { secret: ours, place: 'twin' });
  await expect
    .poll(() => twin.lines.find((line) => line.includes('fleet.failed')), { timeout: 8_000 })
    .toContain('another gateway is linked by the name gw-4, from 127.0.0.1');
  fleet.enrolled.remove('gw-4');
  await fleet.seen(lea, {});
  await expect
    .poll(() => member.lines.some((line) => line.includes('"code":"UNKNOWN"')), { timeout: 8_000 })
    .toBe(true);
});
