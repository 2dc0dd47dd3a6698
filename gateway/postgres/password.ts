/** The token as a password (PostgreSQL manual §54.2.1, AuthenticationCleartextPassword). */
import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { fatal, malformed, reading, StartupError } from './startup-error.ts';
import { authenticationCleartextPassword } from './wire/encode.ts';
import type { SocketReader } from './wire/handshake.ts';

/** Two tokens of at most 16 KiB each and a comma; as much again, so that a longer token is refused for what it is. */
const MAX_SECRET_MESSAGE = 64 * 1024;

/** Asks for the password; {@link requireSecrecy} comes first, since a client that is asked answers. Throws {@link StartupError}. */
export async function askPassword(
  socket: Socket,
  options: { readonly deadline: AbortSignal },
): Promise<string> {
  requireSecrecy(socket);
  socket.write(authenticationCleartextPassword());
  return reading(socket, options.deadline, async (reader) => {
    const body = await readSecret(reader, socket, 'a password');
    const wellFormed = body.length > 0 && body.indexOf(0) === body.length - 1 && isUtf8(body);
    if (!wellFormed) throw malformed(socket, 'invalid password packet');
    return body.toString('utf8', 0, body.length - 1);
  });
}

/**
 * Lets a secret travel only where a network cannot listen: over TLS, a Unix socket, or TCP with both ends on loopback.
 * Throws {@link StartupError}.
 */
export function requireSecrecy(socket: Socket): void {
  if (socket instanceof TLSSocket) return;
  // A Unix socket has no addresses.
  if (socket.remoteAddress === undefined && socket.localAddress === undefined) return;
  if (isLoopback(socket.remoteAddress) && isLoopback(socket.localAddress)) return;
  const message = 'the gateway does not take a token over an unencrypted network connection';
  const hint = 'Connect with sslmode=require or stronger, or from the machine the gateway runs on.';
  throw new StartupError('INSECURE', message, socket, { postgres: { ...fatal('28000', message), hint } });
}

/** The body of the client's PasswordMessage or SASL message (both are of type `p`); `what` is what it should hold. */
export async function readSecret(reader: SocketReader, socket: Socket, what: string): Promise<Buffer> {
  const { type, body } = await reader.message(MAX_SECRET_MESSAGE);
  if (type === 'p') return body;
  if (type === 'X') throw new StartupError('CLOSED', 'the client closed the connection', socket);
  throw malformed(socket, `expected ${what}, got a message of type ${JSON.stringify(type)}`);
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address));
}
