import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { developmentIssuer, issuersOf, readConfig } from '../../gateway/config.ts';
import { startDevelopmentIssuer, type DevelopmentIssuer } from '../../gateway/identity/issuer.ts';
import { noteIssuer, notedIssuers } from '../../gateway/identity/issuer-notes.ts';
import { createVerifier } from '../../gateway/identity/verifier.ts';
import { findIssuer } from '../identity/development-issuers.ts';
import { noteOwnGateway } from '../own-gateway.ts';
import { mintToken } from './token.ts';

let home: string;
let env: { readonly AUDITORIUM_HOME: string };
let open: { close(): unknown }[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'auditorium-token-'));
  env = { AUDITORIUM_HOME: home };
  open = [];
});

afterEach(async () => {
  for (const one of open) await one.close();
  await rm(home, { recursive: true });
});

async function start(dir: string, port = 0): Promise<DevelopmentIssuer> {
  const issuer = await startDevelopmentIssuer({ dir: join(home, dir), port, listeners: [] });
  open.push(issuer);
  return issuer;
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

async function writeConfig(text: string): Promise<string> {
  await mkdir(join(home, 'elsewhere'), { recursive: true });
  const path = join(home, 'elsewhere', 'auditorium.yaml');
  await writeFile(path, text);
  return path;
}

test('a token of the issuer of a configuration is what that gateway accepts, CI job included', async () => {
  const path = await writeConfig(
    'gateway: { spool: { dir: ./sp } }\nissuers: [{ name: dev, profile: development, audience: ours }]\n' +
      'connections: [{ name: shop, host: h, database: d, user: u, password: { env: SHOP_PASSWORD } }]\n',
  );
  const config = await readConfig(path, { SHOP_PASSWORD: 'x' });
  const own = developmentIssuer(config);
  if (own === null) throw new Error('no issuer to start');
  const issuer = await startDevelopmentIssuer({ ...own, listeners: ['127.0.0.1:6432'] });
  open.push(issuer);
  const verifier = createVerifier(issuersOf(config, issuer.issuer), { now: Date.now });
  open.push(verifier);

  const request = {
    configPath: path,
    sub: 'ada',
    groups: ['ci-agents', 'a b'],
    scopes: ['x', 'y'],
    clientId: 'bot',
  };
  const token = await mintToken(
    { ...request, ci: 'gh:4711:3', repository: 'acme/shop', ref: 'main', actor: 'ada', expires: '5m' },
    env,
  );
  const { identity, ci } = await verifier.verify(token);
  const { fingerprint: _, tokenId: __, expires: ___, ...who } = identity;
  expect(who).toEqual({
    issuer: issuer.issuer,
    profile: 'development',
    subject: 'ada',
    userId: null,
    clientId: 'bot',
    groups: ['ci-agents', 'a b'],
    scopes: ['x', 'y'],
  });
  expect([ci?.provenance, ci?.provider, ci?.run, ci?.job, ci?.repository, ci?.ref, ci?.actor]).toEqual([
    'attested',
    'github',
    '4711',
    '3',
    'acme/shop',
    'main',
    'ada',
  ]);
  const { iat, exp } = claimsOf(token);
  expect(Number(exp) - Number(iat)).toBe(300);

  const pair = await verifier.verify(`${await mintToken({ configPath: path, sub: 'shared' }, env)},${token}`);
  expect([pair.identity.subject, pair.ci?.run]).toEqual(['shared', '4711']);
});

test('without a configuration the issuer that started last is asked', async () => {
  const [first, second] = [await start('issuer'), await start('demo/spool/issuer')];
  await utimes(first.runtimeFile, new Date(1000), new Date(1000));
  expect(claimsOf(await mintToken({ sub: 's' }, env))['iss']).toBe(second.issuer);
  await utimes(second.runtimeFile, new Date(0), new Date(0));
  expect(claimsOf(await mintToken({ sub: 's' }, env))['iss']).toBe(first.issuer);
});

test('the issuer of a gateway that keeps its spool elsewhere is found, and forgotten when it is gone', async () => {
  const path = await writeConfig(
    'gateway: { spool: { dir: ./sp } }\nissuers: [{ name: dev, profile: development }]\n' +
      'connections: [{ name: shop, host: h, database: d, user: u, password: { env: SHOP_PASSWORD } }]\n',
  );
  const config = await readConfig(path, { SHOP_PASSWORD: 'x' });
  const demo = await start('demo/run/spool/issuer');
  await utimes(demo.runtimeFile, new Date(1000), new Date(1000));
  const outside = await mkdtemp(join(tmpdir(), 'auditorium-token-'));
  const userEnv = { AUDITORIUM_HOME: outside };
  const own = await startDevelopmentIssuer({
    dir: join(home, 'elsewhere', 'sp', 'issuer'),
    port: 0,
    listeners: [],
  });
  open.push(own, { close: () => rm(outside, { recursive: true }) });
  await noteIssuer(outside, demo.runtimeFile);
  expect((await findIssuer({}, userEnv)).issuer).toBe(demo.issuer);

  await noteOwnGateway(config, userEnv);
  expect((await findIssuer({}, userEnv)).issuer).toBe(own.issuer);
  await own.close();
  expect((await findIssuer({}, userEnv)).issuer).toBe(demo.issuer);
  expect(await notedIssuers(outside)).toEqual([demo.runtimeFile]);
});

test('of processes that took over the id of an issuer none is asked', async () => {
  const issuer = await start('issuer');
  const left = join(home, 'left', 'issuer');
  await mkdir(left, { recursive: true });
  const runtime = JSON.parse(await readFile(issuer.runtimeFile, 'utf8'));
  await writeFile(join(left, 'issuer.json'), JSON.stringify({ ...runtime, issuer: 'http://127.0.0.1:1' }));
  await utimes(issuer.runtimeFile, new Date(1000), new Date(1000));
  expect((await findIssuer({}, env)).issuer).toBe(issuer.issuer);
});

test('a CI token without --sub has the subject that its provider gives it', async () => {
  await start('issuer');
  const minted = async (request: object) => {
    const { sub, ref, build_branch: branch } = claimsOf(await mintToken(request, env));
    return [sub, ref ?? branch];
  };
  const repository = 'acme/shop';
  expect(await minted({ ci: 'github:5001:2', repository })).toEqual([
    'repo:acme/shop:ref:refs/heads/main',
    'refs/heads/main',
  ]);
  expect(await minted({ ci: 'gh:5001:2', repository, ref: 'refs/tags/v1' })).toEqual([
    'repo:acme/shop:ref:refs/tags/v1',
    'refs/tags/v1',
  ]);
  expect(await minted({ ci: 'gitlab:5001:2', repository: 'acme/team/shop' })).toEqual([
    'project_path:acme/team/shop:ref_type:branch:ref:main',
    'main',
  ]);
  expect(await minted({ ci: 'buildkite:5001:2', repository, ref: 'next' })).toEqual([
    'organization:acme:pipeline:shop:ref:refs/heads/next',
    'next',
  ]);
  expect(await minted({ ci: 'github:5001:2', sub: 'mine' })).toEqual(['mine', undefined]);
  await expect(mintToken({}, env)).rejects.toMatchObject({ code: 'BAD_USAGE' });
  await expect(mintToken({ ci: 'github:5001:2' }, env)).rejects.toMatchObject({
    code: 'REFUSED',
    message:
      'the issuer refused: repository must be one such as acme/shop: github makes the subject of it; or say the subject',
  });
});

test('an issuer that a configuration names by URL is found in the user folder', async () => {
  const [named, other] = [await start('demo/issuer'), await start('issuer')];
  await utimes(named.runtimeFile, new Date(1000), new Date(1000));
  const configPath = await writeConfig(
    `issuers: [{ name: dev, profile: development, issuer: "${named.issuer}" }]`,
  );
  expect(claimsOf(await mintToken({ configPath, sub: 's' }, env))['iss']).toBe(named.issuer);
  await named.close();
  await expect(mintToken({ configPath, sub: 's' }, env)).rejects.toMatchObject({ code: 'NO_ISSUER' });
  expect(claimsOf(await mintToken({ runtimeFile: other.runtimeFile, sub: 's' }, env))['iss']).toBe(
    other.issuer,
  );
});

test('without an issuer the error says what to do', async () => {
  const configPath = await writeConfig('issuers: [{ name: dev, profile: development }]');
  await expect(mintToken({ sub: 's' }, env)).rejects.toMatchObject({
    code: 'NO_ISSUER',
    message: `no development issuer of yours runs; start one with \`auditorium demo\`, or \`auditorium gateway\` with an issuer { name: dev, profile: development }, or name its --config`,
  });
  await expect(mintToken({ configPath, sub: 's' }, env)).rejects.toMatchObject({ code: 'NO_ISSUER' });
  await expect(mintToken({ configPath: join(home, 'none.yaml'), sub: 's' }, env)).rejects.toMatchObject({
    code: 'CONFIG_NOT_FOUND',
  });
});

test('what a killed issuer left behind is passed over, or named when it was asked for', async () => {
  const issuer = await start('issuer');
  const left = join(home, 'left', 'issuer');
  await mkdir(left, { recursive: true });
  /** Linux gives out no process ids above 2^22, others none above 99999. */
  const runtime = {
    ...JSON.parse(await readFile(issuer.runtimeFile, 'utf8')),
    pid: 4_194_305,
    issuer: 'http://127.0.0.1:1',
  };
  await writeFile(join(left, 'issuer.json'), JSON.stringify(runtime));
  expect(claimsOf(await mintToken({ sub: 's' }, env))['iss']).toBe(issuer.issuer);
  const asked = mintToken({ runtimeFile: join(left, 'issuer.json'), sub: 's' }, env);
  await expect(asked).rejects.toMatchObject({ code: 'ISSUER_NOT_RUNNING' });
  await writeFile(join(left, 'issuer.json'), JSON.stringify({ ...runtime, pid: process.pid }));
  const silent = mintToken({ runtimeFile: join(left, 'issuer.json'), sub: 's' }, env);
  await expect(silent).rejects.toMatchObject({
    code: 'ISSUER_NOT_RUNNING',
    message: expect.stringContaining('http://127.0.0.1:1'),
  });
});

test('a request that makes no sense is refused with the reason', async () => {
  await start('issuer');
  const refusal = (request: object) => mintToken({ sub: 's', ...request }, env);
  await expect(refusal({ expires: '1 week' })).rejects.toMatchObject({
    code: 'BAD_DURATION',
    message: '"1 week" is not a duration such as 90s, 5m, 1h or 7d',
  });
  await expect(refusal({ expires: '31d' })).rejects.toMatchObject({
    code: 'REFUSED',
    message: 'the issuer refused: lifetime must be from 1 second to 30 days',
  });
  await expect(refusal({ ci: 'github' })).rejects.toMatchObject({
    code: 'REFUSED',
    message:
      'the issuer refused: ci must be provider:run:job, with one of the providers github, gitlab, buildkite',
  });
  await expect(refusal({ sub: '' })).rejects.toMatchObject({ code: 'REFUSED' });
});
