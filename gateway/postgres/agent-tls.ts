/** TLS towards agents. */
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket, type SecureContext, type SecureContextOptions } from 'node:tls';
import { interruption, keepErrorsQuiet } from './wire/handshake.ts';

/** The ALPN name of PostgreSQL's protocol (IANA registry), which keeps a TLS session meant for another service out. */
export const ALPN = 'postgresql';

/** Contexts by the options they were made of: making one parses certificate and key, which costs milliseconds. */
const contexts = new WeakMap<SecureContextOptions, SecureContext>();

/** The TLS handshake as server; bytes still unread in `socket` are its beginning. Rejects when it fails or is aborted. */
export async function acceptTls(
  socket: Socket,
  options: SecureContextOptions,
  signal: AbortSignal,
): Promise<TLSSocket> {
  if (signal.aborted) throw interruption(signal);
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext: contextOf(options),
    ALPNProtocols: [ALPN],
  });
  keepErrorsQuiet(secure);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (error?: Error): void => {
    reject(error ?? new Error('the client closed the connection during the TLS handshake'));
  };
  const abort = (): void => {
    fail(interruption(signal));
  };
  secure.once('secure', resolve).once('error', fail).once('_tlsError', fail).once('close', fail);
  signal.addEventListener('abort', abort);
  try {
    await promise;
    secure.disableRenegotiation();
    secure.pause();
    return secure;
  } catch (error) {
    secure.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    secure.off('secure', resolve).off('error', fail).off('_tlsError', fail).off('close', fail);
  }
}

function contextOf(options: SecureContextOptions): SecureContext {
  let context = contexts.get(options);
  if (context === undefined) {
    context = createSecureContext(options);
    contexts.set(options, context);
  }
  return context;
}
