/** The client's side of SCRAM-SHA-256 and -PLUS as PostgreSQL speaks it: RFC 5802, RFC 7677, PostgreSQL manual §54.3.1. */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { saslPrep } from './saslprep.ts';

export const SCRAM_SHA_256 = 'SCRAM-SHA-256';

/** With channel binding; tied to the server's certificate, the only kind that PostgreSQL knows. */
export const SCRAM_SHA_256_PLUS = 'SCRAM-SHA-256-PLUS';

/**
 * What the client says of channel binding (RFC 5802 §6): that it binds to `tls-server-end-point` of these bytes, that it
 * would but the server offered none (a server that did offer it then knows that somebody in between took it away), or that
 * it does not bind.
 */
export type ChannelBinding = { readonly endPoint: Buffer } | 'not offered' | 'none';

/** Random bytes of the client's nonce; libpq uses 18. */
const NONCE_BYTES = 24;

/** What a server may send, in characters; PostgreSQL sends about 90. */
const MAX_MESSAGE = 4_096;

/** PostgreSQL's default is 4,096; a million take half a second of a thread, which a hostile server must not multiply. */
const MAX_ITERATIONS = 1_000_000;

const KEY_BYTES = 32;

const SERVER_FIRST =
  /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/]+={0,2}),i=([1-9]\d{0,9})(?:,[a-zA-Z]=[^,]*)*$/;
const SERVER_FINAL = /^v=([A-Za-z0-9+/]{43}=)(?:,[a-zA-Z]=[^,]*)*$/;
const SERVER_ERROR = /^e=([^,]*)/;

export type ScramErrorCode =
  /** A message of the server is malformed or asks for too much. */
  | 'MALFORMED'
  /** The server does not know the password's verifier: it is not the server the password is for. */
  | 'SERVER_UNPROVEN'
  /** The server refused in its final message. */
  | 'REFUSED';

/** Why the exchange ended; never holds the password or anything derived from it. */
export class ScramError extends Error {
  readonly code: ScramErrorCode;
  constructor(code: ScramErrorCode, message: string) {
    super(message);
    this.name = 'ScramError';
    this.code = code;
  }
}

/** One login: `first`, then `final(…)` of the server's first message, then `verify(…)` of its last. */
export interface ScramExchange {
  /** client-first-message. */
  readonly first: string;
  /** client-final-message for a server-first-message. Throws {@link ScramError}. */
  final(serverFirst: string): Promise<string>;
  /** Checks the server-final-message; returns when the server has proven itself. Throws {@link ScramError}. */
  verify(serverFinal: string): void;
}

/** Begins a login. `nonce` is for tests with published vectors. */
export function scramExchange(
  password: string,
  binding: ChannelBinding,
  nonce = randomBytes(NONCE_BYTES).toString('base64'),
): ScramExchange {
  // PostgreSQL takes the user from the start-up packet and ignores this one; libpq leaves it empty too.
  const firstBare = `n=,r=${nonce}`;
  const header = gs2Header(binding);
  let expected: Buffer | undefined;
  return {
    first: header + firstBare,
    async final(serverFirst) {
      const { serverNonce, salt, iterations } = parseServerFirst(serverFirst, nonce);
      const withoutProof = `c=${channelBindingInput(header, binding)},r=${serverNonce}`;
      const salted = await promisify(pbkdf2)(saslPrep(password), salt, iterations, KEY_BYTES, 'sha256');
      const message = `${firstBare},${serverFirst},${withoutProof}`;
      expected = hmac(hmac(salted, 'Server Key'), message);
      return `${withoutProof},p=${clientProof(salted, message)}`;
    },
    verify(serverFinal) {
      verifyServer(serverFinal, expected);
    },
  };
}

/** No authorization identity: PostgreSQL has none. */
function gs2Header(binding: ChannelBinding): string {
  if (binding === 'none') return 'n,,';
  return binding === 'not offered' ? 'y,,' : 'p=tls-server-end-point,,';
}

function channelBindingInput(header: string, binding: ChannelBinding): string {
  const bound = typeof binding === 'string' ? Buffer.alloc(0) : binding.endPoint;
  return Buffer.concat([Buffer.from(header), bound]).toString('base64');
}

function parseServerFirst(
  message: string,
  nonce: string,
): { serverNonce: string; salt: Buffer; iterations: number } {
  if (message.length > MAX_MESSAGE)
    throw new ScramError('MALFORMED', 'the first SCRAM message of the server is too long');
  const parts = SERVER_FIRST.exec(message);
  if (parts === null) throw new ScramError('MALFORMED', 'the first SCRAM message of the server is malformed');
  const [, serverNonce = '', salt = '', iterationCount = ''] = parts;
  // A nonce that does not begin with ours, or adds nothing to it, would let an old exchange be replayed.
  if (!serverNonce.startsWith(nonce) || serverNonce === nonce) {
    throw new ScramError('MALFORMED', "the server's SCRAM nonce does not continue the gateway's");
  }
  const iterations = Number(iterationCount);
  if (iterations > MAX_ITERATIONS) {
    throw new ScramError(
      'MALFORMED',
      `the server asks for ${iterations} SCRAM iterations; ${MAX_ITERATIONS} is the most`,
    );
  }
  return { serverNonce, salt: Buffer.from(salt, 'base64'), iterations };
}

function clientProof(salted: Buffer, message: string): string {
  const clientKey = hmac(salted, 'Client Key');
  const signature = hmac(createHash('sha256').update(clientKey).digest(), message);
  return Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0))).toString('base64');
}

function verifyServer(message: string, expected: Buffer | undefined): void {
  const error = SERVER_ERROR.exec(message);
  if (error !== null) throw new ScramError('REFUSED', `the server ended the SCRAM exchange: ${error[1]}`);
  const signature = message.length > MAX_MESSAGE ? null : SERVER_FINAL.exec(message);
  if (signature === null || expected === undefined) {
    throw new ScramError('MALFORMED', 'the last SCRAM message of the server is malformed');
  }
  const given = Buffer.from(signature[1] ?? '', 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new ScramError('SERVER_UNPROVEN', 'the server could not prove that it knows the password');
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
