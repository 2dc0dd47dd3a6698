/**
 * The messages of SASL OAUTHBEARER (RFC 7628 §3) inside PostgreSQL's SASLInitialResponse and SASLResponse (manual §54.3.2,
 * §54.7), read as strictly as PostgreSQL 18 does.
 */

/** Ends every key and value. */
const KVSEP = '\x01';

/** A message that is not OAUTHBEARER; `message` is what PostgreSQL says about it. */
export class OauthbearerError extends Error {
  /** 0A000 where a server may do it and PostgreSQL does not, else 08P01. */
  readonly sqlstate: '08P01' | '0A000';
  constructor(message: string, sqlstate: '08P01' | '0A000' = '08P01') {
    super(message);
    this.name = 'OauthbearerError';
    this.sqlstate = sqlstate;
  }
}

/** SASLInitialResponse. `response` is null where the client waits for the server to begin. */
export interface SaslInitialResponse {
  readonly mechanism: string;
  readonly response: Buffer | null;
}

/** Reads the body of a SASLInitialResponse. Throws {@link OauthbearerError}. */
export function parseSaslInitialResponse(body: Buffer): SaslInitialResponse {
  const end = body.indexOf(0);
  if (end < 0 || body.length < end + 5) throw new OauthbearerError('invalid SASL message');
  const length = body.readInt32BE(end + 1);
  const response = body.subarray(end + 5);
  if (length === -1 ? response.length > 0 : length !== response.length) {
    throw new OauthbearerError('invalid SASL message');
  }
  return { mechanism: body.toString('latin1', 0, end), response: length === -1 ? null : response };
}

/**
 * The token of a client's first message, `n,,^Aauth=Bearer TOKEN^A^A`; null where `auth` is empty, by which a client asks
 * where to get one (§4.3). Host and port may stand beside it and mean nothing here. Throws {@link OauthbearerError}.
 */
export function parseClientFirst(message: Buffer): string | null {
  if (message.length === 0) throw malformed('The message is empty.');
  if (message.includes(0)) throw malformed('Message length does not match input length.');
  const auth = authOf(pairsBehindHeader(message.toString('latin1')));
  return auth === '' ? null : tokenOf(auth);
}

/** Whether this is the empty answer by which a client takes note of a failure (§3.2.3). */
export function isAcknowledgement(message: Buffer): boolean {
  return message.length === 1 && message[0] === KVSEP.charCodeAt(0);
}

/** The server's answer to a token that it does not take (§3.2.2): where to get one that it does. */
export function errorChallenge(discovery: string, scope: string): Buffer {
  const challenge = { status: 'invalid_token', 'openid-configuration': discovery, scope };
  return Buffer.from(JSON.stringify(challenge), 'utf8');
}

/** Takes off the GS2 header (RFC 5801 §4): no channel binding, no authorization identity. */
function pairsBehindHeader(message: string): string {
  const [flag = '', identity = '', ...rest] = message.split(',');
  if (flag.startsWith('p=')) {
    throw malformed(
      'The server does not support channel binding for OAuth, but the client message includes channel binding data.',
    );
  }
  if (flag !== 'n' && flag !== 'y') throw malformed('Unexpected channel-binding flag.');
  if (identity.startsWith('a=')) {
    throw new OauthbearerError('client uses authorization identity, but it is not supported', '0A000');
  }
  if (identity !== '') throw malformed('Unexpected attribute in client-first-message.');
  const behind = rest.join(',');
  if (!behind.startsWith(KVSEP)) throw malformed('Key-value separator expected.');
  return behind.slice(1);
}

/** The value of `auth` among pairs that each end in {@link KVSEP}, with one more at the very end. */
function authOf(text: string): string {
  const parts = text.split(KVSEP);
  if (parts.length < 2 || parts.at(-1) !== '')
    throw malformed('Message contains an unterminated key/value pair.');
  const pairs = parts.slice(0, -2);
  if (parts.at(-2) !== '') throw malformed('Message did not contain a final terminator.');
  let auth: string | undefined;
  for (const pair of pairs) {
    if (pair === '') throw malformed('Message contains additional data after the final terminator.');
    const [, key, value] = /^([A-Za-z]+)=([\t\n\r\x20-\x7e]*)$/.exec(pair) ?? [];
    if (key === undefined) throw malformed('Message contains an invalid key/value pair.');
    if (key !== 'auth') continue;
    if (auth !== undefined) throw malformed('Message contains multiple auth values.');
    auth = value;
  }
  if (auth === undefined) throw malformed('Message does not contain an auth value.');
  return auth;
}

/** RFC 6750 §2.1, RFC 7235 §2.1: the scheme in any case, spaces, a b64token. */
function tokenOf(auth: string): string {
  const token = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(auth)?.[1];
  if (token === undefined) throw malformed('The auth value is no bearer token.');
  return token;
}

function malformed(detail: string): OauthbearerError {
  return new OauthbearerError(`malformed OAUTHBEARER message: ${detail}`);
}
