import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { refusalOf } from './refusal.ts';
import { LOCALHOST, ROOT_CERTIFICATE } from './testing/certificate.ts';
import { dribble, fakeServer } from './testing/loopback.ts';
import { startPostgres, type TestPostgres } from './testing/postgres.ts';
import { query } from './testing/query.ts';
import { cancelUpstream, connectUpstream, type Upstream, type UpstreamTarget } from './upstream.ts';

let postgres: TestPostgres;
let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-'));
  root = join(folder, 'root.pem');
  await writeFile(root, ROOT_CERTIFICATE);
  postgres = await startPostgres({
    tls: LOCALHOST,
    hba: [
      'host all trusted all trust',
      'host all hashed all md5',
      'host all clear all password',
      'local all all scram-sha-256',
      'host all all all scram-sha-256',
    ],
  });
});

afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true });
});

const patience = () => AbortSignal.timeout(10_000);

async function open(
  target: Partial<UpstreamTarget> = {},
  parameters: Readonly<Record<string, string>> = {},
): Promise<Upstream> {
  const { host, port, user, password, database } = postgres;
  const upstream = await connectUpstream(
    { name: 'shop', host, port, user, password, database, sslmode: 'disable', ...target },
    { parameters: new Map(Object.entries(parameters)) },
    { signal: patience() },
  );
  onTestFinished(() => void upstream.socket.destroy());
  return upstream;
}

async function failure(target: Partial<UpstreamTarget>): Promise<object> {
  return open(target).then(
    () => expect.unreachable('the session opened'),
    (error: unknown) => Object(error),
  );
}

async function sql(text: string): Promise<void> {
  expect(await query((await open()).socket, text)).toEqual([]);
}

test('a session opens, ready for queries, with the settings it was given', async () => {
  const upstream = await open(
    {},
    { application_name: 'ci:github:1:2', datestyle: 'German', search_path: '"a b"' },
  );
  expect(upstream).toMatchObject({
    tls: false,
    protocol: '3.2',
    address: '127.0.0.1',
    serverVersion: '18.4',
    notices: [],
  });
  expect(upstream.socket.readableFlowing).toBe(false);
  expect(Object.fromEntries(upstream.parameters)).toMatchObject({
    client_encoding: 'UTF8',
    application_name: 'ci:github:1:2',
    DateStyle: 'German, DMY',
  });
  const settings = `select current_setting('datestyle'), current_setting('search_path'), current_user, pg_backend_pid()`;
  expect(await query(upstream.socket, settings)).toEqual([
    `German, DMY,"a b",postgres,${upstream.processId}`,
  ]);
});

test('a session opens the same when every byte comes alone', async () => {
  const slicer = await fakeServer((socket) => {
    const server = connect(postgres.port, postgres.host);
    server.on('data', (chunk: Buffer) => void dribble(socket, chunk)).on('close', () => socket.destroy());
    socket.pipe(server);
  });
  onTestFinished(slicer.close);
  const { parameters } = await open({ port: slicer.port });
  expect(parameters).toEqual((await open()).parameters);
});

test('a Unix socket is reached by its folder and never encrypted', async () => {
  const upstream = await open({ host: postgres.socketFolder, sslmode: 'verify-full' });
  expect(upstream).toMatchObject({ tls: false, address: null });
});

test("wrong credentials are said to be the gateway's, without the password, and with the server's error as cause", async () => {
  const wrong: Partial<UpstreamTarget>[] = [{ password: 'wrong secret' }, { user: 'nobody' }];
  for (const target of wrong) {
    const error = await failure(target);
    expect(error).toMatchObject({
      code: 'CREDENTIALS_REFUSED',
      sqlstate: '08004',
      message: 'the database refused the gateway\'s credentials for connection "shop"',
      cause: { postgres: { severity: 'FATAL', sqlstate: '28P01' } },
      advice: `user "${target.user ?? postgres.user}", SQLSTATE 28P01: see that this is the user’s password (an unknown user is refused alike), and what pg_hba.conf on the server asks of that user`,
    });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret');
    const { postgres: told, reason } = refusalOf(error);
    // Neither the agent nor the record is told as whom the gateway comes.
    expect([told, reason]).toEqual([
      { severity: 'FATAL', sqlstate: '08004', message: (error as Error).message },
      `CREDENTIALS_REFUSED: ${(error as Error).message}`,
    ]);
  }
});

test('a user that pg_hba.conf or the role keeps out is told apart from a wrong password', async () => {
  await sql(`create role shut nologin password 'p'`);
  expect(await failure({ user: 'shut', password: 'p' })).toMatchObject({
    code: 'CREDENTIALS_REFUSED',
    advice:
      'user "shut", SQLSTATE 28000: see that the role exists and may log in (LOGIN), and that a line of pg_hba.conf on the server takes it from this address, encrypted as sslmode has it',
  });
});

test('a database that does not exist is named', async () => {
  expect(await failure({ database: 'absent' })).toMatchObject({
    code: 'NO_DATABASE',
    sqlstate: '3D000',
    message: 'the database "absent" of connection "shop" does not exist',
    cause: { postgres: { sqlstate: '3D000' } },
  });
});

