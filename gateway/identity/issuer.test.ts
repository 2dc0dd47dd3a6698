import { createHmac, createPublicKey } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';
import { startDevelopmentIssuer, type DevelopmentIssuer, type DevelopmentIssuerOptions } from './issuer.ts';
import type { IssuerRuntime } from './issuer-files.ts';
import { MINT_GRANT } from './mint.ts';
import { PROFILES } from './profile.ts';
import { createVerifier, type Verified, type Verifier } from './verifier.ts';

let dir: string;
let open: { close(): unknown }[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'auditorium-issuer-'));
  open = [];
});

afterEach(async () => {
  for (const one of open) await one.close();
  await rm(dir, { recursive: true });
});

async function start(options: Partial<DevelopmentIssuerOptions> = {}): Promise<DevelopmentIssuer> {
  const issuer = await startDevelopmentIssuer({ dir, port: 0, listeners: ['127.0.0.1:6432'], ...options });
  open.push(issuer);
  return issuer;
}

function verifierOf({ issuer }: DevelopmentIssuer, audience = 'auditorium', now = Date.now): Verifier {
  const { algorithms, lifetime } = PROFILES.development;
  const verifier = createVerifier(
    [
      {
        name: 'dev',
        profile: 'development',
        issuer,
        audience,
        algorithms,
        lifetime,
        groups: [],
        require: {},
      },
    ],
    { now },
  );
  open.push(verifier);
  return verifier;
}

async function runtimeOf(issuer: DevelopmentIssuer): Promise<IssuerRuntime> {
  return JSON.parse(await readFile(issuer.runtimeFile, 'utf8'));
}

type Fields = readonly (readonly [string, string])[];

