/** Why a database could not be reached, in words for the person behind an agent. */
import { PasswordCommandError } from './password-command.ts';
import { ScramError } from './scram.ts';
import { ServerError } from './wire/errors.ts';
import { HandshakeError } from './wire/handshake.ts';

/** The codes, and the SQLSTATE an agent is told with each; a server's own SQLSTATE is passed on only where it helps. */
export const SQLSTATES = {
  /** No connection: refused, no such host, broken off. */
  UNREACHABLE: '08001',
  TIMEOUT: '08001',
  /** The gateway gave up itself: the agent left, or the gateway is stopping. */
  ABORTED: '57P01',
  /** The server is starting up, recovering or shutting down. */
  NOT_READY: '57P03',
  TOO_MANY_CONNECTIONS: '53300',
  /** Not the agent's fault, hence not 28P01, which makes clients ask for the password again. */
  CREDENTIALS_REFUSED: '08004',
  /** The command that prints the password did not. */
  NO_CREDENTIALS: '08004',
  NO_DATABASE: '3D000',
  /** The connection demands TLS and the server has none. */
  TLS_REFUSED: '08001',
  /** The handshake failed, or the certificate is not what sslmode demands. */
  TLS_FAILED: '08001',
  /** The server asks for a kind of authentication that the connection does not allow. */
  AUTHENTICATION_REFUSED: '08004',
  /** The server does not know the password: it may be another server. */
  SERVER_UNPROVEN: '08004',
  /** What came was not PostgreSQL's protocol. */
  PROTOCOL_VIOLATION: '08P01',
  /** The connection is configured wrongly. */
  CONFIGURATION: 'F0000',
  /** Any other error of the server; with the server's SQLSTATE. */
  REFUSED: '08004',
} as const;

export type UpstreamErrorCode = keyof typeof SQLSTATES;

/**
 * Why the database was not reached: a code, a sentence for the agent's person, the SQLSTATE to tell the agent. The
 * server's own error, where there was one, is the `cause` (a {@link ServerError}), word for word; the message never holds
 * the password, nor the user.
 */
export class UpstreamError extends Error {
  readonly code: UpstreamErrorCode;
  readonly sqlstate: string;
  /** What more is known, and how to mend it: for who runs the gateway, never for agents; null: nothing. */
  readonly advice: string | null;
  constructor(
    code: UpstreamErrorCode,
    message: string,
    options?: ErrorOptions & { readonly sqlstate?: string; readonly advice?: string },
  ) {
    super(message, options);
    this.name = 'UpstreamError';
    this.code = code;
    this.sqlstate = options?.sqlstate ?? SQLSTATES[code];
    this.advice = options?.advice ?? null;
  }
}

/** What the messages name, and what they must not. */
interface Named {
  readonly name: string;
  readonly database: string;
  readonly user: string;
  readonly password?: unknown;
}

/** Puts whatever went wrong on the way to a server in terms of the connection. */
export function toUpstreamError(error: unknown, target: Named): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (error instanceof ServerError) return fromServer(error, target);
  if (error instanceof ScramError) return fromScram(error, target);
  if (error instanceof PasswordCommandError) {
    const message = `the command that prints the password of connection "${target.name}" ${error.message}`;
    return new UpstreamError('NO_CREDENTIALS', message, { cause: error });
  }
  if (error instanceof HandshakeError) return fromHandshake(error, target);
  const reason = error instanceof Error ? `: ${reasonOf(error)}` : '';
  return new UpstreamError(
    'UNREACHABLE',
    `cannot reach the database of connection "${target.name}"${reason}`,
    {
      cause: error,
    },
  );
}

function fromServer(cause: ServerError, target: Named): UpstreamError {
  const { name, database, password } = target;
  const { sqlstate } = cause.postgres;
  const message = withoutSecret(cause.postgres.message, password);
  const of = `of connection "${name}"`;
  switch (sqlstate) {
    case '28P01':
    case '28000':
      return credentialsRefused(target, sqlstate, cause);
    case '3D000':
      return new UpstreamError('NO_DATABASE', `the database "${database}" ${of} does not exist`, { cause });
    case '53300':
      return new UpstreamError('TOO_MANY_CONNECTIONS', `the database ${of} has no connections left`, {
        cause,
      });
    case '57P01':
    case '57P03':
      return new UpstreamError('NOT_READY', `the database ${of} is not ready: ${message}`, { cause });
    default:
      return new UpstreamError('REFUSED', `the database ${of} refused the session: ${message}`, {
        cause,
        sqlstate,
      });
  }
}

/** A server that was told the password in the clear could say it to agents and record. */
function withoutSecret(text: string, password: unknown): string {
  return typeof password === 'string' && password !== '' ? text.replaceAll(password, '…') : text;
}

function fromScram(cause: ScramError, target: Named): UpstreamError {
  const { name } = target;
  if (cause.code === 'MALFORMED') return violation(name, cause);
  if (cause.code === 'REFUSED') return credentialsRefused(target, null, cause);
  const message = `the server of connection "${name}" could not prove that it knows the password; it may be another server`;
  return new UpstreamError('SERVER_UNPROVEN', message, { cause });
}

function fromHandshake(cause: HandshakeError, { name }: Named): UpstreamError {
  const of = `of connection "${name}"`;
  if (cause.code === 'BAD_LENGTH') return violation(name, cause);
  if (cause.code === 'TIMEOUT')
    return new UpstreamError('TIMEOUT', `the database ${of} did not answer in time`, { cause });
  if (cause.code === 'ABORTED')
    return new UpstreamError('ABORTED', `the session ${of} was given up`, { cause });
  return new UpstreamError('UNREACHABLE', `the database ${of} closed the connection`, { cause });
}

/** Agents are told whose credentials; who runs the gateway, which. */
function credentialsRefused(
  { name, user }: Named,
  sqlstate: '28P01' | '28000' | null,
  cause: Error,
): UpstreamError {
  const message = `the database refused the gateway's credentials for connection "${name}"`;
  const who = `user "${user}"${sqlstate === null ? '' : `, SQLSTATE ${sqlstate}`}`;
  const how =
    sqlstate === '28000'
      ? 'see that the role exists and may log in (LOGIN), and that a line of pg_hba.conf on the server takes it from this address, encrypted as sslmode has it'
      : 'see that this is the user’s password (an unknown user is refused alike), and what pg_hba.conf on the server asks of that user';
  return new UpstreamError('CREDENTIALS_REFUSED', message, { cause, advice: `${who}: ${how}` });
}

function violation(name: string, cause: Error): UpstreamError {
  const message = `the server of connection "${name}" does not keep to PostgreSQL's protocol: ${cause.message}`;
  return new UpstreamError('PROTOCOL_VIOLATION', message, { cause });
}

/** Node packs one error per address into an AggregateError without a message. */
function reasonOf(error: Error): string {
  if (error instanceof AggregateError) {
    const reasons = error.errors.map((each: unknown) =>
      each instanceof Error ? each.message : String(each),
    );
    return reasons.join(', ');
  }
  return error.message;
}
