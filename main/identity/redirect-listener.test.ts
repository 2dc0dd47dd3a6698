import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startDevelopmentIssuer, type DevelopmentIssuer } from '../../gateway/identity/issuer.ts';
import { DEVELOPMENT_CLIENT } from '../../gateway/identity/issuer-files.ts';
import { Browser } from '../testing/browser.ts';
import { Credentials } from './credentials.ts';
import { SignIn } from './sign-in.ts';

let folder: string;
let issuer: DevelopmentIssuer;
let signIn: SignIn;
let open: Server[];

beforeEach(async () => {
  open = [];
  folder = await mkdtemp(join(tmpdir(), 'auditorium-redirect-'));
  issuer = await startDevelopmentIssuer({ dir: join(folder, 'issuer'), port: 0, listeners: [] });
  signIn = signInAt([0]);
});

afterEach(async () => {
  for (const server of open) server.close();
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

function signInAt(ports: readonly number[]): SignIn {
  const { issuer: url } = issuer;
  const target = { issuer: url, clientId: DEVELOPMENT_CLIENT, scopes: 'openid', ports, parameters: {} };
  const credentials = new Credentials(join(folder, 'home'));
  return new SignIn({ credentials, issuers: [url], target: async () => target, now: Date.now });
}

test('the way back from the browser is taken by nobody who does not hold the state, and only once', async () => {
  const { url, done } = await signIn.begin();
  const { searchParams } = new URL(url);
  const back = new URL(searchParams.get('redirect_uri') ?? '');
  const foreign = await fetch(`${back.href}?code=stolen&state=guessed`);
  const elsewhere = await fetch(new URL('/other', back));
  const posted = await fetch(`${back.href}?state=${searchParams.get('state')}`, { method: 'POST' });
  expect([foreign.status, elsewhere.status, posted.status]).toEqual([400, 400, 400]);
  const browser = new Browser();
  await browser.signIn(url, { subject: 'ada' });
  await done;
  await expect(fetch(browser.url)).rejects.toThrow('fetch failed');
});

test('a way back that brings an error ends the sign-in with it', async () => {
  const { url, done } = await signIn.begin();
  const { searchParams } = new URL(url);
  const back = `${searchParams.get('redirect_uri')}?state=${searchParams.get('state')}&iss=${encodeURIComponent(issuer.issuer)}`;
  const page = await (await fetch(`${back}&error=access_denied&error_description=not%20%3Cyou%3E`)).text();
  await expect(done).rejects.toMatchObject({
    code: 'SIGN_IN_FAILED',
    message: `${issuer.issuer} does not sign in: not <you>`,
  });
  expect(page).toContain('The sign-in failed');
  expect(page).toContain('not &lt;you>');
});

test('a way back with a code that the issuer never gave ends it', async () => {
  const { url, done } = await signIn.begin();
  const { searchParams } = new URL(url);
  const back = `${searchParams.get('redirect_uri')}?state=${searchParams.get('state')}&iss=${encodeURIComponent(issuer.issuer)}`;
  await (await fetch(`${back}&code=guessed`)).text();
  await expect(done).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  expect(await signIn.current()).toBe(null);
});

test('a way back from another issuer ends it (RFC 9207)', async () => {
  const { url, done } = await signIn.begin();
  const { searchParams } = new URL(url);
  const back = `${searchParams.get('redirect_uri')}?state=${searchParams.get('state')}`;
  await (await fetch(`${back}&code=x&iss=https%3A%2F%2Fevil.example`)).text();
  await expect(done).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
});

test('the way back uses the first port of the list that is free, and says when none is', async () => {
  const [taken, other] = [await takenPort(), await takenPort()];
  const attempt = await signInAt([taken, 0]).begin();
  const { port } = new URL(new URL(attempt.url).searchParams.get('redirect_uri') ?? '');
  expect([taken, other]).not.toContain(Number(port));
  attempt.cancel();
  await expect(attempt.done).rejects.toMatchObject({ message: 'the sign-in was given up' });
  await expect(signInAt([taken, other]).begin()).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: `every port for the way back from the sign-in is taken (${taken}, ${other}); free one of them`,
  });
});