async function ask(issuer: DevelopmentIssuer, fields: Fields, secret?: string): Promise<Response> {
  const { clientId, clientSecret } = await runtimeOf(issuer);
  return fetch(`${issuer.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret ?? clientSecret}`)}` },
    body: new URLSearchParams([['grant_type', MINT_GRANT], ...fields.map((field) => [...field])]),
  });
}

async function mint(issuer: DevelopmentIssuer, ...fields: Fields): Promise<string> {
  const answer: { access_token: string } = await (await ask(issuer, fields)).json();
  return answer.access_token;
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

test('a token with everything asked for is verified with everything asked for', async () => {
  const issuer = await start();
  const token = await mint(
    issuer,
    ['subject', 'ci-deployer'],
    ['group', 'ci-agents'],
    ['group', 'Data Team'],
    ['scope', 'db.read db.write'],
    ['client', 'deploy-bot'],
    ['lifetime', '300'],
    ['ci', 'gh:4711:3'],
    ['repository', 'acme/shop'],
    ['ref', 'refs/heads/main'],
    ['actor', 'ada'],
  );
  const { iat, exp, jti } = claimsOf(token);
  expect(Number(exp) - Number(iat)).toBe(300);
  const verified: Verified = {
    identity: {
      issuer: issuer.issuer,
      profile: 'development',
      subject: 'ci-deployer',
      clientId: 'deploy-bot',
      groups: ['ci-agents', 'Data Team'],
      scopes: ['db.read', 'db.write'],
      tokenId: String(jti),
      fingerprint: fingerprint(token),
      expires: Number(exp),
      userId: null,
    },
    ci: {
      provenance: 'attested',
      provider: 'github',
      run: '4711',
      job: '3',
      repository: 'acme/shop',
      ref: 'refs/heads/main',
      actor: 'ada',
      issuer: issuer.issuer,
      fingerprint: fingerprint(token),
    },
    checks: [],
    expires: (Number(exp) + 60) * 1000,
  };
  expect(await verifierOf(issuer).verify(token)).toEqual(verified);
});

test('CI claims bear the names each provider gives them', async () => {
  const issuer = await start();
  const about: Fields = [
    ['subject', 's'],
    ['repository', 'acme/shop'],
    ['ref', 'main'],
    ['actor', 'ada'],
  ];
  const extra = async (ci: string) => {
    const {
      iss: _i,
      aud: _a,
      iat: _t,
      exp: _e,
      jti: _j,
      sub: _s,
      client_id: _c,
      ...rest
    } = claimsOf(await mint(issuer, ...about, ['ci', ci]));
    return rest;
  };
  expect(await extra('github:1:2')).toEqual({
    ci_provider: 'github',
    run_id: '1',
    run_attempt: '1',
    check_run_id: '2',
    repository: 'acme/shop',
    repository_owner: 'acme',
    ref: 'main',
    actor: 'ada',
  });
  expect(await extra('gl:1:2')).toEqual({
    ci_provider: 'gitlab',
    pipeline_id: '1',
    job_id: '2',
    project_path: 'acme/shop',
    namespace_path: 'acme',
    ref: 'main',
    user_login: 'ada',
  });
  expect(await extra('buildkite:1:2')).toEqual({
    ci_provider: 'buildkite',
    build_number: 1,
    job_id: '2',
    organization_slug: 'acme',
    pipeline_slug: 'shop',
    build_branch: 'main',
  });
});

test('a shared token and the token of a job make a password of two', async () => {
  const issuer = await start();
  const who = await mint(issuer, ['subject', 'shared-bot']);
  const verifier = verifierOf(issuer);
  const jobs = ['gl:9:1', 'gl:9:2'].map(async (ci) => {
    const { identity, ci: job } = await verifier.verify(
      `${who},${await mint(issuer, ['subject', 'job'], ['ci', ci])}`,
    );
    return [identity.subject, identity.fingerprint, job?.provider, job?.run, job?.job, job?.provenance];
  });
  expect(await Promise.all(jobs)).toEqual([
    ['shared-bot', fingerprint(who), 'gitlab', '9', '1', 'attested'],
    ['shared-bot', fingerprint(who), 'gitlab', '9', '2', 'attested'],
  ]);
  await expect(verifier.verify(`${who},${who}`)).rejects.toMatchObject({ code: 'NOT_A_CI_TOKEN' });
});

test('forged, stale and foreign tokens are refused', async () => {
  const issuer = await start();
  const stranger = await start({ dir: join(dir, 'stranger') });
  const token = await mint(issuer, ['subject', 's']);
  const [header = '', payload = '', signature = ''] = token.split('.');
  const verifier = verifierOf(issuer);
  const { keys } = await (await fetch(`${issuer.issuer}/jwks`)).json();
  const publicKey = createPublicKey({ key: keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const hs256 = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: keys[0].kid })}.${payload}`;
  const tampered = encode({ ...claimsOf(token), sub: 'admin' });
  const refused = async (by: Verifier, password: string) =>
    by.verify(password).then(
      () => 'accepted',
      (error) => error.code,
    );

  expect({
    itself: await refused(verifier, token),
    tampered: await refused(verifier, `${header}.${tampered}.${signature}`),
    none: await refused(verifier, `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`),
    hs256: await refused(
      verifier,
      `${hs256}.${createHmac('sha256', publicKey).update(hs256).digest('base64url')}`,
    ),
    foreign: await refused(verifier, await mint(stranger, ['subject', 's'])),
    audience: await refused(verifierOf(issuer, 'api://other'), token),
    expired: await refused(
      verifierOf(issuer, 'auditorium', () => Date.now() + 3_700_000),
      token,
    ),
  }).toEqual({
    itself: 'accepted',
    tampered: 'BAD_SIGNATURE',
    none: 'ALGORITHM_REFUSED',
    hs256: 'ALGORITHM_REFUSED',
    foreign: 'UNKNOWN_ISSUER',
    audience: 'WRONG_AUDIENCE',
    expired: 'EXPIRED',
  });
});

test('its clock dates the tokens', async () => {
  const issuer = await start({ now: () => 1_700_000_000_000 });
  const { iat, exp } = claimsOf(await mint(issuer, ['subject', 's']));
  expect([iat, exp]).toEqual([1_700_000_000, 1_700_003_600]);
});

test('tokens survive a restart, because address and key do', async () => {
  const first = await start();
  const token = await mint(first, ['subject', 's']);
  await first.close();
  const second = await start();
  expect(second.issuer).toBe(first.issuer);
  expect((await verifierOf(second).verify(token)).identity.subject).toBe('s');
});

