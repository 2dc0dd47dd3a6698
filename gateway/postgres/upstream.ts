/**
 * From a registered connection to a server session that is ready for queries: the server's side of opening a session.
 * PostgreSQL manual §54.2.1 "Start-up", §54.2.8 "Canceling Requests in Progress".
 */
import type net from 'node:net';
import { TLSSocket } from 'node:tls';
import { serialize } from 'pg-protocol';
import { dial, type DialTarget } from './upstream-dial.ts';
import { toUpstreamError, UpstreamError } from './upstream-error.ts';
import { logIn, type Credentials } from './upstream-login.ts';
import { ServerMessages, type ServerFacts } from './upstream-messages.ts';
import { ServerError } from './wire/errors.ts';
import { HandshakeError, SocketReader } from './wire/handshake.ts';

/** A server and the gateway's own credentials for it. */
export interface UpstreamTarget extends DialTarget, Credentials {
  /** The connection's name, as agents and people know it; for messages. */
  readonly name: string;
  readonly database: string;
}

/** A server session at its first ReadyForQuery. `socket` is paused; bytes already received stay in it. */
export interface Upstream extends ServerFacts {
  readonly socket: net.Socket;
  readonly tls: boolean;
  /** 3.0 even for agents that speak 3.2: cancel keys are the gateway's own, and nothing else differs. */
  readonly protocol: '3.0';
  /** The address connected to, which a cancel must go to as well; null for a Unix socket. */
  readonly address: string | null;
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
  try {
    refuseNul(target, startup.parameters);
    return await openWithFallback(target, startup.parameters, options);
  } catch (error) {
    throw toUpstreamError(error, target);
  }
}

/** Cancels what a server session is doing; resolves when the server has taken notice. Throws {@link UpstreamError}. */
export async function cancelUpstream(
  target: UpstreamTarget,
  upstream: Pick<Upstream, 'processId' | 'key' | 'address'>,
  signal: AbortSignal,
): Promise<void> {
  const { processId, key, address } = upstream;
  if (key.length !== 4) {
    throw new UpstreamError(
      'REFUSED',
      `the server of connection "${target.name}" gave no key to cancel with`,
    );
  }
  try {
    const socket = await dial(target, { address, signal });
    socket.write(serialize.cancel(processId, key.readInt32BE(0)));
    await untilClosed(socket, signal);
  } catch (error) {
    throw toUpstreamError(error, target);
  }
}

/** sslmode=prefer means: where TLS fails, or the server does not take this client over TLS, once more without. */
async function openWithFallback(
  target: UpstreamTarget,
  parameters: ReadonlyMap<string, string>,
  options: UpstreamOptions,
): Promise<Upstream> {
  try {
    return await open(target, parameters, options);
  } catch (error) {
    const overTls = error instanceof UpstreamError && error.code === 'TLS_FAILED';
    const notOverTls = error instanceof ServerError && error.postgres.sqlstate === '28000';
    if (target.sslmode !== 'prefer' || !(overTls || notOverTls) || options.signal.aborted) throw error;
    return await open({ ...target, sslmode: 'disable' }, parameters, options);
  }
}

async function open(
  target: UpstreamTarget,
  parameters: ReadonlyMap<string, string>,
  options: UpstreamOptions,
): Promise<Upstream> {
  const socket = await dial(target, options);
  const address = socket.remoteAddress ?? null;
  const reader = new SocketReader(socket, options.signal);
  try {
    const { user, database } = target;
    socket.write(serialize.startup({ ...Object.fromEntries(parameters), user, database }));
    const messages = new ServerMessages(reader, target.name);
    await logIn({ receive: () => messages.next(), send: (message) => socket.write(message) }, target);
    const facts = await messages.untilReady();
    return { socket, tls: socket instanceof TLSSocket, protocol: '3.0', address, ...facts };
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    await reader.release();
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
function refuseNul(target: UpstreamTarget, parameters: ReadonlyMap<string, string>): void {
  const texts = [target.user, target.database, target.password, ...[...parameters].flat()];
  if (texts.some((text) => text.includes('\0'))) {
    throw new UpstreamError(
      'CONFIGURATION',
      `connection "${target.name}": a NUL in user, database, password or a setting`,
    );
  }
}
