import { createServer, type Server } from 'node:net';

/** The TCP port that a listening server got. */
export function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on TCP');
  return address.port;
}

/** A port that was free a moment ago, for programs that do not take 0. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = boundPort(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
