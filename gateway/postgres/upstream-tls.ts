/** TLS towards databases, with libpq's meaning of `sslmode` (PostgreSQL manual §32.19 "SSL Support"). */
import { readFile } from 'node:fs/promises';
import { isIP, type Socket } from 'node:net';
import { connect, getCACertificates, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { serialize } from 'pg-protocol';
import { UpstreamError } from './upstream-error.ts';
import { HandshakeError, interruption, keepErrorsQuiet, SocketReader } from './wire/handshake.ts';

export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** What TLS needs to know of a connection. */
export interface TlsTarget {
  readonly name: string;
  readonly host: string;
  readonly sslmode: SslMode;
  /** Path of a PEM file of root certificates, or `system` for those this machine trusts. */
  readonly sslrootcert?: string | undefined;
}

/**
 * Asks the server for TLS as `sslmode` says. Null when the server has none and none is demanded: the socket then goes on
 * in the clear. Throws {@link UpstreamError}, and HandshakeError from reading.
 */
export async function negotiateTls(
  socket: Socket,
  target: TlsTarget,
  signal: AbortSignal,
): Promise<TLSSocket | null> {
  if (target.sslmode === 'disable') return null;
  const trust = await trustOf(target);
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
  trust: ConnectionOptions,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const secure = connect({
    ...trust,
    socket,
    host: target.host,
    // An address may not be sent as server name (RFC 6066 §3); the certificate is then checked against `host`.
    servername: isIP(target.host) === 0 ? target.host : '',
    ALPNProtocols: ['postgresql'],
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
    secure.pause();
    return secure;
  } catch (cause) {
    secure.destroy();
    if (cause instanceof HandshakeError) throw cause;
    const reason = cause instanceof Error ? cause.message : 'unknown';
    const message = `TLS with the server of connection "${target.name}" failed (sslmode=${target.sslmode}): ${reason}`;
    throw new UpstreamError('TLS_FAILED', message, { cause });
  } finally {
    signal.removeEventListener('abort', abort);
    secure.off('secureConnect', resolve).off('error', reject).off('close', closed);
  }
}

/** Whom to believe. `require` with root certificates means `verify-ca`, as in libpq. */
async function trustOf(target: TlsTarget): Promise<ConnectionOptions> {
  const { sslmode, sslrootcert, name } = target;
  const full = sslmode === 'verify-full';
  if (sslrootcert === 'system') {
    if (!full)
      throw misconfigured(
        name,
        'sslrootcert=system needs sslmode=verify-full: anyone can get such a certificate',
      );
    return {
      ca: [...getCACertificates('default'), ...getCACertificates('system')],
      rejectUnauthorized: true,
    };
  }
  if (sslrootcert === undefined) {
    if (full || sslmode === 'verify-ca') {
      throw misconfigured(
        name,
        `sslmode=${sslmode} needs sslrootcert: a file of root certificates, or "system"`,
      );
    }
    return { rejectUnauthorized: false };
  }
  const ca = await readFile(sslrootcert, 'utf8').catch((cause: unknown) => {
    throw misconfigured(name, `cannot read sslrootcert ${sslrootcert}`, cause);
  });
  if (sslmode === 'prefer') return { rejectUnauthorized: false };
  return { ca, rejectUnauthorized: true, ...(full ? {} : { checkServerIdentity: () => undefined }) };
}

function misconfigured(name: string, what: string, cause?: unknown): UpstreamError {
  return new UpstreamError('CONFIGURATION', `connection "${name}": ${what}`, { cause });
}
