/** Sockets on loopback for tests: both ends of a connection, and servers that misbehave as told. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Both ends of one TCP connection. */
export interface SocketPair {
  readonly client: Socket;
  readonly server: Socket;
  readonly close: () => void;
}

/** Connects two sockets to each other; the server's end is paused, as a gateway accepts it. */
export async function socketPair(): Promise<SocketPair> {
  const listener = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = Promise.withResolvers<Socket>();
  listener.once('connection', accepted.resolve);
  const client = connect(portOf(listener.address()), '127.0.0.1');
  const server = await accepted.promise;
  listener.close();
  client.on('error', () => {});
  const close = (): void => {
    client.destroy();
    server.destroy();
  };
  return { client, server, close };
}

/** A TCP server that hands each connection to `serve`. */
export async function fakeServer(
  serve: (socket: Socket) => void,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const close = (): void => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: portOf(listener.address()), close };
}

/** Everything a socket receives until it ends. */
export async function received(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

/** Sends bytes one by one, each as a segment of its own as far as a kernel lets them be. */
export async function dribble(socket: Socket, bytes: Uint8Array): Promise<void> {
  socket.setNoDelay(true);
  for (const byte of bytes) {
    socket.write(Uint8Array.of(byte));
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  return address.port;
}
