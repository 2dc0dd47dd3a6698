/**
 * How what a store's owner must not read is sealed (docs/remote.md, “What is sealed”): AES-256-GCM with a nonce that is made of what is
 * sealed, so that the same sealed again comes out the same, and nothing else is ever sealed under that nonce.
 *
 *   sealed   nonce (12) ‖ ciphertext ‖ tag (16)
 *   nonce    the first 12 bytes of HMAC-SHA-256(key for nonces, u32 length of about ‖ about ‖ what is sealed)
 *
 * `about` says in words what it is and where it belongs; it is not part of the sealed bytes, and authenticated with them.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Of every key: those of sessions, of bundles and of tenants. */
export const KEY_BYTES = 32;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What is sealed has so many bytes more. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;

const DOMAIN = 'auditorium/seal/v1';

/** What a key is called where it is not to be told: 16 hex digits. Keys are random, so that nobody can guess them by it. */
export function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update(`${DOMAIN}/key-id\0`).update(key).digest('hex').slice(0, 16);
}

/** Seals bytes. */
export function seal(key: Uint8Array, about: string, plain: Uint8Array): Buffer {
  const nonce = nonceOf(key, about, plain);
  const cipher = createCipheriv('aes-256-gcm', derivedKey(key, 'encrypt'), nonce, {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(Buffer.from(about));
  const parts = [nonce, cipher.update(plain), cipher.final()];
  return Buffer.concat([...parts, cipher.getAuthTag()]);
}

/** What was sealed; null where it is other bytes, was sealed with another key, or is about something else. */
export function unseal(key: Uint8Array, about: string, sealed: Uint8Array): Buffer | null {
  if (sealed.length < SEAL_BYTES) return null;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(sealed.length - TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', derivedKey(key, 'encrypt'), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(about)).setAuthTag(tag);
  let plain: Buffer;
  try {
    plain = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
  // A tag alone does not bind to one key: bytes can be made that two keys open.
  return timingSafeEqual(nonce, nonceOf(key, about, plain)) ? plain : null;
}

/** A key for one purpose, of which neither tells of the other. */
export function derivedKey(key: Uint8Array, purpose: string): Buffer {
  return createHmac('sha256', key).update(`${DOMAIN}/${purpose}`).digest();
}

function nonceOf(key: Uint8Array, about: string, plain: Uint8Array): Buffer {
  const words = Buffer.from(about);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(words.length);
  const digest = createHmac('sha256', derivedKey(key, 'nonce'))
    .update(length)
    .update(words)
    .update(plain)
    .digest();
  return digest.subarray(0, NONCE_BYTES);
}
