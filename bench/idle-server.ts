/**
 * What stands behind sessions that do nothing: it lets everybody in and then says nothing, as a PostgreSQL would that has
 * room for thousands (whose memory is not what is measured).
 */
import { createServer, type Socket } from 'node:net';
import { boundPort } from './port.ts';
import { message } from './raw-client.ts';

/** What gateways call it. */
export const IDLE_DATABASE = 'idle';

/** AuthenticationOk, what drivers want to know, a cancel key, ReadyForQuery (PostgreSQL manual §54.7). */
const GREETING = Buffer.concat([
  message('R', new Uint8Array(4)),
  ...[
    ['server_version', '18.0'],
    ['server_encoding', 'UTF8'],
    ['client_encoding', 'UTF8'],
    ['DateStyle', 'ISO, MDY'],
    ['integer_datetimes', 'on'],
    ['standard_conforming_strings', 'on'],
  ].map(([name = '', value = '']) => message('S', `${name}\0${value}\0`)),
  message('K', new Uint8Array(8)),
  message('Z', 'I'),
]);

/** Starts it; `stack` ends it. Resolves to its port. */
export async function startIdleServer(stack: AsyncDisposableStack): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    socket.once('data', () => void socket.write(GREETING));
    socket.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return boundPort(server);
}
