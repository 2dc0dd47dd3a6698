/** Proving the gateway's credentials to a server, and making the server prove that it knows them. */
import { createHash } from 'node:crypto';
import { serialize } from 'pg-protocol';
import { SCRAM_SHA_256, scramExchange } from './scram.ts';
import { UpstreamError } from './upstream-error.ts';
import { parseErrorResponse, ServerError } from './wire/errors.ts';
import type { HandshakeMessage } from './wire/handshake.ts';

export type AuthenticationMethod = 'scram-sha-256' | 'md5' | 'cleartext' | 'trust';

/** A method that proves both sides to each other; the others tell a false server what it wants to know. */
const DEFAULT_METHODS: readonly AuthenticationMethod[] = ['scram-sha-256'];

/** Codes of the Authentication messages (PostgreSQL manual §54.7). */
const OK = 0;
const CLEARTEXT = 3;
const MD5 = 5;
const SASL = 10;
const SASL_CONTINUE = 11;
const SASL_FINAL = 12;

/** Whose credentials they are, and what the server may ask for. */
export interface Credentials {
  readonly name: string;
  readonly user: string;
  readonly password: string;
  /** SCRAM-SHA-256 alone unless said otherwise. */
  readonly authentication?: readonly AuthenticationMethod[] | undefined;
}

/** The two directions of the exchange. */
export interface Wire {
  receive(): Promise<HandshakeMessage>;
  send(message: Buffer): void;
}

/** Logs in; returns at AuthenticationOk. Throws UpstreamError, ServerError, ScramError, HandshakeError. */
export async function logIn(wire: Wire, credentials: Credentials): Promise<void> {
  const request = await receiveRequest(wire, credentials);
  switch (request.code) {
    case OK:
      return demand('trust', credentials);
    case CLEARTEXT:
      demand('cleartext', credentials);
      wire.send(serialize.password(credentials.password));
      break;
    case MD5:
      demand('md5', credentials);
      wire.send(serialize.password(md5Response(credentials, request.data)));
      break;
    case SASL:
      demand('scram-sha-256', credentials);
      await scram(wire, credentials, request.data);
      break;
    default:
      throw new UpstreamError(
        'AUTHENTICATION_REFUSED',
        `the server of connection "${credentials.name}" asks for a kind of authentication that is not supported`,
      );
  }
  await expect(OK, wire, credentials);
}

async function scram(wire: Wire, credentials: Credentials, offered: Buffer): Promise<void> {
  if (!offered.toString('latin1').split('\0').includes(SCRAM_SHA_256)) {
    throw new UpstreamError(
      'AUTHENTICATION_REFUSED',
      `the server of connection "${credentials.name}" does not offer ${SCRAM_SHA_256}`,
    );
  }
  const exchange = scramExchange(credentials.password);
  wire.send(serialize.sendSASLInitialResponseMessage(SCRAM_SHA_256, exchange.first));
  const first = await expect(SASL_CONTINUE, wire, credentials);
  wire.send(serialize.sendSCRAMClientFinalMessage(await exchange.final(first.toString('latin1'))));
  const final = await expect(SASL_FINAL, wire, credentials);
  exchange.verify(final.toString('latin1'));
}

async function expect(code: number, wire: Wire, credentials: Credentials): Promise<Buffer> {
  const request = await receiveRequest(wire, credentials);
  if (request.code !== code) {
    throw violation(credentials, `expected authentication message ${code}, got ${request.code}`);
  }
  return request.data;
}

async function receiveRequest(wire: Wire, credentials: Credentials): Promise<{ code: number; data: Buffer }> {
  const { type, body } = await wire.receive();
  if (type === 'E') throw new ServerError(parseErrorResponse(body));
  if (type !== 'R' || body.length < 4)
    throw violation(credentials, `a message ${JSON.stringify(type)} before login`);
  return { code: body.readInt32BE(0), data: body.subarray(4) };
}

function demand(method: AuthenticationMethod, { name, authentication = DEFAULT_METHODS }: Credentials): void {
  if (authentication.includes(method)) return;
  throw new UpstreamError(
    'AUTHENTICATION_REFUSED',
    `the server of connection "${name}" asks for ${method} authentication; the connection allows ${authentication.join(', ')}`,
  );
}

/** "md5" ‖ md5(md5(password ‖ user) ‖ salt), PostgreSQL manual §54.2.1. */
function md5Response(credentials: Credentials, salt: Buffer): string {
  if (salt.length !== 4) throw violation(credentials, 'an MD5 salt that is not 4 bytes long');
  const inner = createHash('md5')
    .update(credentials.password + credentials.user)
    .digest('hex');
  return `md5${createHash('md5').update(inner).update(salt).digest('hex')}`;
}

function violation({ name }: Credentials, what: string): UpstreamError {
  const message = `the server of connection "${name}" does not keep to PostgreSQL's protocol: ${what}`;
  return new UpstreamError('PROTOCOL_VIOLATION', message);
}
