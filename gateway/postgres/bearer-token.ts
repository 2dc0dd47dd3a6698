/**
 * The token by SASL OAUTHBEARER (RFC 7628; PostgreSQL manual §54.3.2): what libpq 18 and its kin send instead of a
 * password. A token that is refused is answered with where to get a better one, which the client acknowledges before it is
 * told that it failed.
 */
import type { Socket } from 'node:net';
import { readSecret, requireSecrecy } from './password.ts';
import { fatal, reading, StartupError } from './startup-error.ts';
import { authenticationSasl, authenticationSaslContinue } from './wire/encode.ts';
import type { SocketReader } from './wire/handshake.ts';
import {
  errorChallenge,
  isAcknowledgement,
  OauthbearerError,
  parseClientFirst,
  parseSaslInitialResponse,
} from './wire/oauthbearer.ts';

const MECHANISM = 'OAUTHBEARER';

/** What clients without a token that holds are told. */
export interface TokenSource {
  /** URL of the issuer's `.well-known/openid-configuration`. */
  readonly discovery: string;
  /** The scopes to ask for, separated by spaces. */
  readonly scope: string;
}

/** Where agents without a token are sent: the issuer of that name, or else the first. */
export function tokenSource(
  issuers: readonly { readonly name: string; readonly issuer: string }[],
  { issuer: chosen, scope }: { readonly issuer?: string | undefined; readonly scope: string },
): TokenSource {
  const { issuer = '' } = issuers.find(({ name }) => chosen === undefined || name === chosen) ?? {};
  return { discovery: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, scope };
}

/**
 * Asks for a token by SASL and lets `verify` judge it; what `verify` throws is thrown again once the client has been told
 * where to get a token. Throws {@link StartupError} for anything else.
 */
export async function verifyBearerToken<T>(
  socket: Socket,
  source: TokenSource,
  deadline: AbortSignal,
  verify: (token: string) => Promise<T>,
): Promise<T> {
  requireSecrecy(socket);
  socket.write(authenticationSasl([MECHANISM]));
  return reading(socket, deadline, async (reader) => {
    try {
      const token = parseClientFirst(await readClientFirst(reader, socket));
      if (token === null) throw noToken(socket);
      return await verify(token);
    } catch (error) {
      if (error instanceof OauthbearerError) throw malformedBearer(socket, error);
      if (isBadConnection(error)) throw error;
      await challenge(reader, socket, source);
      throw error;
    }
  });
}

/** The client's first message, which it may hold back until it is asked a second time (RFC 4422 §3.3). */
async function readClientFirst(reader: SocketReader, socket: Socket): Promise<Buffer> {
  const { mechanism, response } = parseSaslInitialResponse(
    await readSecret(reader, socket, 'a SASL response'),
  );
  if (mechanism !== MECHANISM) {
    throw new OauthbearerError('client selected an invalid SASL authentication mechanism');
  }
  if (response !== null) return response;
  socket.write(authenticationSaslContinue(Buffer.alloc(0)));
  return readSecret(reader, socket, 'a SASL response');
}

async function challenge(reader: SocketReader, socket: Socket, source: TokenSource): Promise<void> {
  socket.write(authenticationSaslContinue(errorChallenge(source.discovery, source.scope)));
  const answer = await readSecret(reader, socket, 'a SASL response');
  if (isAcknowledgement(answer)) return;
  throw malformedBearer(
    socket,
    new OauthbearerError('malformed OAUTHBEARER message: Client did not send a kvsep response.'),
  );
}

/** Whether there is no client left to be challenged, or none that could answer. */
function isBadConnection(error: unknown): boolean {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  return name === 'HandshakeError' || (error instanceof StartupError && code !== 'NO_TOKEN');
}

function noToken(socket: Socket): StartupError {
  const message = 'OAuth bearer authentication failed: the client has no token yet';
  return new StartupError('NO_TOKEN', message, socket, { postgres: fatal('28000', message) });
}

function malformedBearer(socket: Socket, cause: OauthbearerError): StartupError {
  const code = cause.sqlstate === '0A000' ? 'UNSUPPORTED' : 'MALFORMED';
  return new StartupError(code, cause.message, socket, {
    cause,
    postgres: fatal(cause.sqlstate, cause.message),
  });
}
