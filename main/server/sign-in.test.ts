/** Signing in to a team server and out again, with a real issuer. Time goes on from test to test. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestTeam, startTestTeam } from './testing/test-team.ts';

const ADA = { subject: 'ada@acme.example', name: 'Ada', groups: 'security, painters' };

let team: TestTeam;
beforeAll(async () => {
  team = await startTestTeam();
});
afterAll(async () => {
  await team[Symbol.asyncDispose]();
  expect(team.reported).toEqual([]);
});

test('a person signs in, is known by their verified name, and signs out everywhere that window is', async () => {
  const ada = team.visitor();
  const me = await ada.signIn(ADA);
  const news = ada.follow();
  const note = { place: { session: team.session, sequence: null, last: null, statement: null, cell: null } };
  const noted = await ada.ask('POST', '/api/case/annotations', { ...note, text: 'look' });
  const left = await ada.ask('DELETE', '/api/person');
  expect([
    [me.person?.subject, me.person?.groups, me.roles],
    [noted.status, (JSON.parse(noted.body) as { author: { name: string } }).author.name],
    [left.status, left.headers['set-cookie']],
    await news,
    (await ada.ask('GET', '/api/archive')).status,
    [...ada.cookies.keys()],
  ]).toEqual([
    ['ada@acme.example', ['security', 'painters'], ['investigator']],
    [200, 'Ada <ada@acme.example>'],
    [200, ['__Host-auditorium=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0']],
    'ended',
    401,
    [],
  ]);
});

test('each writes under their own name, and changes only what is theirs', async () => {
  const [ada, bo] = [team.visitor(), team.visitor()];
  await ada.signIn(ADA);
  // One who calls themselves as somebody else is called.
  await bo.signIn({ subject: 'bo', name: 'Ada <ada@acme.example>', groups: 'leads' });
  const place = { session: team.session, sequence: null, last: null, statement: null, cell: null };
  const made = await ada.ask('POST', '/api/case/annotations', { place, text: 'mine' });
  const { id } = JSON.parse(made.body) as { id: string };
  const changed = await bo.ask('POST', `/api/case/annotations/${id}`, { text: 'yours?' });
  await bo.ask('GET', '/api/sessions?filter=verb:delete');
  const { items } = JSON.parse((await bo.ask('GET', '/api/case/log?limit=2')).body) as {
    items: { author: { name: string }; what: string }[];
  };
  expect([
    [changed.status, JSON.parse(changed.body)],
    items.map(({ author, what }) => `${author.name}: ${what}`),
  ]).toEqual([
    [
      403,
      {
        code: 'FORBIDDEN',
        message: 'this note is Ada <ada@acme.example>’s: answer it instead of changing it',
      },
    ],
    [
      'Ada ada@acme.example <bo>: Searched for verb:delete',
      expect.stringContaining('Ada <ada@acme.example>: '),
    ],
  ]);
});

test('preferences are each one’s own, after another sign-in too', async () => {
  const [ada, bo] = [team.visitor(), team.visitor()];
  await ada.signIn(ADA);
  await bo.signIn({ subject: 'bo', groups: 'everyone' });
  const change = { kind: 'useFilter', filter: 'verb:delete' };
  await ada.ask('POST', '/api/preferences', { change });
  const again = team.visitor();
  await again.signIn(ADA);
  const history = async (who: typeof ada): Promise<unknown> =>
    (JSON.parse((await who.ask('GET', '/api/preferences')).body) as { history: unknown }).history;
  expect([await history(again), await history(bo)]).toEqual([['verb:delete'], []]);
});

test('a sign-in ends in the browser that began it, once', async () => {
  const [ada, mallory] = [team.visitor(), team.visitor()];
  const back = await ada.leave(ADA);
  const stolen = await mallory.comeBack(back);
  await mallory.leave({ subject: 'mallory' });
  const mixed = await mallory.comeBack(back);
  const forged = await ada.comeBack('/sign-in/callback?code=x&state=forged');
  const first = await ada.comeBack(back);
  const twice = await ada.comeBack(back);
  expect([stolen, mixed, forged, first, twice].map(({ status }) => status)).toEqual([
    403, 403, 403, 303, 403,
  ]);
  expect(first.headers.location).toBe('/');
});

test('a sign-in that takes too long is over', async () => {
  const ada = team.visitor();
  const back = await ada.leave(ADA);
  team.clock.ahead += 6 * 60_000;
  expect((await ada.comeBack(back)).status).toBe(403);
});

test('what the issuer refuses is told as text, whatever it says', async () => {
  const ada = team.visitor();
  const back = new URL(await ada.leave(ADA), team.origin);
  const state = back.searchParams.get('state') ?? '';
  const iss = encodeURIComponent(back.searchParams.get('iss') ?? '');
  const said = encodeURIComponent('<script>alert(1)</script>');
  const refused = await ada.comeBack(
    `/sign-in/callback?state=${state}&iss=${iss}&error=access_denied&error_description=${said}`,
  );
  expect([refused.status, refused.body.includes('<script'), refused.body.includes('&lt;script&gt;')]).toEqual(
    [403, false, true],
  );
});

test('each sign-in has a secret of its own, and the one before it in that browser ends', async () => {
  const ada = team.visitor();
  await ada.signIn(ADA);
  const before = ada.cookies.get('__Host-auditorium') ?? '';
  await ada.signIn(ADA);
  const after = ada.cookies.get('__Host-auditorium') ?? '';
  const old = team.visitor();
  old.cookies.set('__Host-auditorium', before);
  expect([
    before === after,
    Buffer.from(after, 'base64url').length,
    (await old.ask('GET', '/api/archive')).status,
    (await ada.ask('GET', '/api/archive')).status,
  ]).toEqual([false, 32, 401, 200]);
});

test('while a window is used, its token is renewed', async () => {
  const ada = team.visitor();
  const { person } = await ada.signIn(ADA);
  // The clock of the issuer, which dates tokens to the second, is its own.
  await sleep(1_100);
  team.clock.ahead = 59.5 * 60_000;
  const renewed = (await ada.me()).person;
  expect([person?.renewable, (renewed?.expires ?? 0) > (person?.expires ?? 0), renewed?.groups]).toEqual([
    true,
    true,
    ['security', 'painters'],
  ]);
});

test('a window that nobody uses is signed out, and its news end', async () => {
  const ada = team.visitor();
  await ada.signIn(ADA);
  const news = ada.follow();
  await ada.ask('GET', '/api/archive');
  team.clock.ahead += 3_600_000;
  expect([await news, (await ada.ask('GET', '/api/archive')).status]).toEqual(['ended', 401]);
});
