/** Vectors of payload commitments (format.md §1). */
import { sha256 } from '../../gateway/archive/ed25519.ts';
import { commit, SALT_BYTES } from '../../shared/recording/commitment.ts';
import { bytesOf, hex } from './seeded.ts';

/** Values of several lengths, none among them. */
export function payloadVectors() {
  const values = ['', 'select 1', 'é'.repeat(300), '\0'.repeat(70_000)].map((text) => Buffer.from(text));
  return {
    about:
      'commitment = SHA-256("auditorium/payload/v1" ‖ 0x00 ‖ salt ‖ u64 length ‖ value); value: hex, repeated so many times.',
    payloads: values.map((value, i) => {
      const salt = bytesOf(`payload ${i}`, SALT_BYTES);
      const part = value.subarray(0, i === 3 ? 1 : value.length);
      return {
        salt: hex(salt),
        value: hex(part),
        times: part.length === 0 ? 1 : value.length / part.length,
        commitment: hex(commit(sha256, salt, value)),
      };
    }),
  };
}
