/** What only a browser and the server know: made by chance, and never kept as it is. */
import { createHash, randomBytes } from 'node:crypto';

/** 256 bits: beyond guessing. */
const SECRET_BYTES = 32;

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/**
 * What a secret is kept and found under: how long a look-up of it takes tells nothing of the secret, and who reads the memory of
 * the server later finds nothing to sign in with.
 */
export function keptAs(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
