import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
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

const ADA = { subject: 'ada', name: 'Ada L.', groups: 'reviewers, dba' };

beforeEach(async () => {
  now = Date.now();
  folder = await mkdtemp(join(tmpdir(), 'auditorium-sign-in-'));
  issuer = await startDevelopmentIssuer({ dir: join(folder, 'issuer'), port: 0, listeners: [] });
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
    { now: Date.now },
  );
  credentials = new Credentials(join(folder, 'home'));
  signIn = signInAt([0]);
});

afterEach(async () => {
  verifier.close();
  await issuer.close();
  await rm(folder, { recursive: true });
});

function signInAt(ports: readonly number[], clientId = DEVELOPMENT_CLIENT): SignIn {
  const target = { issuer: issuer.issuer, clientId, scopes: DEFAULT_SCOPES, ports, parameters: {} };
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
    expires: expect.any(Number) as number,
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    machine: null,
  });
});
