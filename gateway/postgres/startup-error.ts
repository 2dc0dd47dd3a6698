/** Why no session came of a connection, in terms of its start-up. */
import type { Socket } from 'node:net';
import { Dismissed } from './admittance.ts';
import type { PostgresError } from './wire/errors.ts';
import { HandshakeError, SocketReader } from './wire/handshake.ts';
import { StartupPacketError } from './wire/startup-packet.ts';

export type StartupErrorCode =
  /** The client went away. */
  | 'CLOSED'
  /** The deadline passed. */
  | 'TIMEOUT'
  /** The place at the door was given to another (see admittance.ts). */
  | 'CROWDED'
  /** The gateway ends. */
  | 'CLOSING'
  | 'TLS_FAILED'
  /** Bytes that no client sends. */
  | 'MALFORMED'
  /** Something PostgreSQL may offer and the gateway does not. */
  | 'UNSUPPORTED'
  /** A password or token would have to travel in the clear. */
  | 'INSECURE'
  /** The client asked by SASL where to get a token, and now knows. */
  | 'NO_TOKEN';

/** Why no session came of a connection. */
export class StartupError extends Error {
  readonly code: StartupErrorCode;
  /** What to tell the client; absent where it is gone or would not understand. */
  readonly postgres: PostgresError | undefined;
  /** Where to tell it: the TLSSocket once TLS was negotiated. */
  readonly socket: Socket;
  constructor(
    code: StartupErrorCode,
    message: string,
    socket: Socket,
    options: ErrorOptions & { readonly postgres?: PostgresError } = {},
  ) {
    super(message, options);
    this.name = 'StartupError';
    this.code = code;
    this.postgres = options.postgres;
    this.socket = socket;
  }
}

/** Runs one exchange on a socket, gives the socket back, and puts what went wrong in terms of start-up. */
export async function reading<T>(
  socket: Socket,
  deadline: AbortSignal,
  exchange: (reader: SocketReader) => Promise<T>,
): Promise<T> {
  const reader = new SocketReader(socket, deadline);
  try {
    return await exchange(reader);
  } catch (cause) {
    if (cause instanceof StartupPacketError) {
      const code = cause.postgres.sqlstate === '0A000' ? 'UNSUPPORTED' : 'MALFORMED';
      throw new StartupError(code, cause.message, socket, { cause, postgres: cause.postgres });
    }
    if (cause instanceof HandshakeError) throw interrupted(socket, cause);
    throw cause;
  } finally {
    await reader.release();
  }
}

/** A read that did not end as it should. */
export function interrupted(socket: Socket, cause: HandshakeError): StartupError {
  if (cause.code === 'BAD_LENGTH') return malformed(socket, cause.message);
  if (cause.code === 'CLOSED' || cause.code === 'BROKEN') {
    return new StartupError('CLOSED', cause.message, socket, { cause });
  }
  if (cause.cause instanceof Dismissed) {
    const { code, sqlstate, message } = cause.cause;
    return new StartupError(code, message, socket, { cause, postgres: fatal(sqlstate, message) });
  }
  const message = 'canceling authentication due to timeout';
  return new StartupError('TIMEOUT', message, socket, { cause, postgres: fatal('57014', message) });
}

/** Bytes that no client sends. */
export function malformed(socket: Socket, message: string): StartupError {
  return new StartupError('MALFORMED', message, socket, { postgres: fatal('08P01', message) });
}

/** An error that ends the connection. */
export function fatal(sqlstate: string, message: string): PostgresError {
  return { severity: 'FATAL', sqlstate, message };
}
