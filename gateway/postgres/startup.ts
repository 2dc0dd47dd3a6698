/**
 * From an accepted socket to a start-up packet: the agent's side of opening a session, up to who it is (authenticate.ts).
 * PostgreSQL manual §54.2.1 "Start-up", §54.2.9 "Session Encryption".
 */
import type { Socket } from 'node:net';
import { TLSSocket, type SecureContextOptions } from 'node:tls';
import { acceptTls, ALPN } from './agent-tls.ts';
import { interrupted, malformed, reading, StartupError } from './startup-error.ts';
import { errorResponse, negotiateProtocolVersion } from './wire/encode.ts';
import type { PostgresError } from './wire/errors.ts';
import { HandshakeError } from './wire/handshake.ts';
import {
  NEWEST_MINOR,
  parseStartupPacket,
  startupLengthAllowed,
  type StartupPacket,
} from './wire/startup-packet.ts';

export { StartupError } from './startup-error.ts';

/** What a client asked for when it connected. `socket` is paused; bytes already received stay in it. */
export type Startup =
  | {
      readonly kind: 'session';
      /** The socket to go on with: a TLSSocket after TLS was negotiated. */
      readonly socket: Socket;
      readonly tls: boolean;
      readonly protocol: '3.0' | '3.2';
      /** As the client sent them, `user`, `database` and `options` included; `_pq_.` options are taken out. */
      readonly parameters: ReadonlyMap<string, string>;
    }
  | {
      readonly kind: 'cancel';
      readonly socket: Socket;
      readonly tls: boolean;
      readonly processId: number;
      readonly key: Buffer;
    };

export interface StartupOptions {
  /** Certificate and key; without them a request for TLS is answered `N`. */
  readonly tls?: SecureContextOptions | undefined;
  readonly deadline: AbortSignal;
}

/** A client may ask for GSS encryption, then TLS; twice that is already odd. */
const MAX_NEGOTIATIONS = 4;

/** The first byte of a TLS record that carries a ClientHello. */
const TLS_HANDSHAKE_RECORD = 0x16;

/** How long a refused client may take to read why, in milliseconds. */
const REFUSAL_LINGER = 1_000;

/** Negotiates encryption and reads the start-up packet. Throws {@link StartupError}. */
export async function acceptStartup(socket: Socket, options: StartupOptions): Promise<Startup> {
  let current = socket;
  for (let negotiations = 0; negotiations <= MAX_NEGOTIATIONS; negotiations++) {
    const packet = await readPacket(current, options.deadline);
    const tls = current instanceof TLSSocket;
    const negotiates = packet.kind !== 'cancel' && packet.kind !== 'session';
    if (negotiates && negotiations === MAX_NEGOTIATIONS) break;
    switch (packet.kind) {
      case 'direct-tls':
        current = await acceptDirectTls(current, options);
        break;
      case 'ssl':
        current = await answerSslRequest(current, options);
        break;
      case 'gssenc':
        answerInClear(current, 'N');
        break;
      case 'cancel':
        return { kind: 'cancel', socket: current, tls, processId: packet.processId, key: packet.key };
      case 'session':
        return { kind: 'session', socket: current, tls, ...openSession(current, packet) };
    }
  }
  throw malformed(current, 'too many requests for encryption');
}

/** Tells a client why, where there is something to tell, and closes its connection. */
export function refuse(socket: Socket, error: PostgresError | undefined): void {
  if (error === undefined || socket.destroyed) {
    socket.destroy();
    return;
  }
  // What the client still sends is read and dropped: closing over unread bytes would reset the connection.
  socket.resume();
  socket.end(errorResponse(error));
  const timer = setTimeout(() => socket.destroy(), REFUSAL_LINGER);
  socket.once('close', () => {
    clearTimeout(timer);
  });
}

function readPacket(
  socket: Socket,
  deadline: AbortSignal,
): Promise<StartupPacket | { readonly kind: 'direct-tls' }> {
  return reading(socket, deadline, async (reader) => {
    const head = await reader.read(4);
    if (head[0] === TLS_HANDSHAKE_RECORD && !(socket instanceof TLSSocket)) {
      socket.unshift(head);
      return { kind: 'direct-tls' };
    }
    const length = head.readUInt32BE(0);
    if (!startupLengthAllowed(length)) throw malformed(socket, 'invalid length of startup packet');
    const packet = parseStartupPacket(await reader.read(length - 4));
    // What follows in the clear would be taken for what was said under encryption (CVE-2021-23214).
    if ((packet.kind === 'ssl' || packet.kind === 'gssenc') && reader.buffered > 0) {
      throw malformed(socket, 'received unencrypted data after SSL request');
    }
    return packet;
  });
}

async function answerSslRequest(socket: Socket, options: StartupOptions): Promise<Socket> {
  if (options.tls === undefined) {
    answerInClear(socket, 'N');
    return socket;
  }
  answerInClear(socket, 'S');
  return startTls(socket, options.tls, options.deadline);
}

async function acceptDirectTls(socket: Socket, options: StartupOptions): Promise<Socket> {
  if (options.tls === undefined) throw new StartupError('UNSUPPORTED', 'TLS is not configured', socket);
  const secure = await startTls(socket, options.tls, options.deadline);
  // Without ALPN a browser could be led to speak HTTP to a database (the ALPACA attack).
  if (secure.alpnProtocol !== ALPN) {
    throw malformed(
      secure,
      'received direct SSL connection request without ALPN protocol negotiation extension',
    );
  }
  return secure;
}

async function startTls(
  socket: Socket,
  tls: SecureContextOptions,
  deadline: AbortSignal,
): Promise<TLSSocket> {
  try {
    return await acceptTls(socket, tls, deadline);
  } catch (cause) {
    if (cause instanceof HandshakeError) throw interrupted(socket, cause);
    throw new StartupError('TLS_FAILED', 'the TLS handshake failed', socket, { cause });
  }
}

function answerInClear(socket: Socket, answer: 'S' | 'N'): void {
  if (socket instanceof TLSSocket) throw malformed(socket, 'encryption requested inside TLS');
  socket.write(answer);
}

function openSession(
  socket: Socket,
  packet: Extract<StartupPacket, { kind: 'session' }>,
): { readonly protocol: '3.0' | '3.2'; readonly parameters: ReadonlyMap<string, string> } {
  // 3.1 was never published; PostgreSQL takes it for 3.0.
  const minor = packet.minor >= NEWEST_MINOR ? NEWEST_MINOR : 0;
  if (packet.minor > NEWEST_MINOR || packet.protocolOptions.length > 0) {
    socket.write(negotiateProtocolVersion(minor, packet.protocolOptions));
  }
  return { protocol: minor === NEWEST_MINOR ? '3.2' : '3.0', parameters: packet.parameters };
}
