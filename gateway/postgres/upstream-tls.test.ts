import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { LOCALHOST, ROOT_CERTIFICATE } from './testing/certificate.ts';
import { issueCertificate } from './testing/issue-certificate.ts';
import { startPostgres, type TestPostgres } from './testing/postgres.ts';
import { query } from './testing/query.ts';
import { connectUpstream, type Upstream, type UpstreamTarget } from './upstream.ts';

const ENCRYPTED = 'postgres';
const PLAIN = 'template1';

const CLIENTS = issueCertificate({ name: 'clients', authority: true });
const CLIENT = issueCertificate({ name: 'agent', issuer: CLIENTS });
const STRANGER = issueCertificate({ name: 'agent' });

let postgres: TestPostgres;
let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-'));
  root = await put('root.pem', ROOT_CERTIFICATE);
  postgres = await startPostgres({
    tls: { ...LOCALHOST, clientRoots: CLIENTS.cert },
    // A session opens only when the server, too, thinks that it is encrypted, or that it is not.
    hba: [
      'hostssl all agent all cert',
      `hostssl ${ENCRYPTED} all all scram-sha-256`,
      `hostnossl ${PLAIN} all all scram-sha-256`,
    ],
  });
});

afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true });
});

/** A file that only its owner can read. */
async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

async function open(target: Partial<UpstreamTarget>): Promise<Upstream> {
  const { host, port, user, password, database } = postgres;
  const upstream = await connectUpstream(
    { name: 'shop', host, port, user, password, database, sslmode: 'require', ...target },
    { parameters: new Map() },
    { signal: AbortSignal.timeout(10_000) },
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

test.each([
  ['disable', '127.0.0.1', PLAIN],
  ['allow', '127.0.0.1', PLAIN],
  ['allow', '127.0.0.1', ENCRYPTED],
  ['prefer', '127.0.0.1', ENCRYPTED],
  ['require', '127.0.0.1', ENCRYPTED],
  ['verify-ca', '127.0.0.1', ENCRYPTED],
  ['verify-full', 'localhost', ENCRYPTED],
] as const)('with sslmode=%s to %s a session opens in %s', async (sslmode, host, database) => {
  const sslrootcert = sslmode.startsWith('verify') ? root : undefined;
  expect(await open({ sslmode, host, sslrootcert, database })).toMatchObject({ tls: database === ENCRYPTED });
});

test('a certificate that sslmode does not believe is refused, and the password stays here', async () => {
  const other = await put('other.pem', STRANGER.cert);
  const believing = { sslmode: 'verify-full', host: 'localhost', sslrootcert: other } as const;
  for (const target of [
    { ...believing, sslrootcert: root, host: '127.0.0.1' },
    believing,
    { ...believing, sslmode: 'verify-ca' },
    // As in libpq, root certificates turn require into verify-ca.
    { ...believing, sslmode: 'require' },
  ] as const) {
    expect(await failure(target)).toMatchObject({ code: 'TLS_FAILED', sqlstate: '08001' });
  }
});

test('a connection that cannot verify as configured says what is missing', async () => {
  for (const target of [
    { sslmode: 'verify-full' },
    { sslmode: 'verify-ca' },
    { sslmode: 'require', sslrootcert: 'system' },
    { sslmode: 'verify-full', sslrootcert: join(folder, 'absent.pem') },
  ] as const) {
    expect(await failure(target)).toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringContaining('sslrootcert'),
    });
  }
});

test('sslmode=prefer goes on in the clear where the server does not take the session over TLS', async () => {
  expect(await open({ sslmode: 'prefer', database: PLAIN })).toMatchObject({ tls: false });
  expect(await failure({ sslmode: 'require', database: PLAIN })).toMatchObject({
    code: 'CREDENTIALS_REFUSED',
    cause: { postgres: { sqlstate: '28000' } },
  });
});

test('root certificates are believed in any mode, as in libpq: prefer then goes on in the clear', async () => {
  const sslrootcert = await put('stranger.pem', STRANGER.cert);
  expect(await open({ sslmode: 'prefer', sslrootcert, database: PLAIN })).toMatchObject({ tls: false });
  expect(await failure({ sslmode: 'prefer', sslrootcert, database: ENCRYPTED })).toMatchObject({
    code: 'CREDENTIALS_REFUSED',
  });
});

test('TLS may begin at once, with a server that says that it speaks PostgreSQL', async () => {
  for (const sslmode of ['require', 'verify-full'] as const) {
    const sslrootcert = sslmode === 'require' ? undefined : root;
    expect(await open({ sslmode, sslrootcert, host: 'localhost', sslnegotiation: 'direct' })).toMatchObject({
      tls: true,
    });
  }
});

test("a client's certificate logs in where the server asks for one", async () => {
  const files = {
    sslcert: await put('client.crt', CLIENT.cert),
    sslkey: await put('client.key', CLIENT.key),
  };
  await query((await open({})).socket, 'create role agent login');
  const agent = { user: 'agent', password: undefined, auth: ['none'] } as const;
  const { socket } = await open({ ...agent, ...files });
  expect(await query(socket, 'select system_user')).toEqual(['cert:CN=agent']);
  expect(await failure(agent)).toMatchObject({ code: 'CREDENTIALS_REFUSED' });
  await chmod(files.sslkey, 0o640);
  expect(await failure({ ...agent, ...files })).toMatchObject({
    code: 'CONFIGURATION',
    message: `connection "shop": sslkey names a file that others can read; run: chmod 600 ${files.sslkey}`,
  });
});

test('files that are not what they should be are a configuration to mend, and are not quoted', async () => {
  const empty = await put('empty.pem', 'no secret here');
  const certificate = await put('own.crt', CLIENT.cert);
  for (const target of [
    { sslrootcert: empty, sslmode: 'verify-ca' },
    { sslcert: empty, sslkey: empty },
    { sslcert: certificate, sslkey: await put('foreign.key', STRANGER.key) },
    { sslcert: certificate, sslkey: join(folder, 'absent') },
  ] as const) {
    const error = await failure(target);
    expect(error).toMatchObject({ code: 'CONFIGURATION' });
    expect(inspect(error)).not.toContain('no secret here');
  }
});
