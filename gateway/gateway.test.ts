import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openYoungArchive } from '../bench/recorded.ts';
import { mintToken, type TokenRequest } from '../main/commands/token.ts';
import { clearAway } from '../test/leftovers.ts';
import { endedSession, recordedEvents } from '../test/recorded-sessions.ts';
import type { SessionRow } from '../shared/api/session.ts';
import { EVERYTHING } from '../shared/filter/filter.ts';
import type { ArchiveReader } from './archive/archive.ts';
import { parseConfig } from './config.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { LOCALHOST, ROOT_CERTIFICATE } from './postgres/testing/certificate.ts';
import { startPostgres, type TestPostgres } from './postgres/testing/postgres.ts';

let server: TestPostgres;
let folder: string;
let gateway: Gateway;
let archive: ArchiveReader;

beforeAll(async () => {
  server = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  await writeFile(join(folder, 'server.crt'), LOCALHOST.cert);
  await writeFile(join(folder, 'server.key'), LOCALHOST.key, { mode: 0o600 });
  const connection = `host: ${server.host}, port: ${server.port}, database: postgres, user: postgres, password: { env: PASSWORD }, sslmode: disable`;
  const config = parseConfig(
    `gateway: { listen: '127.0.0.1:0', tls: { cert: server.crt, key: server.key } }
issuers: [{ name: dev, profile: development }]
connections:
  - { name: shop, ${connection} }
  - { name: vault, groups: [keepers], ${connection} }`,
    folder,
    { PASSWORD: server.password },
  );
  gateway = await startGateway(config, { log: pino({ level: 'silent' }), software: 'test' });
  archive = await openYoungArchive(gateway.archive);
});

afterAll(async () => {
  await archive?.close();
  await gateway?.close();
  await server?.stop();
  await clearAway(folder);
});

type Minting = Omit<TokenRequest, 'runtimeFile'>;

function mint(options: Minting): Promise<string> {
  return mintToken({ runtimeFile: join(folder, 'spool/issuer/issuer.json'), ...options }, {});
}

async function connect(password: string, options: pg.ClientConfig = {}): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: gateway.listen.port,
    user: 'agent',
    database: 'shop',
    password,
    ...options,
  });
  client.on('error', () => {}); // what ends the connection is what these tests look at
  await client.connect();
  return client;
}

/** The session of the given application name, once the archive shows its end. */
function ended(name: string): Promise<SessionRow> {
  return endedSession(archive, ({ applicationName }) => applicationName === name);
}

async function kindsOf(session: SessionRow): Promise<string[]> {
  return (await recordedEvents(archive, session.id)).map(({ event }) => event.kind);
}

describe('a session says who it was', () => {
  test('with one shared token, told apart by the CI job’s own', async () => {
    const who = await mint({ sub: 'ci-deployer', groups: ['ci-agents'] });
    const where = await mint({ sub: 'repo:acme/shop', ci: 'github:4711:3', repository: 'acme/shop' });
    const client = await connect(`${who},${where}`, { application_name: 'pair' });
    await client.query('select 1');
    await client.end();
    const { identity, ci, outcome, statements, rows } = await ended('pair');
    expect([identity?.subject, identity?.groups, outcome, statements, rows]).toEqual([
      'ci-deployer',
      ['ci-agents'],
      'completed',
      1,
      1,
    ]);
    expect([ci?.provenance, ci?.provider, ci?.run, ci?.job, ci?.repository]).toEqual([
      'attested',
      'github',
      '4711',
      '3',
      'acme/shop',
    ]);
  });

  test('with an asserted job where no token attests one', async () => {
    const client = await connect(await mint({ sub: 'nightly' }), { application_name: 'ci:gitlab:88:1' });
    await client.end();
    const { ci } = await ended('ci:gitlab:88:1');
    expect([ci?.provenance, ci?.provider, ci?.run, ci?.job, ci?.issuer]).toEqual([
      'asserted',
      'gitlab',
      '88',
      '1',
      null,
    ]);
  });

  test('and an asserted job that differs from the attested one is on the record beside it', async () => {
    const token = await mint({ sub: 'ci-deployer', ci: 'github:4711:4' });
    const client = await connect(token, { application_name: 'ci:github:9999:1' });
    await client.end();
    const session = await ended('ci:github:9999:1');
    expect([session.ci?.provenance, session.ci?.run]).toEqual(['attested', '4711']);
    expect(await kindsOf(session)).toEqual([
      'sessionOpened',
      'identity',
      'ciContext',
      'ciMismatch',
      'connected',
      'sessionClosed',
    ]);
  });
});

