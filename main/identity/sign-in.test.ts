import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startDevelopmentIssuer, type DevelopmentIssuer } from '../../gateway/identity/issuer.ts';
import { DEVELOPMENT_CLIENT } from '../../gateway/identity/issuer-files.ts';
import { PROFILES } from '../../gateway/identity/profile.ts';
import { createVerifier, type Verifier } from '../../gateway/identity/verifier.ts';
import { Browser } from '../testing/browser.ts';
import { Credentials } from './credentials.ts';
import { SignIn } from './sign-in.ts';
import { DEFAULT_SCOPES } from './sign-in-target.ts';

let folder: string;
let issuer: DevelopmentIssuer;
let verifier: Verifier;
let credentials: Credentials;
let signIn: SignIn;
let now: number;
let open: { close(): unknown }[];

const ADA = { subject: 'ada', name: 'Ada L.', groups: 'reviewers, dba' };

beforeEach(async () => {
  now = Date.now();
  open = [];
  folder = await mkdtemp(join(tmpdir(), 'auditorium-sign-in-'));
  issuer = await startDevelopmentIssuer({
    dir: join(folder, 'issuer'),
    port: 0,
    listeners: [],
    now: () => now,
  });
  const { algorithms, lifetime } = PROFILES.development;
  verifier = createVerifier(
    [
      {
        name: 'dev',
        profile: 'development',
        issuer: issuer.issuer,
        audience: 'auditorium',
        algorithms,
        lifetime,
        groups: [],
        require: {},
      },
    ],
    { now: () => now },
  );
  credentials = new Credentials(join(folder, 'home'));
  signIn = signInHere();
});

afterEach(async () => {
  for (const each of open) each.close();
  verifier.close();
  await issuer.close();
  await rm(folder, { recursive: true });
});

