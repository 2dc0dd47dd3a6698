/** The app for a team: HTTPS by its own certificate, or HTTP to proxies that have one. */
import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { createAdaptorServer, type HttpBindings, type ServerType } from '@hono/node-server';
import type { ServeConfig } from '../../gateway/config.ts';
import { peerReader } from '../server/client-address.ts';
import type { TeamHost } from '../server/team-host.ts';

export interface TeamServer {
  readonly port: number;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Starts listening. Rejects with the system's error, such as EADDRINUSE, or OpenSSL's. */
export async function startTeamServer(
  host: Pick<TeamHost, 'answer'>,
  { listen, trustProxy }: Pick<ServeConfig, 'listen' | 'trustProxy'>,
  certificate: Certificate | null,
): Promise<TeamServer> {
  const peerOf = peerReader(trustProxy);
  const fetch = (request: Request, env: unknown): Promise<Response> => {
    const { incoming } = env as HttpBindings;
    return host.answer(request, peerOf(request, incoming.socket.remoteAddress ?? ''));
  };
  const server: ServerType =
    certificate === null
      ? createAdaptorServer({ fetch })
      : createAdaptorServer({
          fetch,
          createServer: createSecureServer,
          serverOptions: { ...certificate, minVersion: 'TLSv1.2' },
        });
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  return {
    port: portOf(server),
    async close() {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

function portOf(server: ServerType): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return address.port;
}