test('a server without connections left is told apart', async () => {
  await sql(`create role small login password 'p' connection limit 1`);
  await open({ user: 'small', password: 'p' });
  expect(await failure({ user: 'small', password: 'p' })).toMatchObject({
    code: 'TOO_MANY_CONNECTIONS',
    sqlstate: '53300',
  });
});

test("a setting that the server refuses is the server's own error", async () => {
  await expect(open({}, { datestyle: 'Martian' })).rejects.toMatchObject({
    code: 'REFUSED',
    sqlstate: '22023',
  });
});

test('passwords are prepared as the server prepares them', async () => {
  const passwords = [
    // What the role is given, and what is then typed.
    ['a\u0308 \u2168', 'ä\u00a0IX'],
    ['I\u00adX\u00aa', 'IXa'],
    ['\u0627a\u0628', '\u0627a\u0628'],
    ['ª\u{1f600}', 'ª\u{1f600}'],
    ['tab\tand\u0007bell', 'tab\tand\u0007bell'],
    ['x'.repeat(900), 'x'.repeat(900)],
  ];
  for (const [at, [given, typed = '']] of passwords.entries()) {
    await sql(`create role prepared_${at} login password '${given}'`);
    expect((await open({ user: `prepared_${at}`, password: typed })).serverVersion).toBe('18.4');
  }
  expect(await failure({ user: 'prepared_3', password: 'a\u{1f600}' })).toMatchObject({
    code: 'CREDENTIALS_REFUSED',
  });
});

test('any number of iterations that a database may use is accepted', async () => {
  for (const iterations of [1, 100_000]) {
    await sql(`set scram_iterations = ${iterations}; create role iterated_${iterations} login password 'p'`);
    expect((await open({ user: `iterated_${iterations}`, password: 'p' })).serverVersion).toBe('18.4');
  }
});

test.each([
  ['none', 'trusted', `create role trusted login`],
  ['password', 'clear', `create role clear login password 'p'`],
  ['md5', 'hashed', `set password_encryption = 'md5'; create role hashed login password 'p'`],
] as const)('%s authentication needs to be allowed', async (method, user, create) => {
  const admin = await open();
  await query(admin.socket, create);
  expect(await failure({ user, password: 'p' })).toMatchObject({
    code: 'AUTHENTICATION_REFUSED',
    sqlstate: '08004',
  });
  const allowed = await open({ user, password: 'p', auth: ['scram-sha-256', method] });
  expect(await query(allowed.socket, 'select current_user')).toEqual([user]);
});

test('a cancel request ends the statement, in the clear and over TLS', async () => {
  for (const sslmode of ['disable', 'verify-full'] as const) {
    const target = { ...postgres, name: 'shop', host: 'localhost', sslmode, sslrootcert: root };
    const upstream = await open(target);
    const answer = query(upstream.socket, 'select pg_sleep(30)');
    const watcher = await open();
    const state = `select state from pg_stat_activity where pid = ${upstream.processId}`;
    await expect.poll(() => query(watcher.socket, state)).toEqual(['active']);
    await cancelUpstream(target, upstream, patience());
    expect(await answer).toEqual(['57014']);
    expect(await query(upstream.socket, 'select 1')).toEqual(['1']);
  }
});

test('a cancel request with a wrong key, or without one, ends nothing', async () => {
  const target = { ...postgres, name: 'shop', sslmode: 'disable' } as const;
  const { socket, processId, address, key } = await open();
  const wrong = Buffer.from(key.map((byte) => byte ^ 255));
  await cancelUpstream(target, { processId, address, key: wrong, tls: false }, patience());
  expect(await query(socket, 'select 1')).toEqual(['1']);
  await expect(
    cancelUpstream(target, { processId: 0, address, key: Buffer.alloc(0), tls: false }, patience()),
  ).rejects.toMatchObject({
    code: 'REFUSED',
  });
});

test('a database that is down is unreachable, by either kind of socket', async () => {
  const gone = await fakeServer(() => {});
  gone.close();
  const down = {
    code: 'UNREACHABLE',
    sqlstate: '08001',
    message: expect.stringContaining('connection "shop"'),
  };
  expect(await failure({ port: gone.port })).toMatchObject({ ...down, cause: { code: 'ECONNREFUSED' } });
  expect(await failure({ host: folder })).toMatchObject({ ...down, cause: { code: 'ENOENT' } });
});

test('a NUL cannot reach the start-up packet', async () => {
  expect(await failure({ database: 'shop\0user\0postgres' })).toMatchObject({ code: 'CONFIGURATION' });
  await expect(open({}, { application_name: 'a\0user\0postgres' })).rejects.toMatchObject({
    code: 'CONFIGURATION',
  });
});

test('nothing of a session that failed stays open', async () => {
  const sockets: Socket[] = [];
  const server = await fakeServer((socket) => sockets.push(socket));
  onTestFinished(server.close);
  const { user, password, database } = postgres;
  const target = {
    name: 'shop',
    host: '127.0.0.1',
    port: server.port,
    user,
    password,
    database,
    sslmode: 'disable',
  } as const;
  const opening = connectUpstream(target, { parameters: new Map() }, { signal: AbortSignal.timeout(50) });
  await expect(opening).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringContaining('in time'),
  });
  const [socket] = sockets;
  socket?.resume();
  if (socket?.closed === false) await once(socket, 'close');
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
});
