/** From an accepted socket to a start-up packet. */
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import type { PostgresError } from './wire/errors.ts';

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

export type StartupErrorCode = 'CLOSED' | 'TIMEOUT' | 'TLS_FAILED' | 'MALFORMED' | 'UNSUPPORTED' | 'REFUSED';

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

export function acceptStartup(
  socket: Socket,
  _options: { readonly tls?: SecureContextOptions | undefined; readonly deadline: AbortSignal },
): Promise<Startup> {
  return Promise.reject(new StartupError('UNSUPPORTED', 'shell', socket));
}

export function askPassword(socket: Socket, _options: { readonly deadline: AbortSignal }): Promise<string> {
  return Promise.reject(new StartupError('UNSUPPORTED', 'shell', socket));
}

/** Tells a client why, then ends its connection. */
export function refuse(socket: Socket, _error: PostgresError | undefined): void {
  socket.destroy();
}
