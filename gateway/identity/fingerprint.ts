/** What a token is known by in the record, without the record being able to give it back. */
import { createHash } from 'node:crypto';

/** Keeps these hashes apart from all others; part of the record's format. */
const DOMAIN = 'auditorium/token/v1\0';

/**
 * SHA-256 over domain, header, dot and payload of a token in compact form: 32 bytes. Not over the signature, because ES256
 * signatures can be changed without a key into others just as valid: the same token would have many fingerprints. Whoever
 * holds a leaked token can compute it and look the token up.
 */
export function fingerprint(token: string): Uint8Array {
  const signed = token.slice(0, token.lastIndexOf('.'));
  return new Uint8Array(createHash('sha256').update(DOMAIN).update(signed).digest());
}
