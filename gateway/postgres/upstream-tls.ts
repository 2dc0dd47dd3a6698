/** TLS towards databases, with libpq's meaning of its settings (PostgreSQL manual §32.19 "SSL Support"). */
import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { serialize } from 'pg-protocol';
import type { SslMode, SslNegotiation } from '../config.ts';
import { UpstreamError } from './upstream-error.ts';
import { trustOf, type Trust, type TrustTarget } from './upstream-trust.ts';
import { HandshakeError, interruption, keepErrorsQuiet, SocketReader } from './wire/handshake.ts';

/** What TLS needs to know of a connection. */
export interface TlsTarget extends TrustTarget {
  readonly host: string;
  readonly sslmode: SslMode;
  /** `postgres` unless said otherwise. */
  readonly sslnegotiation?: SslNegotiation | undefined;
}

/** PostgreSQL's name in TLS, so that nothing else that speaks TLS can be taken for it (ALPN, RFC 7301). */
const ALPN = 'postgresql';

/**
 * Negotiates TLS as `sslmode` says. Null when the server has none and none is demanded: the socket then goes on in the
 * clear. Throws {@link UpstreamError}, and HandshakeError from reading.
 */
export async function negotiateTls(
  socket: Socket,
  target: TlsTarget,
  signal: AbortSignal,
): Promise<TLSSocket | null> {
  // `allow` is what comes before its fallback: in the clear.
  if (target.sslmode === 'disable' || target.sslmode === 'allow') return null;
  const trust = await trustOf(target);
  if (target.sslnegotiation === 'direct') return handshake(socket, target, trust, signal);
  const answer = await requestTls(socket, signal);
  switch (answer) {
    case 'S':
      return handshake(socket, target, trust, signal);
    case 'N':
      if (target.sslmode === 'prefer') return null;
      throw new UpstreamError(
        'TLS_REFUSED',
        `the server of connection "${target.name}" has no TLS, which sslmode=${target.sslmode} demands`,
      );
    default:
      // Even an error's text is not to be believed here: anyone in between may have written it (CVE-2024-10977).
      throw new UpstreamError(
        'PROTOCOL_VIOLATION',
        `the server of connection "${target.name}" did not answer the request for TLS`,
      );
  }
}

async function requestTls(socket: Socket, signal: AbortSignal): Promise<string> {
  const reader = new SocketReader(socket, signal);
  try {
    socket.write(serialize.requestSsl());
    const answer = (await reader.read(1)).toString('latin1');
    // What follows in the clear would be taken for what was said under encryption (CVE-2021-23222).
    return reader.buffered > 0 ? 'stuffed' : answer;
  } finally {
    await reader.release();
  }
}

async function handshake(
  socket: Socket,
  target: TlsTarget,
  trust: Trust,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const secure = connect({
    ...trust,
    socket,
    host: target.host,
    // An address may not be sent as server name (RFC 6066 §3); the certificate is then checked against `host`.
    servername: isIP(target.host) === 0 ? target.host : '',
    ALPNProtocols: [ALPN],
  });
  keepErrorsQuiet(secure);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const closed = (): void => {
    reject(new Error('the server closed the connection'));
  };
  const abort = (): void => {
    reject(interruption(signal));
  };
  secure.once('secureConnect', resolve).once('error', reject).once('close', closed);
  signal.addEventListener('abort', abort);
  try {
    await promise;
    requireAlpn(secure, target);
    secure.pause();
    return secure;
  } catch (cause) {
    secure.destroy();
    if (cause instanceof HandshakeError) throw cause;
    throw failed(target, cause);
  } finally {
    signal.removeEventListener('abort', abort);
    secure.off('secureConnect', resolve).off('error', reject).off('close', closed);
  }
}

/** Servers before PostgreSQL 17 choose none, and cannot be spoken to directly. */
function requireAlpn(secure: TLSSocket, { sslnegotiation }: TlsTarget): void {
  const chosen = secure.alpnProtocol;
  if (chosen === ALPN || (typeof chosen !== 'string' && sslnegotiation !== 'direct')) return;
  throw new Error('the server did not say in TLS that it speaks PostgreSQL (ALPN)');
}

function failed({ name, sslmode }: TlsTarget, cause: unknown): UpstreamError {
  const reason = cause instanceof Error ? cause.message : 'unknown';
  const message = `TLS with the server of connection "${name}" failed (sslmode=${sslmode}): ${reason}`;
  return new UpstreamError('TLS_FAILED', message, { cause });
}
