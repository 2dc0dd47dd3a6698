/** What other sites, other names and other networks try with a team server (test 40 of the security plan). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestTeam, startTestTeam } from './testing/test-team.ts';
import type { Visitor } from './testing/visitor.ts';

let team: TestTeam;
let ada: Visitor;
beforeAll(async () => {
  team = await startTestTeam();
  ada = team.visitor();
  await ada.signIn({ subject: 'ada', groups: 'security' });
});
afterAll(async () => {
  await team[Symbol.asyncDispose]();
  expect(team.reported).toEqual([]);
});

const refused = (reason: string) => ({ code: 'FORBIDDEN', message: `this request is refused: ${reason}` });
const json = { 'content-type': 'application/json' };

test.each(['evil.example', 'localhost', '127.0.0.1', 'localhost:1', 'localhost.evil.example'])(
  'a Host of %s, as after DNS rebinding, is refused, the window included',
  async (host) => {
    const answers = [
      await ada.raw('GET', '/', { headers: { host } }),
      await ada.raw('GET', '/api/archive', { headers: { host } }),
      await ada.raw('GET', '/sign-in/callback?state=x', { headers: { host } }),
    ];
    const expected = [403, refused('its Host is not this host')];
    expect(answers.map(({ status, body }) => [status, JSON.parse(body)])).toEqual([
      expected,
      expected,
      expected,
    ]);
  },
);

test.each(['null', 'https://evil.example', 'https://localhost', 'http://localhost'])(
  'an Origin of %s is refused, whatever it asks',
  async (origin) => {
    const answers = [
      await ada.raw('GET', '/api/archive', { headers: { origin } }),
      await ada.raw('POST', '/api/person/sign-in', { headers: { origin } }),
      await ada.raw('POST', '/api/preferences', {
        headers: { ...json, origin, 'x-auditorium-csrf': ada.csrf },
        body: '{"change":{"kind":"forgetHistory"}}',
      }),
    ];
    const expected = [403, refused('its Origin is another site')];
    expect(answers.map(({ status, body }) => [status, JSON.parse(body)])).toEqual([
      expected,
      expected,
      expected,
    ]);
  },
);

test('what changes state needs the Origin and the word of its own window', async () => {
  const body = '{"change":{"kind":"forgetHistory"}}';
  const post = (headers: Record<string, string>) =>
    ada.raw('POST', '/api/preferences', { headers: { ...json, ...headers }, body });
  const other = team.visitor();
  await other.signIn({ subject: 'mallory', groups: 'everyone' });
  const { origin } = team;
  const lacks = refused('it changes state without the x-auditorium-csrf of its window');
  const answers = [
    await post({ 'x-auditorium-csrf': ada.csrf }),
    await post({ origin }),
    await post({ origin, 'x-auditorium-csrf': '' }),
    await post({ origin, 'x-auditorium-csrf': other.csrf }),
    await ada.raw('DELETE', '/api/person', { headers: { origin } }),
    await ada.raw('POST', '/api/person/sign-in', { headers: { origin } }),
    await post({ origin, 'x-auditorium-csrf': ada.csrf }),
  ];
  expect(answers.slice(0, -1).map(({ body: told }) => JSON.parse(told) as unknown)).toEqual([
    refused('it changes state and has no Origin'),
    lacks,
    lacks,
    lacks,
    lacks,
    lacks,
  ]);
  expect(answers.at(-1)?.status).toBe(200);
});

test('nothing becomes a WebSocket, and one that is asked for from elsewhere is refused', async () => {
  const asked = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  const answers = [
    await ada.raw('GET', '/api/live', { headers: { ...asked, origin: 'https://evil.example' } }),
    await ada.raw('GET', '/api/live', { headers: { ...asked, origin: 'null' } }),
    await ada.raw('GET', '/api/archive', { headers: { ...asked, origin: team.origin } }),
  ];
  expect(answers.map(({ status, headers }) => [status, headers['sec-websocket-accept']])).toEqual([
    [403, undefined],
    [403, undefined],
    [200, undefined],
  ]);
});

test('a form of another site changes nothing', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'x-auditorium-csrf': ada.csrf };
  const plain = { 'content-type': 'text/plain', 'x-auditorium-csrf': ada.csrf };
  const { origin } = team;
  const answers = [
    await ada.raw('POST', '/api/preferences', { headers: { ...form, origin }, body: 'change=x' }),
    await ada.raw('POST', '/api/preferences', {
      headers: { ...plain, origin },
      body: '{"change":{"kind":"forgetHistory"}}',
    }),
    await ada.raw('POST', '/api/preferences', {
      headers: { ...form, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      body: 'change=x',
    }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 403]);
});

test('another site may lead people here, and embed or load nothing', async () => {
  const from = (site: string, mode: string, dest: string) => ({
    'sec-fetch-site': site,
    'sec-fetch-mode': mode,
    'sec-fetch-dest': dest,
  });
  const answers = [
    await ada.raw('GET', '/', { headers: from('cross-site', 'navigate', 'document') }),
    await ada.raw('GET', '/', { headers: from('cross-site', 'navigate', 'iframe') }),
    await ada.raw('GET', '/api/archive', { headers: from('cross-site', 'no-cors', 'image') }),
    await ada.raw('GET', '/api/archive', { headers: from('same-site', 'no-cors', 'script') }),
    await ada.raw('GET', '/api/case/file', { headers: from('cross-site', 'navigate', 'document') }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 403, 403]);
});

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%5c..%5csecret.txt',
  '//secret.txt',
  '/%ff',
])('GET %s gives nothing from outside the window', async (path) => {
  const { status, body } = await ada.raw('GET', path);
  expect([[400, 404].includes(status ?? 0), body.includes('secret\n')]).toEqual([true, false]);
});

test('every answer has the security headers, and no other origin is allowed', async () => {
  const answers = [
    await ada.raw('GET', '/'),
    await ada.ask('GET', '/api/archive'),
    await ada.raw('GET', '/api/archive', { headers: { host: 'evil.example' } }),
    await team.visitor().ask('GET', '/api/archive'),
    await ada.comeBack('/sign-in/callback?state=x'),
    await ada.raw('OPTIONS', '/api/archive', {
      headers: { origin: team.origin, 'access-control-request-method': 'POST' },
    }),
  ];
  const told = answers.map(({ headers }) => [
    headers['content-security-policy']?.includes("frame-ancestors 'none'"),
    headers['content-security-policy']?.includes("default-src 'none'; script-src 'self'"),
    headers['x-content-type-options'],
    headers['referrer-policy'],
    headers['cross-origin-resource-policy'],
    headers['cross-origin-opener-policy'],
    headers['strict-transport-security'],
    Object.keys(headers).filter((name) => name.startsWith('access-control-')),
  ]);
  const each = [true, true, 'nosniff', 'no-referrer', 'same-origin', 'same-origin', 'max-age=31536000', []];
  expect(told).toEqual(answers.map(() => each));
});

test('cookies are this host’s own, over HTTPS alone, out of reach of scripts and of other sites', async () => {
  const visitor = team.visitor();
  const begun = await visitor.ask('POST', '/api/person/sign-in');
  const back = await visitor.leave({ subject: 'bo' });
  const came = await visitor.comeBack(back);
  const secret = expect.stringMatching(/^[\w-]{43}$/) as string;
  const parts = [...(begun.headers['set-cookie'] ?? []), ...(came.headers['set-cookie'] ?? [])].map((line) =>
    /^([^=]+)=([^;]*); (.*)$/.exec(line)?.slice(1),
  );
  expect(parts).toEqual([
    ['__Host-auditorium-sign-in', secret, 'Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=300'],
    ['__Host-auditorium', secret, 'Path=/; Secure; HttpOnly; SameSite=Strict'],
    ['__Host-auditorium-sign-in', '', 'Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0'],
  ]);
});

test('nothing but the whole cookie signs in', async () => {
  const secret = ada.cookies.get('__Host-auditorium') ?? '';
  const stranger = team.visitor();
  const tries = [
    { authorization: `Bearer ${secret}` },
    { cookie: `auditorium=${secret}` },
    { cookie: `__Host-auditorium=${secret}x` },
    { cookie: `__Host-auditorium=; __Host-auditorium=${secret}` },
    { cookie: `__Host-auditorium-sign-in=${secret}` },
  ];
  const statuses: unknown[] = [(await stranger.raw('GET', `/api/archive?token=${secret}`)).status];
  for (const headers of tries) statuses.push((await stranger.raw('GET', '/api/archive', { headers })).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 401]);
});

test('a sign-in is begun a limited number of times, and a person takes out a limited number of exports', async () => {
  const begun: unknown[] = [];
  for (let i = 0; i < 80; i++) begun.push((await team.visitor().ask('POST', '/api/person/sign-in')).status);
  const taken: unknown[] = [];
  for (let i = 0; i < 11; i++) taken.push((await ada.ask('GET', '/api/case/file')).status);
  const last = await ada.ask('GET', '/api/case/file');
  expect([begun.includes(429), begun[0], taken.slice(0, 10), taken[10], JSON.parse(last.body)]).toEqual([
    true,
    200,
    Array(10).fill(200),
    429,
    { code: 'TOO_MANY_REQUESTS', message: expect.stringMatching(/^this was asked too often; try again in/) },
  ]);
  expect((await ada.ask('GET', '/api/archive')).status).toBe(200);
});
