import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { serialize } from 'pg-protocol';
import { expect, onTestFinished, test } from 'vitest';
import { acceptStartup, refuse, StartupError, type StartupOptions } from './startup.ts';
import { LOCALHOST, ROOT_CERTIFICATE } from './testing/certificate.ts';
import { dribble, received, socketPair } from './testing/loopback.ts';

const SSL = serialize.requestSsl();
const GSS = Buffer.from([0, 0, 0, 8, 4, 0xd2, 0x16, 0x30]);
const STARTUP = serialize.startup({ user: 'agent', database: 'shop' });
const PARAMETERS = new Map([
  ['user', 'agent'],
  ['database', 'shop'],
  ['client_encoding', 'UTF8'],
]);

async function open(options: Partial<StartupOptions> = {}) {
  const pair = await socketPair();
  onTestFinished(() => pair.close());
  const startup = acceptStartup(pair.server, { deadline: AbortSignal.timeout(5_000), ...options });
  // The tests that refuse look at it later than Node would like.
  startup.catch(() => {});
  return { ...pair, startup };
}

function withVersion(major: number, minor: number, ...pairs: readonly string[]): Buffer {
  const body = Buffer.from([0, 0, 0, 0, 0, major, minor >> 8, minor & 255]);
  const packet = Buffer.concat([body, Buffer.from([...pairs, ''].map((text) => `${text}\0`).join(''))]);
  packet.writeUInt32BE(packet.length, 0);
  return packet;
}

async function answer(socket: Socket): Promise<string> {
  const [chunk] = await once(socket, 'data');
  return chunk.toString('latin1');
}

async function encrypt(client: Socket, ALPNProtocols?: string[]): Promise<TLSSocket> {
  const secure = connectTls({
    socket: client,
    ca: ROOT_CERTIFICATE,
    servername: 'localhost',
    ...(ALPNProtocols && { ALPNProtocols }),
  });
  secure.on('error', () => {});
  await once(secure, 'secureConnect');
  return secure;
}

/** What a refused client is told, as SQLSTATE and message, and the error's code. */
async function refusal(client: Socket, startup: Promise<unknown>): Promise<object> {
  const told = received(client);
  const error: unknown = await startup.catch((reason: unknown) => reason);
  if (!(error instanceof StartupError)) throw new Error('was not refused', { cause: error });
  refuse(error.socket, error.postgres);
  const [, sqlstate, message] = /C(.{5})\0M([^\0]*)\0/s.exec((await told).toString('latin1')) ?? [];
  return { code: error.code, sqlstate, message };
}

test('a start-up packet is read, and what follows it stays in the paused socket', async () => {
  const { client, startup } = await open();
  client.write(Buffer.concat([STARTUP, Buffer.from('early')]));
  const { socket, ...rest } = await startup;
  expect(rest).toEqual({ kind: 'session', tls: false, protocol: '3.0', parameters: PARAMETERS });
  expect({ flowing: socket.readableFlowing, early: String(socket.read()) }).toEqual({
    flowing: false,
    early: 'early',
  });
});

test('a start-up is the same byte by byte, with both requests for encryption before it', async () => {
  const { client, startup } = await open();
  for (const request of [GSS, SSL]) {
    const answered = answer(client);
    await dribble(client, request);
    expect(await answered).toBe('N');
  }
  await dribble(client, STARTUP);
  expect(await startup).toMatchObject({ kind: 'session', tls: false, parameters: PARAMETERS });
});

test('a request for TLS is granted where a certificate is configured', async () => {
  const { client, startup } = await open({ tls: LOCALHOST });
  client.write(SSL);
  expect(await answer(client)).toBe('S');
  const secure = await encrypt(client, ['postgresql']);
  secure.write(Buffer.concat([STARTUP, Buffer.from('early')]));
  const { socket, ...rest } = await startup;
  expect(rest).toEqual({ kind: 'session', tls: true, protocol: '3.0', parameters: PARAMETERS });
  socket.write('back');
  expect([await answer(secure), String(socket.read())]).toEqual(['back', 'early']);
});

test('clients that name no ALPN may ask for TLS; those that name another may not', async () => {
  const without = await open({ tls: LOCALHOST });
  without.client.write(SSL);
  await answer(without.client);
  (await encrypt(without.client)).write(STARTUP);
  expect(await without.startup).toMatchObject({ tls: true });

  const other = await open({ tls: LOCALHOST });
  other.client.write(SSL);
  await answer(other.client);
  encrypt(other.client, ['http/1.1']).catch(() => {});
  await expect(other.startup).rejects.toMatchObject({ code: 'TLS_FAILED' });
});

test('TLS without asking is taken with ALPN only', async () => {
  const named = await open({ tls: LOCALHOST });
  (await encrypt(named.client, ['postgresql'])).write(STARTUP);
  expect(await named.startup).toMatchObject({ kind: 'session', tls: true, parameters: PARAMETERS });

  const nameless = await open({ tls: LOCALHOST });
  const secure = await encrypt(nameless.client);
  expect(await refusal(secure, nameless.startup)).toEqual({
    code: 'MALFORMED',
    sqlstate: '08P01',
    message: 'received direct SSL connection request without ALPN protocol negotiation extension',
  });

  const unconfigured = await open();
  encrypt(unconfigured.client, ['postgresql']).catch(() => {});
  await expect(unconfigured.startup).rejects.toMatchObject({ code: 'UNSUPPORTED', postgres: undefined });
});

