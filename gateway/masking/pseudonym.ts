/** Keyed pseudonyms: HMAC-SHA-256 (RFC 2104) of a value, cut to what its type holds. Equal values stay equal under one key. */
import { hash } from 'node:crypto';

/** Block of SHA-256, bytes. */
const BLOCK = 64;

/** The key as RFC 2104 §2 puts it before the value, and before the hash of both. */
interface Pads {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const PADS = new WeakMap<Buffer, Pads>();

/**
 * The code of a value, 32 bytes; a key is no longer than a block. Values of several spellings are given in one. Made of two hashes in one
 * go each: an Hmac object of Node costs ten times as much, for every cell.
 */
export function codeOf(key: Buffer, value: Buffer | string): Buffer {
  const { inner, outer } = padsOf(key);
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return sha256(Buffer.concat([outer, sha256(Buffer.concat([inner, bytes]))]));
}

function padsOf(key: Buffer): Pads {
  const known = PADS.get(key);
  if (known !== undefined) return known;
  const padded = Buffer.concat([key], BLOCK);
  const made = {
    inner: Buffer.from(padded.map((byte) => byte ^ 0x36)),
    outer: Buffer.from(padded.map((byte) => byte ^ 0x5c)),
  };
  PADS.set(key, made);
  return made;
}

function sha256(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/** What stands for a text: `h:` and 64 bits, as few as keep a million values apart. */
export function pseudonym(key: Buffer, value: Buffer | string): string {
  return `h:${codeOf(key, value).toString('hex', 0, 8)}`;
}

/** A number from 0 up to and without `limit`, at most 2^53; its bias is below 2^-11 for what types hold. */
export function numberBelow(limit: number, key: Buffer, value: Buffer | string): number {
  return Number(codeOf(key, value).readBigUInt64BE() % BigInt(limit));
}
