/** What vectors are made from: a key whose seed is known, bytes and numbers that are the same every time. */
import { signerOf, sha256 } from '../../gateway/archive/ed25519.ts';
import type { Signer } from '../../shared/recording/note.ts';

/** What stands before the 32 bytes of a seed in PKCS#8 (RFC 8410 §7). */
const PKCS8_PREFIX = '302e020100300506032b657004220420';

/** The log of all vectors: 00 01 … 0f. */
export const LOG = Uint8Array.from({ length: 16 }, (_, i) => i);

/** µs since 1970: 2026-11-02 09:00 UTC. */
export const TIME = Date.UTC(2026, 10, 2, 9) * 1000;

/** 32 bytes that count up from `first`: the seed of a key. */
export function seedFrom(first: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => first + i);
}

/** A private key as PEM (PKCS#8). */
export function privateKeyPem(seed: Uint8Array): string {
  const der = Buffer.concat([Buffer.from(PKCS8_PREFIX, 'hex'), seed]);
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

/** Who signs with the key of a seed. */
export function signerFrom(seed: Uint8Array): Signer {
  return signerOf(privateKeyPem(seed));
}

/** Bytes that follow from a name. */
export function bytesOf(name: string, length: number): Uint8Array {
  return sha256(Buffer.from(name)).subarray(0, length);
}

/** Bytes as vectors write them. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
