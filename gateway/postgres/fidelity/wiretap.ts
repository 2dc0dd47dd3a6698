/** A relay that keeps what passed: what a client truly sent and got, to hold a recording against. */
import { connect, createServer, type Socket } from 'node:net';

/** One read of one direction. */
export interface Chunk {
  readonly from: 'client' | 'server';
  readonly bytes: Buffer;
}

/** One connection through the tap, in the order its bytes came. */
export interface TappedConnection {
  /** The tap's own port towards the target: the client's port as the target sees it. */
  readonly port: number;
  /** When it began, ms since 1970: ports are used again. */
  readonly since: number;
  readonly chunks: readonly Chunk[];
}

export interface Wiretap {
  readonly port: number;
  /** Connections so far, oldest first. */
  readonly connections: readonly TappedConnection[];
  /** Resolves when all connections so far have ended. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a port of its own and relays to 127.0.0.1:`to`. */
export async function startWiretap(to: number): Promise<Wiretap> {
  const connections: TappedConnection[] = [];
  const running = new Set<Promise<void>>();
  const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    const ended = tap(client, to, connections).finally(() => running.delete(ended));
    running.add(ended);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const idle = async (): Promise<void> => {
    await Promise.all(running);
  };
  return {
    port: address.port,
    connections,
    idle,
    async close() {
      await idle();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function tap(client: Socket, to: number, connections: TappedConnection[]): Promise<void> {
  const since = Date.now();
  const target = connect({ host: '127.0.0.1', port: to, noDelay: true, allowHalfOpen: true });
  await new Promise<void>((resolve, reject) => target.once('connect', resolve).once('error', reject));
  const chunks: Chunk[] = [];
  connections.push({ port: target.localPort ?? 0, since, chunks });
  client.on('data', (bytes: Buffer) => chunks.push({ from: 'client', bytes }));
  target.on('data', (bytes: Buffer) => chunks.push({ from: 'server', bytes }));
  client.on('error', () => target.destroy());
  target.on('error', () => client.destroy());
  const gone = [client, target].map(
    (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
  );
  client.pipe(target);
  target.pipe(client);
  await Promise.all(gone);
}
