/**
 * From a registered connection to a server session that is ready for queries: the server's side of opening a session.
 * PostgreSQL manual §54.2.1 "Start-up", §54.2.8 "Canceling Requests in Progress".
 */
import type net from 'node:net';
import { PasswordCommand } from './password-command.ts';
import { dial } from './upstream-dial.ts';
import { toUpstreamError, UpstreamError } from './upstream-error.ts';
import { openSession, type OpenTarget, type Upstream } from './upstream-open.ts';
import { cancelRequest } from './upstream-requests.ts';
import { HandshakeError, interruption, SocketReader } from './wire/handshake.ts';

export type { Upstream } from './upstream-open.ts';

/** A server and the gateway's own credentials for it. */
export interface UpstreamTarget extends Omit<OpenTarget, 'password'> {
  readonly password?: string | PasswordCommand | undefined;
}

export interface UpstreamOptions {
  readonly signal: AbortSignal;
  readonly connect?: typeof net.connect;
}

/** Opens a session for an agent whose settings were let through by `upstreamParameters`. Throws {@link UpstreamError}. */
export async function connectUpstream(
  target: UpstreamTarget,
  startup: { readonly parameters: ReadonlyMap<string, string> },
  options: UpstreamOptions,
): Promise<Upstream> {
  let password: string | undefined;
  try {
    password = await passwordOf(target, options.signal);
    const known = { ...target, password };
    refuseNul(known, startup.parameters);
    return await openSession(known, startup.parameters, options);
  } catch (cause) {
    const error = toUpstreamError(cause, { ...target, password });
    if (error.code === 'CREDENTIALS_REFUSED' && target.password instanceof PasswordCommand) {
      target.password.forget();
    }
    throw error;
  }
}

/**
 * Cancels what a server session is doing; resolves when the server has taken notice. A session that came about over TLS is
 * cancelled over TLS, whatever else sslmode would let pass, as libpq's PQcancelStart does. Throws {@link UpstreamError}.
 */
export async function cancelUpstream(
  target: UpstreamTarget,
  upstream: Pick<Upstream, 'processId' | 'key' | 'address' | 'tls'>,
  signal: AbortSignal,
): Promise<void> {
  const { processId, key, address, tls } = upstream;
  if (key.length === 0) {
    throw new UpstreamError(
      'REFUSED',
      `the server of connection "${target.name}" gave no key to cancel with`,
    );
  }
  try {
    const socket = await dial({ ...target, sslmode: cancelMode(target.sslmode, tls) }, { address, signal });
    socket.write(cancelRequest(processId, key));
    await untilClosed(socket, signal);
  } catch (error) {
    throw toUpstreamError(error, target);
  }
}

function cancelMode(sslmode: UpstreamTarget['sslmode'], tls: boolean): UpstreamTarget['sslmode'] {
  if (!tls) return 'disable';
  return sslmode === 'allow' || sslmode === 'prefer' ? 'require' : sslmode;
}

/** Others may wait for the same command: it goes on when this session gives up. */
async function passwordOf({ password }: UpstreamTarget, signal: AbortSignal): Promise<string | undefined> {
  if (!(password instanceof PasswordCommand)) return password;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    reject(interruption(signal));
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([password.password(), promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The server answers a cancel request by closing, and says nothing. */
async function untilClosed(socket: net.Socket, signal: AbortSignal): Promise<void> {
  const reader = new SocketReader(socket, signal);
  try {
    await reader.read(1);
  } catch (error) {
    if (!(error instanceof HandshakeError) || (error.code !== 'CLOSED' && error.code !== 'BROKEN'))
      throw error;
  } finally {
    socket.destroy();
    await reader.release();
  }
}

/** A NUL would end a value early in the start-up packet and let its rest pass for further parameters. */
function refuseNul(target: OpenTarget, parameters: ReadonlyMap<string, string>): void {
  const texts = [target.user, target.database, target.password ?? '', ...[...parameters].flat()];
  if (texts.some((text) => text.includes('\0'))) {
    throw new UpstreamError(
      'CONFIGURATION',
      `connection "${target.name}": a NUL in user, database, password or a setting`,
    );
  }
}
