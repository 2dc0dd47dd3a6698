import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { commit } from '../../../../../shared/recording/commitment.ts';
import { leafHash, nodeHash } from '../../../../../shared/recording/tree.ts';
import { Places, sha256Batch as batch } from './sha256-batch.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

/** Every length around each number of blocks, and some that are left to node:crypto. */
const lengths = [...Array.from({ length: 640 }, (_, i) => i), 5_000, 70_000];

it('makes the leaf hashes of node:crypto, of messages of every length', () => {
  const bytes = randomBytes(100_000);
  const places = new Places();
  for (const [i, length] of lengths.entries()) places.add(i, length);
  const digests = Buffer.from(batch.leaves(bytes, places).buffer);
  expect(lengths.map((_, i) => digests.toString('hex', 32 * i, 32 * i + 32))).toEqual(
    lengths.map((length, i) => Buffer.from(leafHash(sha256, bytes.subarray(i, i + length))).toString('hex')),
  );
});

it('takes payloads that are what was committed to, and tells those that are not', () => {
  const stored = lengths.map((length) => {
    const [salt, value] = [randomBytes(16), randomBytes(length)];
    return {
      payload: Buffer.concat([Buffer.alloc(4), salt, value]),
      commitment: commit(sha256, salt, value),
    };
  });
  const payloads = Buffer.concat(stored.map(({ payload }) => payload));
  const events = Buffer.concat(stored.map(({ commitment }) => commitment));
  const places = new Places();
  let at = 0;
  for (const { payload } of stored) {
    places.add(at, payload.length - 20);
    at += payload.length;
  }
  const expected = Uint32Array.from(lengths, (_, i) => 32 * i);
  expect(batch.wrongCommitments(payloads, places, events, expected)).toEqual([]);
  for (const i of [0, 100, 300, 639, 641])
    events[32 * i + (i % 32)] = (events[32 * i + (i % 32)] as number) ^ 1;
  expect(batch.wrongCommitments(payloads, places, events, expected)).toEqual([0, 100, 300, 639, 641]);
});

it('makes the roots of perfect trees', () => {
  const hashes = Array.from({ length: 256 }, () => new Uint8Array(randomBytes(32)));
  const words = new Int32Array(Uint8Array.from(Buffer.concat(hashes)).buffer);
  const rootOf = (from: number, count: number): Uint8Array =>
    count === 1
      ? (hashes[from] as Uint8Array)
      : nodeHash(sha256, rootOf(from, count / 2), rootOf(from + count / 2, count / 2));
  for (const [from, count] of [
    [0, 256],
    [0, 1],
    [255, 1],
    [254, 2],
    [128, 128],
    [192, 32],
    [8, 8],
    [4, 4],
  ] as const)
    expect(Buffer.from(batch.perfect(words, from, count), 'latin1')).toEqual(
      Buffer.from(rootOf(from, count)),
    );
});
