/**
 * Sign-in of the person who started a host on their own machine: a one-time token, handed over in a URL's fragment
 * (never sent, never logged), is exchanged for a bearer that lives as long as the host.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits: beyond guessing. */
const SECRET_BYTES = 32;

export interface LocalSignIn {
  /** A fresh one-time token. */
  issue(): string;
  /** The bearer for a token that was issued and not yet used; null otherwise. */
  exchange(token: string): string | null;
  /** Whether an Authorization header carries the bearer. */
  holds(authorization: string | null): boolean;
}

export function createLocalSignIn(): LocalSignIn {
  const bearer = newSecret();
  const unused = new Set<string>();
  return {
    issue() {
      const token = newSecret();
      unused.add(token);
      return token;
    },
    exchange(token) {
      const found = [...unused].filter((issued) => sameSecret(issued, token));
      return found.some((issued) => unused.delete(issued)) ? bearer : null;
    },
    holds: (authorization) => sameSecret(`Bearer ${bearer}`, authorization ?? ''),
  };
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Compares in time that tells nothing about where two secrets differ, nor about their lengths. */
function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
