/**
 * Payloads (statement text, parameters, rows, messages) are committed, not embedded: the event holds
 * `SHA-256("auditorium/payload/v1" ‖ 0x00 ‖ salt16 ‖ uint64be(length) ‖ value)`, the value and its salt lie beside it. A
 * redaction deletes both and every earlier proof stays valid; without the salt the value cannot be guessed.
 */

/** Bytes of the salt before each value. */
export const SALT_BYTES = 16;

/** SHA-256 of the concatenation of its arguments: 32 bytes. Passed in, because pure code has no digest of its own. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** What every hashed value begins with: a commitment can be taken for nothing else. */
export const COMMITMENT_DOMAIN = new TextEncoder().encode('auditorium/payload/v1\0');

/** Where the salt stands in what is hashed. */
export const COMMITMENT_SALT_AT = COMMITMENT_DOMAIN.length;

/** Bytes that stand before the value in what is hashed. */
export const COMMITMENT_PREFIX_BYTES = COMMITMENT_DOMAIN.length + SALT_BYTES + 8;

/** Writes the value's length where it belongs in what is hashed, which starts at `offset` of `target`. */
export function writeCommitmentLength(target: Uint8Array, offset: number, length: number): void {
  const at = offset + COMMITMENT_SALT_AT + SALT_BYTES;
  writeUint32(target, at, Math.floor(length / 0x100000000));
  writeUint32(target, at + 4, length >>> 0);
}

function writeUint32(target: Uint8Array, at: number, value: number): void {
  target[at] = value >>> 24;
  target[at + 1] = (value >>> 16) & 0xff;
  target[at + 2] = (value >>> 8) & 0xff;
  target[at + 3] = value & 0xff;
}

/** The commitment to `value` under `salt`. */
export function commit(sha256: Sha256, salt: Uint8Array, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(COMMITMENT_PREFIX_BYTES + value.length);
  bytes.set(COMMITMENT_DOMAIN, 0);
  bytes.set(salt, COMMITMENT_SALT_AT);
  writeCommitmentLength(bytes, 0, value.length);
  bytes.set(value, COMMITMENT_PREFIX_BYTES);
  return sha256(bytes);
}
