import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { opening, rawMessage } from './testing/hostile-server.ts';
import { fakeServer, received } from './testing/loopback.ts';
import { startPostgres, type TestPostgres } from './testing/postgres.ts';
import { query } from './testing/query.ts';
import { cancelUpstream, connectUpstream } from './upstream.ts';
import { authenticationOk, backendKeyData, errorResponse, readyForQuery } from './wire/encode.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres?.stop());

const OLDER = rawMessage('v', Buffer.from([0, 3, 0, 0, 0, 0, 0, 0]));

function ready(key: Buffer, first: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([first, authenticationOk(), backendKeyData(7, key), readyForQuery('I')]);
}

/** Which versions were asked for, connection by connection, and what came of it. */
async function asked(...answers: Parameters<typeof opening>[0]['answers']) {
  const { outcome, connections } = await opening({ answers, target: { auth: ['none'] } });
  const upstream = await outcome.catch(() => null);
  upstream?.socket.destroy();
  const versions = connections.map(([startup = '']) => `3.${startup.charCodeAt(7)}`);
  return { versions, protocol: upstream?.protocol, key: upstream?.key.length };
}

test('PostgreSQL 18 is spoken to in 3.2, and its key of 32 bytes cancels', async () => {
  const target = { ...postgres, name: 'shop', sslmode: 'disable' } as const;
  const signal = AbortSignal.timeout(10_000);
  const upstream = await connectUpstream(target, { parameters: new Map() }, { signal });
  onTestFinished(() => void upstream.socket.destroy());
  expect(upstream).toMatchObject({ protocol: '3.2', key: { length: 32 } });
  const answer = query(upstream.socket, 'select pg_sleep(30)');
  const cut = { ...upstream, key: upstream.key.subarray(0, 31) };
  await cancelUpstream(target, cut, signal);
  const again = setInterval(() => void cancelUpstream(target, upstream, signal), 20);
  expect(await answer).toEqual(['57014']);
  clearInterval(again);
});

test('a server may agree on 3.0, and then has a key of four bytes', async () => {
  expect(await asked(ready(Buffer.alloc(4), OLDER))).toEqual({ versions: ['3.2'], protocol: '3.0', key: 4 });
  expect(await asked(ready(Buffer.alloc(32), OLDER))).toMatchObject({ protocol: undefined });
});

test('a key may have 4 to 256 bytes in 3.2', async () => {
  for (const length of [4, 5, 32, 256]) {
    expect(await asked(ready(Buffer.alloc(length)))).toMatchObject({ protocol: '3.2', key: length });
  }
});

test.each([
  ['0A000', errorResponse({ severity: 'FATAL', sqlstate: '0A000', message: 'unsupported protocol' })],
  ['08P01', errorResponse({ severity: 'FATAL', sqlstate: '08P01', message: 'bad packet header' })],
])('a server that refuses 3.2 with %s is asked for 3.0', async (_, error) => {
  const answer = (startup: string) => (startup.charCodeAt(7) === 2 ? error : ready(Buffer.alloc(4)));
  expect(await asked(answer)).toEqual({ versions: ['3.2', '3.0'], protocol: '3.0', key: 4 });
});

test('a server that hangs up at 3.2 is asked for 3.0, one that refuses after login is not', async () => {
  expect(await asked()).toMatchObject({ versions: ['3.2', '3.0'], protocol: undefined });
  const later = errorResponse({ severity: 'FATAL', sqlstate: '08P01', message: 'no' });
  expect(await asked(Buffer.concat([authenticationOk(), later]))).toMatchObject({
    versions: ['3.2'],
    protocol: undefined,
  });
});

test('a key of any length is sent back whole, to the address of the session', async () => {
  const requests: Promise<Buffer>[] = [];
  const server = await fakeServer((socket) => {
    requests.push(received(socket));
    socket.once('data', () => socket.end());
  });
  onTestFinished(server.close);
  const target = { name: 'shop', host: 'nowhere.invalid', port: server.port, user: 'u', database: 'd' };
  const key = Buffer.alloc(256, 'k');
  const upstream = { processId: -2, key, address: '127.0.0.1', tls: false };
  await cancelUpstream({ ...target, sslmode: 'prefer' }, upstream, AbortSignal.timeout(5_000));
  const head = Buffer.from('0000010c04d2162efffffffe', 'hex');
  expect(await Promise.all(requests)).toEqual([Buffer.concat([head, key])]);
});

test('a session over TLS is cancelled over TLS or not at all', async () => {
  const seen: Buffer[] = [];
  const server = await fakeServer((socket) => {
    socket.once('data', (chunk: Buffer) => {
      seen.push(chunk);
      socket.write('N');
    });
  });
  onTestFinished(server.close);
  const target = { name: 'shop', host: '127.0.0.1', port: server.port, user: 'u', database: 'd' };
  const upstream = { processId: 1, key: Buffer.alloc(4), address: null, tls: true };
  for (const sslmode of ['allow', 'prefer', 'require'] as const) {
    const signal = AbortSignal.timeout(5_000);
    await expect(cancelUpstream({ ...target, sslmode }, upstream, signal)).rejects.toMatchObject({
      code: 'TLS_REFUSED',
    });
  }
  expect(seen.map((chunk) => chunk.toString('hex'))).toEqual(Array(3).fill('0000000804d2162f'));
});
