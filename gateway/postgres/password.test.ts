import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'pg-protocol';
import { expect, onTestFinished, test } from 'vitest';
import { askPassword } from './password.ts';
import { StartupError } from './startup.ts';
import { dribble, socketPair } from './testing/loopback.ts';

const REQUEST = 'R\0\0\0\x08\0\0\0\x03';

async function pair(addresses: { readonly remoteAddress?: string; readonly localAddress?: string } = {}) {
  const sockets = await socketPair();
  onTestFinished(() => sockets.close());
  // As if the packets had come from elsewhere.
  for (const [name, value] of Object.entries(addresses))
    Object.defineProperty(sockets.server, name, { value });
  return sockets;
}

function ask(socket: Socket, milliseconds = 5_000): Promise<string> {
  return askPassword(socket, { deadline: AbortSignal.timeout(milliseconds) });
}

async function outcome(socket: Socket): Promise<object> {
  const error: unknown = await ask(socket).catch((reason: unknown) => reason);
  if (!(error instanceof StartupError)) throw new Error('was not refused', { cause: error });
  return { code: error.code, sqlstate: error.postgres?.sqlstate };
}

test('a password is asked for and read, byte by byte, with what follows left in the socket', async () => {
  const { client, server } = await pair();
  const password = ask(server);
  const [request] = await once(client, 'data');
  expect(request.toString('latin1')).toBe(REQUEST);
  await dribble(client, serialize.password('tökén,töken'));
  client.write('early');
  expect(await password).toBe('tökén,töken');
  await once(server, 'readable');
  expect(String(server.read())).toBe('early');
});

test.each([
  ['127.0.0.1', '127.0.0.2', true],
  ['::1', '::1', true],
  ['::ffff:127.0.0.1', '::ffff:127.0.0.1', true],
  ['192.0.2.7', '127.0.0.1', false],
  ['127.0.0.1', '192.0.2.7', false],
  ['::ffff:192.0.2.7', '::1', false],
  ['127.0.0.1.example', '127.0.0.1', false],
])('from %s to %s a password may travel in the clear: %s', async (remoteAddress, localAddress, allowed) => {
  const { client, server } = await pair({ remoteAddress, localAddress });
  if (allowed) {
    client.write(serialize.password('token'));
    expect(await ask(server)).toBe('token');
    return;
  }
  const heard: Buffer[] = [];
  client.on('data', (chunk: Buffer) => heard.push(chunk));
  expect(await outcome(server)).toEqual({ code: 'INSECURE', sqlstate: '28000' });
  // Refused before asking: a client that is asked answers.
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(heard).toEqual([]);
});

test('a Unix socket may carry a password', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-'));
  await chmod(folder, 0o700);
  const listener = createServer({ pauseOnConnect: true }).listen(join(folder, 'socket'));
  const accepted = once(listener, 'connection');
  const client = connect(join(folder, 'socket'));
  const [server] = await accepted;
  onTestFinished(async () => {
    client.destroy();
    listener.close();
    await rm(folder, { recursive: true });
  });
  client.write(serialize.password('token'));
  expect(await ask(server)).toBe('token');
});

test('a password message may have 64 KiB and no more', async () => {
  const longest = 'x'.repeat(64 * 1024 - 1);
  const fits = await pair();
  fits.client.write(serialize.password(longest));
  expect(await ask(fits.server)).toBe(longest);
  const over = await pair();
  over.client.write(serialize.password(`${longest}x`));
  expect(await outcome(over.server)).toEqual({ code: 'MALFORMED', sqlstate: '08P01' });
});

test.each([
  ['another message', Buffer.from('Q\0\0\0\x05\0')],
  ['no terminator', Buffer.from('p\0\0\0\x07abc')],
  ['a NUL inside', Buffer.from('p\0\0\0\x08a\0b\0')],
  ['no body', Buffer.from('p\0\0\0\x04')],
  ['bytes that are not UTF-8', Buffer.from('p\0\0\0\x06\xff\0', 'latin1')],
])('%s in place of a password is malformed', async (_, bytes) => {
  const { client, server } = await pair();
  client.write(bytes);
  expect(await outcome(server)).toEqual({ code: 'MALFORMED', sqlstate: '08P01' });
});

test('a client that would rather leave is nobody to answer', async () => {
  const leaving = await pair();
  leaving.client.write(serialize.end());
  expect(await outcome(leaving.server)).toEqual({ code: 'CLOSED', sqlstate: undefined });
  const gone = await pair();
  gone.client.end();
  expect(await outcome(gone.server)).toEqual({ code: 'CLOSED', sqlstate: undefined });
});

test('a client that does not answer runs out of time', async () => {
  const { server } = await pair();
  await expect(ask(server, 20)).rejects.toMatchObject({ code: 'TIMEOUT', postgres: { sqlstate: '57014' } });
});
