/** Proving the gateway's credentials to a server, and making the server prove that it knows them. */
import { createHash } from 'node:crypto';
import { serialize } from 'pg-protocol';
import type { AuthMethod, ChannelBindingUse } from '../config.ts';
import { SCRAM_SHA_256, SCRAM_SHA_256_PLUS, scramExchange, type ChannelBinding } from './scram.ts';
import { UpstreamError } from './upstream-error.ts';
import { parseErrorResponse, ServerError } from './wire/errors.ts';
import type { HandshakeMessage } from './wire/handshake.ts';

/** A method that proves both sides to each other; the others tell a false server what it wants to know. */
const DEFAULT_METHODS: readonly AuthMethod[] = ['scram-sha-256'];

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
  /** Absent where the server is to ask for none. */
  readonly password?: string | undefined;
  /** SCRAM-SHA-256 alone unless said otherwise. */
  readonly auth?: readonly AuthMethod[] | undefined;
  /** `prefer` unless said otherwise. */
  readonly channelBinding?: ChannelBindingUse | undefined;
}

/** The two directions of the exchange, and what they run in. */
export interface Wire {
  receive(): Promise<HandshakeMessage>;
  send(message: Buffer): void;
  readonly tls: boolean;
  /** What binds a login to this TLS connection; null without TLS, or where its certificate allows none. */
  readonly endPoint: Buffer | null;
  /** Nobody can listen in: TLS, a Unix socket or loopback. */
  readonly confidential: boolean;
}

/** Logs in; returns at AuthenticationOk. Throws UpstreamError, ServerError, ScramError, HandshakeError. */
export async function logIn(wire: Wire, credentials: Credentials): Promise<void> {
  const request = await receiveRequest(wire, credentials);
  switch (request.code) {
    case OK:
      demand('none', credentials);
      return demandNoBinding('none', credentials);
    case CLEARTEXT:
      demand('password', credentials);
      demandNoBinding('password', credentials);
      if (!wire.confidential) throw refused(credentials, 'asks for the password without TLS');
      wire.send(serialize.password(passwordOf(credentials)));
      break;
    case MD5:
      demand('md5', credentials);
      demandNoBinding('md5', credentials);
      wire.send(serialize.password(md5Response(credentials, request.data)));
      break;
    case SASL:
      demand('scram-sha-256', credentials);
      await scram(wire, credentials, request.data);
      break;
    default:
      throw refused(credentials, 'asks for a kind of authentication that is not supported');
  }
  await expect(OK, wire, credentials);
}

async function scram(wire: Wire, credentials: Credentials, offered: Buffer): Promise<void> {
  const { mechanism, binding } = chooseMechanism(offered.toString('latin1').split('\0'), wire, credentials);
  const exchange = scramExchange(passwordOf(credentials), binding);
  wire.send(serialize.sendSASLInitialResponseMessage(mechanism, exchange.first));
  const first = await expect(SASL_CONTINUE, wire, credentials);
  wire.send(serialize.sendSCRAMClientFinalMessage(await exchange.final(first.toString('latin1'))));
  const final = await expect(SASL_FINAL, wire, credentials);
  exchange.verify(final.toString('latin1'));
}

/** As libpq chooses: with channel binding wherever both can, and where only the client can, it says so. */
function chooseMechanism(
  offered: readonly string[],
  { tls, endPoint }: Wire,
  credentials: Credentials,
): { mechanism: string; binding: ChannelBinding } {
  const { channelBinding = 'prefer' } = credentials;
  const plus = offered.includes(SCRAM_SHA_256_PLUS);
  // The server believes in a TLS connection that does not end here: somebody is in between.
  if (plus && !tls) throw violation(credentials, `it offers ${SCRAM_SHA_256_PLUS} without TLS`);
  const able = channelBinding !== 'disable' && endPoint !== null;
  if (plus && able) return { mechanism: SCRAM_SHA_256_PLUS, binding: { endPoint } };
  if (channelBinding === 'require') throw refused(credentials, whyUnbound(tls, endPoint));
  if (!offered.includes(SCRAM_SHA_256)) throw refused(credentials, `does not offer ${SCRAM_SHA_256}`);
  return { mechanism: SCRAM_SHA_256, binding: able ? 'not offered' : 'none' };
}

function whyUnbound(tls: boolean, endPoint: Buffer | null): string {
  if (!tls) return 'has no TLS, and channel_binding=require needs it';
  if (endPoint === null)
    return 'has a certificate whose signature allows no channel binding, which channel_binding=require demands';
  return `does not offer ${SCRAM_SHA_256_PLUS}, which channel_binding=require demands`;
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

function demand(method: AuthMethod, credentials: Credentials): void {
  const { auth = DEFAULT_METHODS } = credentials;
  if (auth.includes(method)) return;
  throw refused(credentials, `asks for ${method} authentication; the connection allows ${auth.join(', ')}`);
}

function demandNoBinding(method: AuthMethod, credentials: Credentials): void {
  if (credentials.channelBinding !== 'require') return;
  throw refused(credentials, `asks for ${method} authentication, which channel_binding=require forbids`);
}

function passwordOf(credentials: Credentials): string {
  if (credentials.password === undefined) throw refused(credentials, 'asks for a password; there is none');
  return credentials.password;
}

/** "md5" ‖ md5(md5(password ‖ user) ‖ salt), PostgreSQL manual §54.2.1. */
function md5Response(credentials: Credentials, salt: Buffer): string {
  if (salt.length !== 4) throw violation(credentials, 'an MD5 salt that is not 4 bytes long');
  const inner = createHash('md5')
    .update(passwordOf(credentials) + credentials.user)
    .digest('hex');
  return `md5${createHash('md5').update(inner).update(salt).digest('hex')}`;
}

/** `what` goes on from "the server of connection …". */
function refused({ name }: Credentials, what: string): UpstreamError {
  return new UpstreamError('AUTHENTICATION_REFUSED', `the server of connection "${name}" ${what}`);
}

function violation({ name }: Credentials, what: string): UpstreamError {
  const message = `the server of connection "${name}" does not keep to PostgreSQL's protocol: ${what}`;
  return new UpstreamError('PROTOCOL_VIOLATION', message);
}
