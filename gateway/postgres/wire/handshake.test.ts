import { expect, onTestFinished, test } from 'vitest';
import { dribble, socketPair } from '../testing/loopback.ts';
import { parameterStatus, readyForQuery } from './encode.ts';
import { SocketReader } from './handshake.ts';

const LIMIT = 1024;
const patience = () => AbortSignal.timeout(5_000);

async function pair() {
  const sockets = await socketPair();
  onTestFinished(() => sockets.close());
  return sockets;
}

test('messages are the same however the bytes are cut', async () => {
  const bytes = Buffer.concat([parameterStatus('a', 'b'), readyForQuery('I')]);
  const expected = [
    { type: 'S', body: Buffer.from('a\0b\0') },
    { type: 'Z', body: Buffer.from('I') },
  ];
  const { client, server } = await pair();
  const reader = new SocketReader(server, patience());
  const read = async () => [await reader.message(LIMIT), await reader.message(LIMIT)];
  const dribbled = read();
  await dribble(client, bytes);
  expect(await dribbled).toEqual(expected);
  for (let cut = 0; cut <= bytes.length; cut++) {
    client.write(bytes.subarray(0, cut));
    const messages = read();
    await new Promise((resolve) => setImmediate(resolve));
    client.write(bytes.subarray(cut));
    expect(await messages).toEqual(expected);
  }
  await reader.release();
});

test('what came too early is still there for the next owner, who is not hurried', async () => {
  const { client, server } = await pair();
  client.write(Buffer.concat([readyForQuery('I'), Buffer.from('early')]));
  const reader = new SocketReader(server, patience());
  await reader.message(LIMIT);
  await reader.release();
  client.end(' and late');
  await new Promise((resolve) => setTimeout(resolve, 20));
  const chunks: string[] = [];
  server.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  expect({ flowing: server.readableFlowing, chunks: [...chunks] }).toEqual({ flowing: false, chunks: [] });
  server.resume();
  await new Promise((resolve) => server.once('end', resolve));
  expect(chunks.join('')).toBe('early and late');
});

test('release leaves no listener behind but the one that keeps errors from ending the process', async () => {
  const { server } = await pair();
  const events = ['readable', 'data', 'end', 'close', 'error'];
  const count = () => events.map((event) => server.listenerCount(event));
  const [readable, data, end, close, error = 0] = count();
  await new SocketReader(server, patience()).release();
  await new SocketReader(server, patience()).release();
  expect(count()).toEqual([readable, data, end, close, error + 1]);
});

test.each([
  ['shorter than itself', 3],
  ['over the limit', LIMIT + 5],
  ['negative as an int32', 0x80000004],
])('a length %s is refused', async (_, length) => {
  const { client, server } = await pair();
  const head = Buffer.alloc(5, 'S');
  head.writeUInt32BE(length, 1);
  client.write(head);
  const reader = new SocketReader(server, patience());
  await expect(reader.message(LIMIT)).rejects.toMatchObject({ code: 'BAD_LENGTH' });
  await reader.release();
});

test('a message of exactly the limit is read, and one without a body', async () => {
  const { client, server } = await pair();
  const longest = Buffer.alloc(5 + LIMIT, 'x');
  longest.writeUInt32BE(4 + LIMIT, 1);
  client.write(Buffer.concat([longest, Buffer.from('S\0\0\0\x04')]));
  const reader = new SocketReader(server, patience());
  expect(await reader.message(LIMIT)).toEqual({ type: 'x', body: Buffer.alloc(LIMIT, 'x') });
  expect(await reader.message(LIMIT)).toEqual({ type: 'S', body: Buffer.alloc(0) });
  await reader.release();
});

test('a connection closed in the middle of a message is said to be closed', async () => {
  for (const start of ['', 'S', 'S\0\0\0\x09ab']) {
    const { client, server } = await pair();
    client.end(start);
    const reader = new SocketReader(server, patience());
    await expect(reader.message(LIMIT)).rejects.toMatchObject({ code: 'CLOSED' });
    await reader.release();
  }
});

test('a reset is said to be one, and a reset between two owners harms nobody', async () => {
  const { client, server } = await pair();
  const reader = new SocketReader(server, patience());
  const read = reader.message(LIMIT);
  client.resetAndDestroy();
  await expect(read).rejects.toMatchObject({ code: 'BROKEN', cause: { code: 'ECONNRESET' } });
  await reader.release();

  const idle = await pair();
  await new SocketReader(idle.server, patience()).release();
  const closed = new Promise((resolve) => idle.server.once('close', resolve));
  idle.server.destroy(new Error('nobody listens'));
  await closed;
});

test('a signal ends a read, and says whether it was time', async () => {
  const { server } = await pair();
  for (const [signal, code] of [
    [AbortSignal.timeout(10), 'TIMEOUT'],
    [AbortSignal.abort(new Error('stopping')), 'ABORTED'],
  ] as const) {
    const reader = new SocketReader(server, signal);
    await expect(reader.message(LIMIT)).rejects.toMatchObject({ code });
    await reader.release();
  }
});
