/** Test 8 of the security plan: after all that agents can do with a secret, none is in what the gateway leaves behind. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { decodeProtectedHeader, importJWK, SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { openYoungArchive } from '../../bench/recorded.ts';
import { LOCALHOST } from '../../gateway/postgres/testing/certificate.ts';
import { startPostgres, type TestPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { createApp } from '../../main/app.ts';
import { mintToken } from '../../main/commands/token.ts';
import { runCommand } from '../e2e/command-line.ts';
import { bearer, refused, run } from './agents.ts';
import { type Needle, needlesOf, needlesOfToken } from './needles.ts';
import { type GatewayRun, runGateway } from './run-gateway.ts';
import { scanBytes, scanFolder } from './scan.ts';
import { SQL_SECRETS, statements } from './statements.ts';

/** What nobody lets in. */
const TYPED = 'my-own-dat4base-password';
const WRONG = 'wr0ng-upstream-password';

const CONFIG = (server: TestPostgres) => {
  const target = `host: ${server.host}, port: ${server.port}, database: ${server.database}, user: ${server.user}, sslmode: disable`;
  return `gateway:
  listen: 127.0.0.1:0
  tls: { cert: server.crt, key: server.key }
  log: { level: debug }
  control: ./control.sock
archive: ./archive
issuers: [{ name: dev, profile: development }]
connections:
  - { name: shop, ${target}, password: { env: PASSWORD } }
  - { name: filed, ${target}, password: { file: ./password } }
  - { name: told, ${target}, password: { command: [cat, ./password] } }
  - { name: wrong, ${target}, password: { env: WRONG } }
`;
};

let server: TestPostgres;
let folder: string;
let config: string;
let gateway: GatewayRun;
/** Copies of the spool as it was at times: shipping empties it. */
let spools: string;
const said: Buffer[] = [];
const needles: Needle[] = [];

beforeAll(async () => {
  server = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  spools = await mkdtemp(join(tmpdir(), 'secrets-spools-'));
  config = join(folder, 'auditorium.yaml');
  await writeFile(config, CONFIG(server));
  await writeFile(join(folder, 'password'), server.password, { mode: 0o600 });
  await writeFile(join(folder, 'server.crt'), LOCALHOST.cert);
  await writeFile(join(folder, 'server.key'), LOCALHOST.key, { mode: 0o600 });
  gateway = await start();
  for (const [name, secret] of Object.entries({ ...SQL_SECRETS, TYPED, WRONG, upstream: server.password }))
    needles.push(...needlesOf(name, secret));
  needles.push(...(await scramNeedles()));
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await server?.stop();
  for (const path of [folder, spools])
    if (path !== undefined) await rm(path, { recursive: true, force: true });
});

function start(): Promise<GatewayRun> {
  return runGateway(config, {
    ...process.env,
    AUDITORIUM_HOME: folder,
    PASSWORD: server.password,
    WRONG,
  });
}

/** What the server keeps of its user's password: StoredKey and ServerKey (RFC 5803). */
async function scramNeedles(): Promise<Needle[]> {
  const { host, port, user, password, database } = server;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    await client.query('CREATE EXTENSION dblink; CREATE EXTENSION postgres_fdw');
    await client.query('CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; CREATE ROLE b');
    const { rows } = await client.query<{ rolpassword: string }>(
      'SELECT rolpassword FROM pg_authid WHERE rolname = current_user',
    );
    const [stored = '', key = ''] = (rows[0]?.rolpassword ?? '').split('$').at(-1)?.split(':') ?? [];
    return [
      ...needlesOf('StoredKey', stored),
      ...needlesOf('bytes of StoredKey', Buffer.from(stored, 'base64')),
      ...needlesOf('ServerKey', key),
      ...needlesOf('bytes of ServerKey', Buffer.from(key, 'base64')),
    ];
  } finally {
    await client.end();
  }
}

/** A token that will be looked for. */
async function token(name: string): Promise<string> {
  const minted = await mintToken({ configPath: config, sub: name }, { AUDITORIUM_HOME: folder });
  needles.push(...needlesOfToken(`token of ${name}`, minted));
  return minted;
}

/** A token that the development issuer signed to end an hour ago. */
async function expiredToken(): Promise<string> {
  const state = JSON.parse(await readFile(join(folder, 'spool/issuer/state.json'), 'utf8'));
  const valid = await token('model');
  const now = Math.floor(Date.now() / 1000);
  const claims = JSON.parse(Buffer.from(valid.split('.')[1] ?? '', 'base64url').toString());
  const expired = await new SignJWT({ ...claims, iat: now - 7200, exp: now - 3600 })
    .setProtectedHeader({ ...decodeProtectedHeader(valid), alg: 'ES256' })
    .sign(await importJWK(state.key, 'ES256'));
  needles.push(...needlesOfToken('expired token', expired));
  return expired;
}

