/** Where a worker's agents come in. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { cannotListen } from './gateway-error.ts';

/** Connections the kernel may hold until they are accepted (fewer where net.core.somaxconn says so): a burst waits instead of failing. */
const BACKLOG = 4096;

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Whether other processes of this gateway listen on the same port (SO_REUSEPORT, socket(7)); the kernel spreads agents. */
  readonly shared: boolean;
  /** Serves one agent to its end; never rejects. */
  readonly serve: (socket: Socket) => Promise<void>;
}

export interface Listener {
  readonly port: number;
  /** Takes no more agents. */
  close(): void;
  /** Resolves when every agent was served to its end. */
  served(): Promise<void>;
}

/** Throws {@link GatewayError}. */
export async function listenForAgents({ host, port, shared, serve }: ListenOptions): Promise<Listener> {
  const serving = new Set<Promise<void>>();
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    const served = serve(socket).finally(() => serving.delete(served));
    serving.add(served);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(cannotListen(`${host}:${port}`, 'gateway.listen', error)),
    );
    server.listen({ host, port, reusePort: shared, backlog: BACKLOG }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => server.close(),
    async served() {
      await Promise.all(serving);
    },
  };
}
