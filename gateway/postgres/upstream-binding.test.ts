import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, connect as connectTls, TLSSocket } from 'node:tls';
import pg from 'pg';
import { serialize } from 'pg-protocol';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { failure, offer, opening, rawMessage } from './testing/hostile-server.ts';
import { issueCertificate, type SignatureAlgorithm } from './testing/issue-certificate.ts';
import { fakeServer } from './testing/loopback.ts';
import { startPostgres, type TestPostgres } from './testing/postgres.ts';
import { connectUpstream, type Upstream, type UpstreamTarget } from './upstream.ts';
import { authenticationOk } from './wire/encode.ts';

const OWN = issueCertificate({ name: 'localhost' });
const FOREIGN = issueCertificate({ name: 'localhost' });

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres({ tls: OWN, hba: ['hostssl all all all scram-sha-256'] });
});

afterAll(() => postgres?.stop());

async function open(target: Partial<UpstreamTarget> = {}): Promise<Upstream> {
  const { host, port, user, password, database } = postgres;
  const upstream = await connectUpstream(
    { name: 'shop', host, port, user, password, database, sslmode: 'require', ...target },
    { parameters: new Map() },
    { signal: AbortSignal.timeout(10_000) },
  );
  onTestFinished(() => void upstream.socket.destroy());
  return upstream;
}

/** Lets the running server take another certificate for connections to come. */
async function present(algorithm: SignatureAlgorithm): Promise<void> {
  const { cert, key } = issueCertificate({ name: 'localhost', algorithm });
  await writeFile(join(postgres.socketFolder, 'cert'), cert);
  await writeFile(join(postgres.socketFolder, 'key'), key);
  const { host, port, user, password, database } = postgres;
  const ssl = { rejectUnauthorized: false };
  const admin = new pg.Client({ host, port, user, password, database, ssl });
  await admin.connect();
  await admin.query('select pg_reload_conf()');
  await admin.end();
  await expect.poll(() => presented().then((raw) => raw.equals(der(cert)))).toBe(true);
}

async function presented(): Promise<Buffer> {
  const socket = connect(postgres.port, postgres.host);
  socket.write(serialize.requestSsl());
  await new Promise((resolve) => socket.once('data', resolve));
  const secure = connectTls({ socket, rejectUnauthorized: false });
  secure.on('error', () => {});
  await new Promise((resolve) => secure.once('secureConnect', resolve));
  const { raw } = secure.getPeerCertificate();
  secure.destroy();
  return raw;
}

function der(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64');
}

test.each<SignatureAlgorithm>(['ecdsa-sha256', 'ecdsa-sha384', 'rsa-sha256', 'rsa-pss-sha384'])(
  'a login is bound to a certificate signed with %s',
  async (algorithm) => {
    await present(algorithm);
    expect(await open({ channelBinding: 'require' })).toMatchObject({ tls: true });
  },
);

test('a certificate that nothing can be bound to is taken unless binding is required', async () => {
  await present('ed25519');
  expect(await open()).toMatchObject({ tls: true });
  await expect(open({ channelBinding: 'require' })).rejects.toMatchObject({
    code: 'AUTHENTICATION_REFUSED',
    message: expect.stringContaining('allows no channel binding'),
  });
  await present('ecdsa-sha256');
});

/** Somebody in between, with a certificate of their own, who passes everything on. */
async function interceptor(strip: boolean): Promise<number> {
  const { port, close } = await fakeServer((agent) => {
    agent.once('data', () => {
      agent.write('S');
      const inside = new TLSSocket(agent, { isServer: true, secureContext: createSecureContext(FOREIGN) });
      inside.on('error', () => {});
      passOn(inside, strip);
    });
  });
  onTestFinished(close);
  return port;
}

function passOn(inside: Socket, strip: boolean): void {
  const plain = connect(postgres.port, postgres.host);
  plain.on('error', () => {}).write(serialize.requestSsl());
  plain.once('data', () => {
    const outside = connectTls({ socket: plain, rejectUnauthorized: false });
    outside.on('error', () => {}).on('close', () => inside.destroy());
    inside.pipe(outside);
    outside.on('data', (chunk: Buffer) =>
      inside.write(strip && chunk.includes('SCRAM-SHA-256-PLUS') ? offer('SCRAM-SHA-256') : chunk),
    );
  });
}

test('somebody in between cannot pass a login on, neither with channel binding nor by hiding it', async () => {
  const refused = { code: 'CREDENTIALS_REFUSED', cause: { postgres: { severity: 'FATAL' } } };
  await expect(open({ port: await interceptor(false) })).rejects.toMatchObject({
    ...refused,
    cause: { postgres: { message: 'SCRAM channel binding check failed' } },
  });
  await expect(open({ port: await interceptor(true) })).rejects.toMatchObject({
    cause: { postgres: { message: 'SCRAM channel binding negotiation error' } },
  });
  // The same interceptor gets through where channel binding is switched off.
  expect(await open({ port: await interceptor(false), channelBinding: 'disable' })).toMatchObject({
    tls: true,
  });
});

/** What the gateway says of channel binding in its first SCRAM message. */
async function said(hostility: Parameters<typeof opening>[0]): Promise<string> {
  const { outcome, connections } = await opening(hostility);
  await expect(outcome).rejects.toThrow();
  return (
    /SCRAM-SHA-256(-PLUS)?\0.{4}([npy][^,]*),,/s
      .exec(connections[0]?.at(-1) ?? '')
      ?.slice(1)
      .join(' ') ?? ''
  );
}

test('what is said of channel binding is what is true', async () => {
  const answers = [offer('SCRAM-SHA-256')];
  const both = [offer('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256')];
  expect([
    await said({ answers }),
    await said({ answers, tls: OWN }),
    await said({ answers: both, tls: OWN }),
    await said({ answers: [offer('SCRAM-SHA-256-PLUS')], tls: OWN }),
    await said({ answers, tls: OWN, target: { channelBinding: 'disable' } }),
    await said({ answers: both, tls: OWN, target: { channelBinding: 'disable' } }),
    await said({ answers: both, tls: issueCertificate({ name: 'x', algorithm: 'ed25519' }) }),
  ]).toEqual([' n', ' y', '-PLUS p=tls-server-end-point', '-PLUS p=tls-server-end-point', ' n', ' n', ' n']);
});

test('where channel binding is required, a login without it is refused', async () => {
  const binding = { channelBinding: 'require', auth: ['scram-sha-256', 'none', 'password', 'md5'] } as const;
  const refused = async (answer: Buffer, tls: boolean) =>
    failure({ answers: [answer], target: binding, ...(tls && { tls: OWN }) });
  for (const answer of [
    offer('SCRAM-SHA-256'),
    authenticationOk(),
    rawMessage('R', Buffer.from([0, 0, 0, 3])),
    rawMessage('R', Buffer.from([0, 0, 0, 5, 1, 2, 3, 4])),
  ]) {
    for (const tls of [true, false]) {
      expect(await refused(answer, tls)).toMatchObject({
        code: 'AUTHENTICATION_REFUSED',
        message: expect.stringContaining('channel_binding=require'),
      });
    }
  }
});