/** A port of this machine that somebody listens on until the test ends. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return (server.address() as { port: number }).port;
}

function signInHere(): SignIn {
  const clientId = DEVELOPMENT_CLIENT;
  const target = { issuer: issuer.issuer, clientId, scopes: DEFAULT_SCOPES, ports: [0], parameters: {} };
  return new SignIn({ credentials, issuers: [issuer.issuer], target: async () => target, now: () => now });
}

test('a person signs in with a browser, and the gateway knows who they are', async () => {
  const { url, code, done } = await signIn.begin();
  const page = await new Browser().signIn(url, ADA);
  const who = {
    issuer: issuer.issuer,
    subject: 'ada',
    name: 'Ada L.',
    groups: ['reviewers', 'dba'],
    expires: expect.any(Number) as number,
    renewable: true,
  };
  expect([code, page, await done, await signIn.current()]).toEqual([
    null,
    expect.stringContaining('You are signed in') as string,
    who,
    who,
  ]);
  const person = await verifier.identify((await signIn.token()) ?? '');
  expect(person).toEqual({
    issuer: issuer.issuer,
    subject: 'ada',
    clientId: DEVELOPMENT_CLIENT,
    userId: null,
    name: 'Ada L.',
    aliases: ['Ada L.'],
    groups: ['reviewers', 'dba'],
    issued: expect.any(Number) as number,
    expires: expect.any(Number) as number,
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    machine: null,
  });
});

describe('what is kept of a sign-in', () => {
  const path = () => join(folder, 'home', 'credentials.json');

  test('is for its owner alone, without the ID token', async () => {
    const { url, done } = await signIn.begin();
    await new Browser().signIn(url, ADA);
    await done;
    const { credentials: kept } = JSON.parse(await readFile(path(), 'utf8')) as { credentials: object[] };
    const modes = [path(), join(folder, 'home')].map(async (each) => (await stat(each)).mode & 0o777);
    expect([await Promise.all(modes), await readdir(join(folder, 'home')), kept.map(Object.keys)]).toEqual([
      [0o600, 0o700],
      ['credentials.json'],
      [['issuer', 'clientId', 'accessToken', 'refreshToken', 'expires', 'stored']],
    ]);
  });

  test('is renewed when its token is about to end, once for all who ask, and ends when it cannot be', async () => {
    const { url, done } = await signIn.begin();
    await new Browser().signIn(url, ADA);
    await done;
    const first = await signIn.token();
    expect(await signIn.token()).toBe(first);
    now += 3_590_000;
    const [second, third] = await Promise.all([signIn.token(), signIn.token()]);
    expect([second !== first, third, (await verifier.identify(second ?? '')).groups]).toEqual([
      true,
      second,
      ['reviewers', 'dba'],
    ]);
    await issuer.close();
    now += 3_590_000;
    expect(await signIn.token()).toBe(second); // it lasts a few seconds yet
    now += 20_000;
    expect([await signIn.token(), await signIn.current()]).toEqual([null, null]);
  });

  test('is gone after signing out, at the issuer too', async () => {
    const { url, done } = await signIn.begin();
    await new Browser().signIn(url, ADA);
    await done;
    const before = await readFile(path(), 'utf8');
    expect([await signIn.end(), await signIn.end(), await signIn.current()]).toEqual([
      { was: true, issuer: null },
      { was: false, issuer: null },
      null,
    ]);
    expect(await readdir(join(folder, 'home'))).toEqual([]);
    await writeFile(path(), before);
    now += 3_700_000;
    expect(await signIn.token()).toBe(null);
  });

  test('that is damaged is said to be, and no token shown', async () => {
    await mkdir(join(folder, 'home'));
    await writeFile(path(), '{"version":1,"credentials":[{"accessToken":"eyJsecret"}]}');
    await expect(signIn.current()).rejects.toMatchObject({
      code: 'KEY_UNUSABLE',
      message: `${path()} is damaged; remove it and sign in again`,
    });
  });

  test('may be a token got elsewhere, for as long as it lasts', async () => {
    const claims = { iss: issuer.issuer, sub: 'bob', exp: Math.floor(now / 1000) + 60 };
    const token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
    expect(await signIn.bring(token)).toEqual({
      issuer: issuer.issuer,
      subject: 'bob',
      name: null,
      groups: [],
      expires: claims.exp * 1000,
      renewable: false,
    });
    expect(await signIn.token()).toBe(token);
    now += 61_000;
    expect(await signIn.token()).toBe(null);
    const other = { ...claims, iss: 'https://other.example' };
    const foreign = `e30.${Buffer.from(JSON.stringify(other)).toString('base64url')}.c2ln`;
    for (const refused of ['no token', foreign])
      await expect(signIn.bring(refused)).rejects.toMatchObject({ code: 'BAD_USAGE' });
  });
});

test('a sign-in asks for a code bound to this attempt, with PKCE', async () => {
  const attempts = await Promise.all([signIn.begin(), signIn.begin()]);
  const asked = attempts.map(({ url }) => new URL(url).searchParams);
  expect(
    asked.map((each) => [each.get('response_type'), each.get('code_challenge_method'), each.get('scope')]),
  ).toEqual([0, 1].map(() => ['code', 'S256', 'openid profile offline_access']));
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(new Set(asked.map((each) => each.get(name))).size, name).toBe(2);
  for (const attempt of attempts) attempt.cancel();
});

test('on another device a person signs in with a code', async () => {
  const { url, code, done } = await signIn.beginOnDevice();
  const browser = new Browser();
  const confirm = await browser.go(url);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(confirm)?.[1] ?? '';
  expect(confirm).toContain(code);
  const form = await browser.go(new URL('/device', issuer.issuer).href, {
    xsrf,
    user_code: code ?? '',
    confirm: 'yes',
  });
  const action = /<form method="post" action="([^"]+)">/.exec(form)?.[1] ?? '';
  const end = await browser.go(new URL(action, issuer.issuer).href, { ...ADA });
  expect([end.includes('go back to the other device'), (await done).subject]).toEqual([true, 'ada']);
}, 15_000);

test('an issuer that is none, or not reached, or not safe to ask, is said to be', async () => {
  const at = (url: string) =>
    new SignIn({
      credentials,
      issuers: null,
      target: async () => ({
        issuer: url,
        clientId: 'x',
        scopes: 'openid',
        ports: [0],
        parameters: {},
      }),
      now: Date.now,
    });
  const port = await takenPort();
  open.pop()?.close();
  await expect(at(`http://127.0.0.1:${port}`).begin()).rejects.toMatchObject({ code: 'ISSUER_NOT_RUNNING' });
  await expect(at('http://idp.example').begin()).rejects.toMatchObject({
    code: 'BAD_USAGE',
    message: 'http://idp.example must be an https URL (http only on loopback)',
  });
  await expect(at('idp').begin()).rejects.toMatchObject({ code: 'BAD_USAGE' });
});

test('a page that no sign-in leads to begins none', async () => {
  const response = await fetch(`${issuer.issuer}/sign-in/guessed`);
  expect([response.status, (await response.text()).includes('begin again')]).toEqual([400, true]);
});

test('nobody signs in without saying who they are', async () => {
  const attempt = await signIn.begin();
  expect(await new Browser().signIn(attempt.url, { subject: ' ' })).toContain('Say who you are.');
  attempt.cancel();
});