test('agents put secrets wherever they can', async () => {
  const { port } = gateway;
  const good = await token('good');
  await run({ port, password: good, tls: true }, statements(await token('carried')));
  for (const database of ['filed', 'told']) await run({ port, database, password: good }, ['SELECT 1']);
  const named = await token('named');
  await run({ port, password: good, user: named, applicationName: named }, ['SELECT 1']);
  const answers = [
    await refused({ port, password: good, database: 'wrong' }),
    await refused({ port, password: good, database: named }),
    await refused({ port, password: good, options: `-c app.token=${named}` }),
    await refused({ port, password: TYPED }),
    await refused({ port, password: server.password }),
    await refused({ port, password: await expiredToken(), tls: true }),
    await refused({ port, password: `${(await token('broken')).slice(0, -8)}AAAAAAAA` }),
    await refused({ port, password: `${good},${named}` }),
    await bearer(port, good),
    await bearer(port, await expiredToken()),
  ];
  expect(answers).toEqual([
    '08004',
    '3D000',
    '0A000',
    '28000',
    '28000',
    '28000',
    '28000',
    '28000',
    'let in',
    '28000',
  ]);
});

test('the gateway is killed, recovers and goes on', async () => {
  const { port } = gateway;
  const password = await token('killed');
  await run({ port, password }, statements(await token('carried again')));
  await cp(join(folder, 'spool'), join(spools, 'before'), { recursive: true });
  await gateway.end('SIGKILL');
  said.push(gateway.said());
  await cp(join(folder, 'spool'), join(spools, 'killed'), { recursive: true });
  gateway = await start();
  await run({ port: gateway.port, password: await token('later') }, [
    "ALTER ROLE r PASSWORD 'x'",
    'SELECT 1',
  ]);
  await cp(join(folder, 'spool'), join(spools, 'recovered'), { recursive: true });
});

test('none is in spool, archive, logs, or what the API, the control API and the CLI answer', async () => {
  const control = ['/sessions', '/metrics', '/ready'].map((path) => ask(join(folder, 'control.sock'), path));
  said.push(Buffer.from((await Promise.all(control)).join('\n')));
  await gateway.end('SIGTERM');
  said.push(gateway.said());
  const answers: Buffer[] = [];
  for await (const answer of apiAnswers(gateway.archive)) answers.push(answer);
  const commands: string[] = [];
  for (const words of [
    ['find', gateway.archive, '--limit', '10000'],
    ['find', gateway.archive, '--json'],
  ]) {
    const { status, printed } = await runCommand(join(import.meta.dirname, '../../main/cli.ts'), words);
    expect([status, printed.length > 10]).toEqual([0, true]);
    commands.push(...printed);
  }
  await rm(join(folder, 'password'));
  await rm(config);
  expect(said.length).toBe(3);
  expect([
    ...scanFolder(folder, needles),
    ...scanFolder(spools, needles),
    ...scanBytes('log', Buffer.concat(said), needles),
    ...scanBytes('API', Buffer.concat(answers), needles),
    ...scanBytes('CLI', Buffer.from(commands.join('\n')), needles),
  ]).toEqual([]);
});

test('and yet all was recorded, masked where it says so', async () => {
  const archive = await openYoungArchive(gateway.archive);
  try {
    const { items } = await archive.statements({ filter: EVERYTHING, limit: 200 });
    const masked = items.filter((row) => row.masked).map(({ text }) => text);
    expect(masked).toContain("CREATE ROLE r PASSWORD '[masked]'");
    expect(masked.length).toBeGreaterThan(2 * 15);
    expect(items.filter(({ text }) => text === "SELECT 'plain'").map((row) => row.masked)).toEqual([
      false,
      false,
    ]);
  } finally {
    await archive.close();
  }
});

function ask(socketPath: string, path: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  request({ socketPath, path }, (response) => void textOf(response).then(resolve, reject))
    .once('error', reject)
    .end();
  return promise;
}

/** Every answer about every session. */
async function* apiAnswers(path: string): AsyncGenerator<Buffer> {
  const archive = await openYoungArchive(path);
  const app = createApp({
    reader: archive,
    kind: 'browser',
    version: 'test',
    authorise: () => new Set(['archive:read'] as const),
    closing: new AbortController().signal,
    report: (error) => {
      throw error;
    },
  });
  const get = async (route: string) => {
    const response = await app(new Request(`http://app${route}`));
    expect([route, response.status]).toEqual([route, 200]);
    return Buffer.from(await response.arrayBuffer());
  };
  try {
    for (const route of ['/api/archive', '/api/statements?limit=500', '/api/facets']) yield get(route);
    const sessions = await get('/api/sessions?limit=500');
    yield sessions;
    for (const { id } of JSON.parse(sessions.toString()).items) {
      yield get(`/api/sessions/${id}/steps?limit=500`);
      const segments = await get(`/api/sessions/${id}/segments`);
      for (const { number } of JSON.parse(segments.toString()).items ?? JSON.parse(segments.toString()))
        yield get(`/api/sessions/${id}/segments/${number}`);
    }
  } finally {
    await archive.close();
  }
}
