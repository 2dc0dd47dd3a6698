import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { leaveServer } from './leave-server.ts';

/** A connection to a server that `accept`s it, and stays half open as PostgreSQL's do. */
async function connected(accept: (socket: Socket) => void): Promise<Socket> {
  const server = createServer({ allowHalfOpen: true }, (socket) => accept(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

test('a server that was idle when it was first asked to cancel is asked again, until it answers', async () => {
  let server: Socket | null = null;
  const socket = await connected((other) => (server = other.resume()));
  let asked = 0;
  await leaveServer(socket, async () => {
    if (++asked === 2) server?.write('canceling statement due to user request');
  });
  expect([asked, socket.destroyed]).toEqual([2, true]);
});

test('a server that never answers is left after three requests; one that hangs up, or cannot be asked, after one', async () => {
  const counts: number[] = [];
  for (const does of ['nothing', 'hangs up', 'cannot be asked']) {
    let server: Socket | null = null;
    const socket = await connected((other) => (server = other.resume()));
    let asked = 0;
    await leaveServer(socket, async () => {
      asked++;
      if (does === 'hangs up') server?.destroy();
      if (does === 'cannot be asked') throw new Error('refused');
    });
    counts.push(asked);
    expect(socket.destroyed).toBe(true);
  }
  expect(counts).toEqual([3, 1, 1]);
});
