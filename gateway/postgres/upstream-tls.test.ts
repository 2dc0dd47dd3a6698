import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { LOCALHOST, ROOT_CERTIFICATE } from './testing/certificate.ts';
import { startPostgres, type TestPostgres } from './testing/postgres.ts';
import { connectUpstream, type Upstream, type UpstreamTarget } from './upstream.ts';

const ENCRYPTED = 'postgres';
const PLAIN = 'template1';

let postgres: TestPostgres;
let folder: string;
let root: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-'));
  root = join(folder, 'root.pem');
  await writeFile(root, ROOT_CERTIFICATE);
  postgres = await startPostgres({
    tls: LOCALHOST,
    // A session opens only when the server, too, thinks that it is encrypted, or that it is not.
    hba: [`hostssl ${ENCRYPTED} all all scram-sha-256`, `hostnossl ${PLAIN} all all scram-sha-256`],
  });
});

afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true });
});

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
  ['prefer', '127.0.0.1', ENCRYPTED],
  ['require', '127.0.0.1', ENCRYPTED],
  ['verify-ca', '127.0.0.1', ENCRYPTED],
  ['verify-full', 'localhost', ENCRYPTED],
] as const)('with sslmode=%s to %s a session opens in %s', async (sslmode, host, database) => {
  const sslrootcert = sslmode.startsWith('verify') ? root : undefined;
  expect(await open({ sslmode, host, sslrootcert, database })).toMatchObject({ tls: database === ENCRYPTED });
});

test('a certificate that sslmode does not believe is refused, and the password stays here', async () => {
  const other = join(folder, 'other.pem');
  await writeFile(other, LOCALHOST.cert);
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