test('when the port of last time is taken another one is used, unless the port was asked for', async () => {
  const first = await start();
  const second = await start();
  expect(second.issuer).not.toBe(first.issuer);
  const port = Number(new URL(first.issuer).port);
  await expect(start({ port, dir: join(dir, 'third') })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
});

test('closing removes the runtime file, but not that of another issuer in the same folder', async () => {
  const [first, second] = [await start(), await start()];
  const kept = await runtimeOf(second);
  await first.close();
  expect(await runtimeOf(second)).toEqual(kept);
  await second.close();
  await expect(stat(second.runtimeFile)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('it does not start beside a listener that others can reach', async () => {
  await expect(start({ listeners: ['127.0.0.1:6432', '0.0.0.0:6432'] })).rejects.toMatchObject({
    code: 'NOT_LOOPBACK',
    message: expect.stringContaining('0.0.0.0:6432'),
  });
});

test('only its owner can read its files', async () => {
  const issuer = await start();
  const modes = [dir, issuer.runtimeFile, join(dir, 'state.json')].map(
    async (path) => (await stat(path)).mode & 0o777,
  );
  expect(await Promise.all(modes)).toEqual([0o700, 0o600, 0o600]);
});

test('a key that others can read, or that is damaged, is not used', async () => {
  await (await start()).close();
  await chmod(join(dir, 'state.json'), 0o644);
  await expect(start()).rejects.toMatchObject({
    code: 'KEY_UNUSABLE',
    message: expect.stringContaining('chmod 600'),
  });
  await rm(join(dir, 'state.json'));
  await writeFile(join(dir, 'state.json'), '{"key"', { mode: 0o600 });
  await expect(start()).rejects.toMatchObject({
    code: 'KEY_UNUSABLE',
    message: expect.stringContaining('remove it'),
  });
});

test('without the secret, or with a request that makes no sense, there is no token', async () => {
  const issuer = await start();
  const refusal = async (fields: Fields, secret?: string) => {
    const response = await ask(issuer, fields, secret);
    const { error, error_description: why } = await response.json();
    return [response.status, error, why];
  };
  expect(await refusal([['subject', 's']], 'guess')).toEqual([
    401,
    'invalid_client',
    'client authentication failed',
  ]);
  expect(await refusal([])).toEqual([400, 'invalid_request', 'subject is missing: who is the token for?']);
  const badJob = 'ci must be provider:run:job, with one of the providers github, gitlab, buildkite';
  expect(
    await refusal([
      ['subject', 's'],
      ['ci', 'github:1'],
    ]),
  ).toEqual([400, 'invalid_request', badJob]);
  expect(
    await refusal([
      ['subject', 's'],
      ['ci', 'jenkins:1:2'],
    ]),
  ).toEqual([400, 'invalid_request', badJob]);
  const badLifetime = 'lifetime must be from 1 second to 30 days';
  expect(
    await refusal([
      ['subject', 's'],
      ['lifetime', '1e9'],
    ]),
  ).toEqual([400, 'invalid_request', badLifetime]);
  expect(
    await refusal([
      ['subject', 's'],
      ['lifetime', 'NaN'],
    ]),
  ).toEqual([400, 'invalid_request', badLifetime]);
});

test('a page that points its own name at it gets nothing', async () => {
  const issuer = await start();
  const asked = request(`${issuer.issuer}/.well-known/openid-configuration`, {
    headers: { host: 'evil.example' },
  });
  asked.end();
  const [response] = await once(asked, 'response');
  expect(response.statusCode).toBe(421);
  response.resume();
});

test('it prints nothing', async () => {
  const program = `
    const { startDevelopmentIssuer } = await import(${JSON.stringify(join(import.meta.dirname, 'issuer.ts'))});
    const issuer = await startDevelopmentIssuer({ dir: process.argv[1], port: 0, listeners: [] });
    await fetch(issuer.issuer + '/.well-known/openid-configuration').then((response) => response.text());
    await issuer.close();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += String(chunk)));
  child.stderr.on('data', (chunk) => (printed += String(chunk)));
  const [status] = await once(child, 'close');
  expect([status, printed]).toEqual([0, '']);
});
