/** From a registered connection to a server session that is ready for queries. */
import type net from 'node:net';

export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
export type AuthenticationMethod = 'scram-sha-256' | 'md5' | 'cleartext' | 'trust';

/** A server and the gateway's own credentials for it. */
export interface UpstreamTarget {
  /** The connection's name, as agents and people know it; for messages. */
  readonly name: string;
  /** Host name or address; a path starting with `/` is the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly sslmode: SslMode;
  /** Path of a PEM file of root certificates, or `system`. */
  readonly sslrootcert?: string | undefined;
  /** What the server may ask for; SCRAM-SHA-256 alone unless said otherwise. */
  readonly authentication?: readonly AuthenticationMethod[] | undefined;
}

/** A server session at its first ReadyForQuery. `socket` is paused; bytes already received stay in it. */
export interface Upstream {
  readonly socket: net.Socket;
  readonly tls: boolean;
  /** ParameterStatus at start-up. */
  readonly parameters: ReadonlyMap<string, string>;
  /** 0, with an empty key, from a server that cannot cancel. */
  readonly processId: number;
  readonly key: Buffer;
  readonly serverVersion: string;
  readonly protocol: '3.0';
  /** The address connected to, which a cancel must go to as well; null for a Unix socket. */
  readonly address: string | null;
  /** NoticeResponse messages at start-up, whole, for the agent. */
  readonly notices: readonly Buffer[];
}

export type UpstreamErrorCode =
  | 'UNREACHABLE'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'NOT_READY'
  | 'TOO_MANY_CONNECTIONS'
  | 'CREDENTIALS_REFUSED'
  | 'NO_DATABASE'
  | 'TLS_REFUSED'
  | 'TLS_FAILED'
  | 'AUTHENTICATION_REFUSED'
  | 'SERVER_UNPROVEN'
  | 'PROTOCOL_VIOLATION'
  | 'CONFIGURATION'
  | 'REFUSED';

/** Why the database was not reached: a code, a sentence for the agent's person, and the SQLSTATE to tell the agent. */
export class UpstreamError extends Error {
  readonly code: UpstreamErrorCode;
  readonly sqlstate: string;
  constructor(code: UpstreamErrorCode, sqlstate: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UpstreamError';
    this.code = code;
    this.sqlstate = sqlstate;
  }
}

export function connectUpstream(
  _target: UpstreamTarget,
  _startup: { readonly parameters: ReadonlyMap<string, string> },
  _options: { readonly signal: AbortSignal; readonly connect?: typeof net.connect },
): Promise<Upstream> {
  return Promise.reject(new UpstreamError('REFUSED', '08001', 'shell'));
}

export function cancelUpstream(
  _target: UpstreamTarget,
  _upstream: Pick<Upstream, 'processId' | 'key' | 'address'>,
  _signal: AbortSignal,
): Promise<void> {
  return Promise.reject(new UpstreamError('REFUSED', '08001', 'shell'));
}