test('bytes stuffed behind a request for encryption are refused, whatever the answer would be', async () => {
  for (const [request, options] of [
    [SSL, { tls: LOCALHOST }],
    [SSL, {}],
    [GSS, {}],
  ] as const) {
    const { client, startup } = await open(options);
    client.write(Buffer.concat([request, STARTUP]));
    expect(await refusal(client, startup)).toEqual({
      code: 'MALFORMED',
      sqlstate: '08P01',
      message: 'received unencrypted data after SSL request',
    });
  }
});

test('four requests for encryption are answered and a fifth ends the connection', async () => {
  const { client, startup } = await open();
  for (const request of [GSS, SSL, GSS, SSL]) {
    client.write(request);
    expect(await answer(client)).toBe('N');
  }
  client.write(GSS);
  await expect(startup).rejects.toMatchObject({ code: 'MALFORMED' });
});

test('encryption cannot be asked for inside TLS', async () => {
  const { client, startup } = await open({ tls: LOCALHOST });
  client.write(SSL);
  await answer(client);
  const secure = await encrypt(client);
  secure.write(SSL);
  expect(await refusal(secure, startup)).toMatchObject({ code: 'MALFORMED', sqlstate: '08P01' });
});

test.each([0, 4, 7, 10_001, 0x80000008])(
  'a start-up packet of %i bytes is refused before it is read',
  async (length) => {
    const { client, startup } = await open();
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length);
    client.write(head);
    expect(await refusal(client, startup)).toEqual({
      code: 'MALFORMED',
      sqlstate: '08P01',
      message: 'invalid length of startup packet',
    });
  },
);

test('a start-up packet of 10,000 bytes is read', async () => {
  const { client, startup } = await open();
  const rest = withVersion(3, 0, 'user', 'agent', 'application_name', '').length;
  client.write(withVersion(3, 0, 'user', 'agent', 'application_name', 'x'.repeat(10_000 - rest)));
  expect(await startup).toMatchObject({ kind: 'session' });
});

test('newer minor versions and unknown options of the protocol are negotiated down', async () => {
  const cases = [
    [withVersion(3, 2, 'user', 'u'), '3.2', null],
    [withVersion(3, 1, 'user', 'u'), '3.0', null],
    [withVersion(3, 9, 'user', 'u'), '3.2', 'v\0\0\0\x0c\0\x03\0\x02\0\0\0\0'],
    [withVersion(3, 0, 'user', 'u', '_pq_.a', 'b'), '3.0', 'v\0\0\0\x13\0\x03\0\0\0\0\0\x01_pq_.a\0'],
  ] as const;
  for (const [packet, protocol, negotiation] of cases) {
    const { client, startup } = await open();
    client.write(packet);
    expect(await startup).toMatchObject({ protocol, parameters: new Map([['user', 'u']]) });
    if (negotiation !== null) expect(await answer(client)).toBe(negotiation);
  }
});

test.each([
  ['protocol 2.0', withVersion(2, 0), 'unsupported frontend protocol 2.0: server supports 3.0 to 3.2'],
  ['protocol 4.1', withVersion(4, 1), 'unsupported frontend protocol 4.1: server supports 3.0 to 3.2'],
])('%s is refused in the words of PostgreSQL', async (_, packet, message) => {
  const { client, startup } = await open();
  client.write(packet);
  expect(await refusal(client, startup)).toEqual({ code: 'UNSUPPORTED', sqlstate: '0A000', message });
});

test('a parameter that appears twice is refused', async () => {
  const { client, startup } = await open();
  client.write(withVersion(3, 0, 'user', 'u', 'user', 'v'));
  expect(await refusal(client, startup)).toMatchObject({ code: 'MALFORMED', sqlstate: '08P01' });
});

test('a cancel request is read, in the clear and over TLS', async () => {
  const clear = await open();
  clear.client.write(serialize.cancel(7, -1));
  expect(await clear.startup).toMatchObject({
    kind: 'cancel',
    tls: false,
    processId: 7,
    key: Buffer.alloc(4, 255),
  });

  const secure = await open({ tls: LOCALHOST });
  secure.client.write(SSL);
  await answer(secure.client);
  (await encrypt(secure.client)).write(serialize.cancel(7, -1));
  expect(await secure.startup).toMatchObject({
    kind: 'cancel',
    tls: true,
    processId: 7,
    key: Buffer.alloc(4, 255),
  });
});

test('a client that says nothing, or stops half way, is told when its time is up', async () => {
  for (const start of [Buffer.alloc(0), STARTUP.subarray(0, 20)]) {
    const { client, startup } = await open({ deadline: AbortSignal.timeout(30) });
    client.write(start);
    expect(await refusal(client, startup)).toEqual({
      code: 'TIMEOUT',
      sqlstate: '57014',
      message: 'canceling authentication due to timeout',
    });
  }
  const silent = await open({ tls: LOCALHOST, deadline: AbortSignal.timeout(30) });
  silent.client.write(SSL);
  await expect(silent.startup).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(silent.server.destroyed).toBe(true);
});

test('a client that leaves half way is nobody to answer', async () => {
  const { client, startup } = await open();
  client.end(STARTUP.subarray(0, 20));
  await expect(startup).rejects.toMatchObject({ code: 'CLOSED', postgres: undefined });
});

test('a client that is refused can read why even while it goes on sending, and is gone when it closes', async () => {
  const { client, server, startup } = await open();
  client.write(Buffer.concat([withVersion(2, 0), Buffer.alloc(300_000)]));
  expect(await refusal(client, startup)).toMatchObject({ sqlstate: '0A000' });
  await expect.poll(() => server.destroyed, { timeout: 700 }).toBe(true);
});

test('a certificate that is not one fails the start-up, not the process', async () => {
  const { client, startup } = await open({ tls: { cert: 'none', key: 'none' } });
  client.write(SSL);
  await expect(startup).rejects.toMatchObject({ code: 'TLS_FAILED' });
});
