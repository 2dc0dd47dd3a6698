import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { oneFrame } from './one-frame.ts';
import { FrameReader } from './verify/zstd-frame.ts';

/** The chunk of Node's output; a frame of bytes that do not get smaller is a few bytes longer than they. */
const CHUNK = 32 * 1024;

const SIZES = [
  0,
  1,
  64,
  ...[1, 2, 8].flatMap((chunks) => Array.from({ length: 64 }, (_, less) => chunks * CHUNK - less)),
];

test('bytes of every size are one frame, those too that fill a chunk of output to its end', () => {
  const reader = new FrameReader();
  const refused = SIZES.flatMap((size) =>
    [1, 10_000].filter((events) => {
      const bytes = randomBytes(size);
      return reader.unpack(oneFrame(bytes, events), size)?.equals(bytes) !== true;
    }),
  );
  reader.close();
  expect(refused).toEqual([]);
});
