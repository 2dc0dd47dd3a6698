/** Keyed pseudonyms: HMAC-SHA-256 (RFC 2104) of a value, cut to what its type holds. Equal values stay equal under one key. */
import { createHmac } from 'node:crypto';

/** The code of a value, 32 bytes. Values of several spellings are given in one. */
export function codeOf(key: Buffer, value: Buffer | string): Buffer {
  return createHmac('sha256', key).update(value).digest();
}

/** What stands for a text: `h:` and 64 bits, as few as keep a million values apart. */
export function pseudonym(key: Buffer, value: Buffer | string): string {
  return `h:${codeOf(key, value).toString('hex', 0, 8)}`;
}

/** A number from 0 up to and without `limit`, at most 2^53; its bias is below 2^-11 for what types hold. */
export function numberBelow(limit: number, key: Buffer, value: Buffer | string): number {
  return Number(codeOf(key, value).readBigUInt64BE() % BigInt(limit));
}
