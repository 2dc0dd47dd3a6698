/** A signed token in compact form (RFC 7515 §7.1), taken apart strictly and before anything in it is believed. */
import { IdentityError, quoted } from './identity-error.ts';
import { parseObject } from './strict-json.ts';

/** Larger tokens are refused unread; those of real issuers have 1–4 KiB, with hundreds of groups 12. */
const MAX_TOKEN_BYTES = 16 * 1024;

/** Header parameters that bring a key of the sender's own choice (RFC 8725 §3.10); keys come from configuration only. */
const FOREIGN_KEYS = ['jku', 'jwk', 'x5u', 'x5c'] as const;

/** Header, claims and signature; an empty signature is told apart from no token at all. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/;

/** A token whose claims have not been verified. */
export interface CompactToken {
  /** The text as given: three parts joined by dots. */
  readonly text: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** `name` is what errors call the token. Throws IdentityError. */
export function readCompactToken(text: string, name: string): CompactToken {
  if (text === '')
    throw new IdentityError('NO_TOKEN', `${name} is missing: give an OIDC token as the password`);
  if (text.length > MAX_TOKEN_BYTES) {
    throw new IdentityError(
      'TOKEN_TOO_LARGE',
      `${name} has ${text.length} bytes; the limit is ${MAX_TOKEN_BYTES}`,
    );
  }
  const [, header = '', claims = '', signature = ''] = COMPACT.exec(text) ?? [];
  if (header === '') {
    throw new IdentityError(
      'NOT_A_TOKEN',
      `${name} is not a signed OIDC token (three base64url parts joined by dots)`,
    );
  }
  decode(signature, name);
  const token = { text, header: readObject(header, name), claims: readObject(claims, name) };
  checkHeader(token.header, signature !== '', name);
  return token;
}

function checkHeader(header: CompactToken['header'], signed: boolean, name: string): void {
  const { alg } = header;
  if (!signed || (typeof alg === 'string' && alg.toLowerCase() === 'none')) {
    throw new IdentityError('ALGORITHM_REFUSED', `${name} is not signed; unsigned tokens are never accepted`);
  }
  if (typeof alg !== 'string') {
    throw new IdentityError(
      'MALFORMED_TOKEN',
      `${name} does not say how it is signed (alg is ${quoted(alg)})`,
    );
  }
  const foreign = FOREIGN_KEYS.find((parameter) => Object.hasOwn(header, parameter));
  if (foreign !== undefined) {
    throw new IdentityError(
      'HEADER_REFUSED',
      `${name} brings a key of its own (${foreign}); such keys are never used`,
    );
  }
  if (Object.hasOwn(header, 'crit')) {
    throw new IdentityError(
      'HEADER_REFUSED',
      `${name} demands an extension that the gateway does not know (crit)`,
    );
  }
}

function readObject(part: string, name: string): Record<string, unknown> {
  const bytes = decode(part, name);
  try {
    return parseObject(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    // The cause is left out: the parser's message quotes the token.
    throw new IdentityError(
      'MALFORMED_TOKEN',
      `${name} is damaged: its header or payload is not JSON with each name once`,
    );
  }
}

/** Canonical base64url only (RFC 4648 §3.5): else one token could be written in several ways. */
function decode(part: string, name: string): Uint8Array {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) {
    throw new IdentityError('MALFORMED_TOKEN', `${name} is damaged: it is not canonical base64url`);
  }
  return bytes;
}