describe('a refusal is a recorded session', () => {
  test('for an agent without a group of the connection', async () => {
    const refused = connect(await mint({ sub: 'stranger' }), {
      database: 'vault',
      application_name: 'no group',
    });
    await expect(refused).rejects.toMatchObject({
      code: '42501',
      message: 'stranger may not use the connection "vault"',
    });
    const { outcome, reason, identity } = await ended('no group');
    expect([outcome, reason, identity?.subject]).toEqual([
      'refused',
      'stranger may not use the connection "vault"',
      'stranger',
    ]);
    const keeper = await connect(await mint({ sub: 'keeper', groups: ['keepers'] }), { database: 'vault' });
    await keeper.end();
  });

  test('for what is no token', async () => {
    await expect(connect('hunter2', { application_name: 'no token' })).rejects.toMatchObject({
      code: '28000',
    });
    const { outcome, identity } = await ended('no token');
    expect([outcome, identity]).toEqual(['refused', null]);
  });
});

describe('the wire', () => {
  test('speaks TLS when a certificate is configured', async () => {
    const ssl = { ca: ROOT_CERTIFICATE, servername: 'localhost' };
    const client = await connect(await mint({ sub: 'secure' }), { ssl, application_name: 'tls' });
    const { rows } = await client.query('select $1::int + 1 as n', [41]);
    await client.end();
    const session = await ended('tls');
    expect([rows, session.outcome]).toEqual([[{ n: 42 }], 'completed']);
  });

  test('takes a CancelRequest with the key it gave, and records it', async () => {
    const client = await connect(await mint({ sub: 'slow' }), { application_name: 'cancelled' });
    const sleeping = client.query('select pg_sleep(60)');
    const failed = sleeping.catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await cancelRequest(client);
    expect(await failed).toMatchObject({ code: '57014' });
    await client.end();
    const session = await ended('cancelled');
    const kinds = (await kindsOf(session)).filter((kind) => kind !== 'ready'); // whether it came apart is chance
    expect(kinds.slice(-4)).toEqual(['statement', 'cancel', 'outcome', 'sessionClosed']);
  });
});

test('closing tells live sessions, records their end and ships everything', async () => {
  const other = await mkdtemp(join(tmpdir(), 'gateway-'));
  const config = parseConfig(
    `gateway: { listen: '127.0.0.1:0' }
issuers: [{ name: dev, profile: development }]
connections: [{ name: shop, host: ${server.host}, port: ${server.port}, database: postgres, user: postgres, password: { env: PASSWORD }, sslmode: disable }]`,
    other,
    { PASSWORD: server.password },
  );
  const closing = await startGateway(config, { log: pino({ level: 'silent' }), software: 'test' });
  const password = await mintToken({ runtimeFile: join(other, 'spool/issuer/issuer.json'), sub: 'late' }, {});
  const client = await connect(password, { port: closing.listen.port });
  const error = once(client, 'error');
  await client.query('select 1');
  await closing.close();
  expect(await error).toMatchObject([{ code: '57P01' }]);
  const read = await openYoungArchive(closing.archive);
  const { items } = await read.sessions({ filter: EVERYTHING, sort: '-started', limit: 10 });
  await read.close();
  await rm(other, { recursive: true });
  expect(items.map(({ outcome, reason, statements }) => [outcome, reason, statements])).toEqual([
    ['failed', 'the gateway is shutting down', 1],
  ]);
});

/** What libpq's PQcancel sends: the key of BackendKeyData on a connection of its own. */
async function cancelRequest(client: pg.Client): Promise<void> {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const socket = dial({ host: '127.0.0.1', port: gateway.listen.port });
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80877102, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  socket.end(request);
  socket.resume();
  await once(socket, 'close');
}
