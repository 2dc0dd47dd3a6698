/** A connection to a database server, encrypted as its connection demands. */
import net from 'node:net';
import { negotiateTls, type TlsTarget } from './upstream-tls.ts';
import { interruption, keepErrorsQuiet } from './wire/handshake.ts';

/** Where a server is. */
export interface DialTarget extends TlsTarget {
  /** Host name or address; a path starting with `/` is the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
}

export interface DialOptions {
  /** The address to go to instead of looking up the host. */
  readonly address?: string | null;
  readonly signal: AbortSignal;
  readonly connect?: typeof net.connect;
}

/** Connects and negotiates TLS; the socket comes back paused. Throws UpstreamError, HandshakeError, or Node's own. */
export async function dial(target: DialTarget, options: DialOptions): Promise<net.Socket> {
  const socket = await connected(target, options);
  // As in libpq, a Unix socket is never encrypted: it does not leave the machine.
  if (isLocal(target)) return socket;
  try {
    return (await negotiateTls(socket, target, options.signal)) ?? socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function connected(target: DialTarget, options: DialOptions): Promise<net.Socket> {
  const { signal, address = null, connect = net.connect } = options;
  if (signal.aborted) throw interruption(signal);
  const socket = isLocal(target)
    ? connect({ path: `${target.host}/.s.PGSQL.${target.port}` })
    : connect({ host: address ?? target.host, port: target.port, noDelay: true, keepAlive: true });
  keepErrorsQuiet(socket);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = (): void => {
    reject(interruption(signal));
  };
  socket.once('connect', resolve).once('error', reject);
  signal.addEventListener('abort', abort);
  try {
    await promise;
    socket.pause();
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    socket.off('connect', resolve).off('error', reject);
  }
}

/** A Unix socket. */
export function isLocal(target: Pick<DialTarget, 'host'>): boolean {
  return target.host.startsWith('/');
}
