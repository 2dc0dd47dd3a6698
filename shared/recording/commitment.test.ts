import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { commit, COMMITMENT_PREFIX_BYTES, writeCommitmentLength } from './commitment.ts';

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

const salt = Uint8Array.from({ length: 16 }, (_, i) => i);
const value = new TextEncoder().encode('SELECT 1');

test('the commitment is the hash of domain, salt, length and value', () => {
  // printf 'auditorium/payload/v1\\0\\x00\\x01…\\x0f\\0\\0\\0\\0\\0\\0\\0\\x08SELECT 1' | sha256sum
  expect(Buffer.from(commit(sha256, salt, value)).toString('hex')).toBe(
    'bbf8fdc2688b3d6dd619892b2cb2557003bad18fbde5ea6c975145518057e7c9',
  );
});

test('a length beyond 32 bits takes all eight bytes', () => {
  const target = new Uint8Array(COMMITMENT_PREFIX_BYTES + 2);
  writeCommitmentLength(target, 1, 2 ** 32 + 258);
  expect([...target.subarray(COMMITMENT_PREFIX_BYTES - 7)]).toEqual([0, 0, 0, 1, 0, 0, 1, 2, 0]);
});

test('another salt, or a byte moved between salt and value, is another commitment', () => {
  const commitments = [
    commit(sha256, salt, value),
    commit(sha256, salt.toReversed(), value),
    commit(sha256, salt, value.subarray(1)),
    commit(sha256, salt, new Uint8Array()),
  ].map((bytes) => Buffer.from(bytes).toString('hex'));
  expect(new Set(commitments).size).toBe(4);
});
