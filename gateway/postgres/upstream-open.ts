/** Opening one server session, in as many attempts as sslmode and the server's age need. */
import type net from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SslMode } from '../config.ts';
import { isLoopback } from '../identity/loopback.ts';
import { tlsServerEndPoint } from './channel-binding.ts';
import { dial, isLocal, type DialTarget } from './upstream-dial.ts';
import { UpstreamError } from './upstream-error.ts';
import { logIn, type Credentials, type Wire } from './upstream-login.ts';
import { ServerMessages, type ServerFacts } from './upstream-messages.ts';
import { startupMessage, type ProtocolVersion } from './upstream-requests.ts';
import { ServerError } from './wire/errors.ts';
import { HandshakeError, SocketReader } from './wire/handshake.ts';

/** A server and credentials that are at hand. */
export interface OpenTarget extends DialTarget, Credentials {
  /** The connection's name, as agents and people know it; for messages. */
  readonly name: string;
  readonly database: string;
}

/** A server session at its first ReadyForQuery. `socket` is paused; bytes already received stay in it. */
export interface Upstream extends ServerFacts {
  readonly socket: net.Socket;
  readonly tls: boolean;
  /** The address connected to, which a cancel must go to as well; null for a Unix socket. */
  readonly address: string | null;
}

interface OpenOptions {
  readonly signal: AbortSignal;
  readonly connect?: typeof net.connect;
}

/** How it is tried. */
interface Attempt {
  readonly sslmode: SslMode;
  readonly protocol: ProtocolVersion;
}

/** How far an attempt came. */
interface Progress {
  tls: boolean;
  /** Messages of the server. */
  received: number;
}

/** Opens a session. Throws UpstreamError, ServerError, ScramError, HandshakeError, or Node's own. */
export async function openSession(
  target: OpenTarget,
  parameters: ReadonlyMap<string, string>,
  options: OpenOptions,
): Promise<Upstream> {
  let attempt: Attempt | null = { sslmode: target.sslmode, protocol: '3.2' };
  let refusal: unknown;
  while (attempt !== null) {
    const progress: Progress = { tls: false, received: 0 };
    try {
      return await open(target, attempt, parameters, options, progress);
    } catch (error) {
      // What made the first attempt fail tells more than that there is no second way.
      if (!hasCode(error, 'TLS_REFUSED') || refusal === undefined) refusal = error;
      attempt = options.signal.aborted ? null : another(target, attempt, progress, error);
    }
  }
  throw refusal;
}

/**
 * The next attempt: `prefer` goes on in the clear where TLS fails or the server does not take this client over TLS, `allow`
 * the other way round, and servers (poolers, mostly) that do not know protocol 3.2 nor how to say so are asked for 3.0.
 */
function another(
  target: OpenTarget,
  { sslmode, protocol }: Attempt,
  { tls, received }: Progress,
  error: unknown,
): Attempt | null {
  // As the first thing said: pg_hba.conf has no entry for this client with, or without, TLS.
  const notThisWay = error instanceof ServerError && received === 1 && error.postgres.sqlstate === '28000';
  if (sslmode === 'prefer' && (hasCode(error, 'TLS_FAILED') || (tls && notThisWay))) {
    return { sslmode: 'disable', protocol };
  }
  if (sslmode === 'allow' && notThisWay && !isLocal(target)) return { sslmode: 'require', protocol };
  return protocol === '3.2' && refusesProtocol(error, received) ? { sslmode, protocol: '3.0' } : null;
}

/** As the first thing said: 0A000 of servers, 08P01 of poolers, or nothing but the end. */
function refusesProtocol(error: unknown, received: number): boolean {
  if (error instanceof ServerError)
    return received === 1 && /^(?:0A000|08P01)$/.test(error.postgres.sqlstate);
  return error instanceof HandshakeError && error.code === 'CLOSED' && received === 0;
}

function hasCode(error: unknown, code: UpstreamError['code']): boolean {
  return error instanceof UpstreamError && error.code === code;
}

async function open(
  target: OpenTarget,
  { sslmode, protocol }: Attempt,
  parameters: ReadonlyMap<string, string>,
  options: OpenOptions,
  progress: Progress,
): Promise<Upstream> {
  const socket = await dial({ ...target, sslmode }, options);
  const address = socket.remoteAddress ?? null;
  const reader = new SocketReader(socket, options.signal);
  const messages = new ServerMessages(reader, target.name, protocol);
  try {
    const tls = socket instanceof TLSSocket;
    progress.tls = tls;
    const { user, database } = target;
    const given = { ...Object.fromEntries(parameters), user, database, client_encoding: 'UTF8' };
    socket.write(startupMessage(protocol, given));
    await logIn({ receive: () => messages.next(), ...wireOf(socket, isLocal(target)) }, target);
    const facts = await messages.untilReady();
    return { socket, tls, address, ...facts };
  } catch (error) {
    progress.received = messages.received;
    socket.destroy();
    throw error;
  } finally {
    await reader.release();
  }
}

function wireOf(socket: net.Socket, local: boolean): Omit<Wire, 'receive'> {
  const tls = socket instanceof TLSSocket;
  const certificate = tls ? socket.getPeerX509Certificate()?.raw : undefined;
  return {
    send: (message) => socket.write(message),
    tls,
    endPoint: certificate === undefined ? null : tlsServerEndPoint(certificate),
    confidential: tls || local || isLoopback(socket.remoteAddress ?? ''),
  };
}
