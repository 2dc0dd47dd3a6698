import { randomBytes } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { FrameReader } from './zstd-frame.ts';

const sizes = [0, 1, 255, 256, 257, 65_791, 65_792, 300_000, (4 << 20) + 1];
const contents = sizes.map((size) =>
  Buffer.concat([randomBytes(size / 2), Buffer.alloc(size - Math.floor(size / 2), 'select')]),
);

it('unpacks frames of every size, one after the other', () => {
  const reader = new FrameReader();
  const unpacked = contents.map((content) =>
    Buffer.from(reader.unpack(zstdCompressSync(content), content.length) ?? 'none'),
  );
  expect(unpacked.map((content, i) => content.equals(contents[i] as Buffer))).toEqual(
    contents.map(() => true),
  );
});

it('refuses what is not one frame of that size, and goes on with the next', () => {
  const reader = new FrameReader();
  const content = Buffer.alloc(10_000, 'from orders');
  const frame = zstdCompressSync(content);
  const damaged = Array.from({ length: frame.length }, (_, at) => {
    const other = Buffer.from(frame);
    other[at] = (other[at] as number) ^ 0x10;
    return other;
  });
  const refused = [
    Buffer.alloc(0),
    frame.subarray(0, -1),
    Buffer.concat([frame, Buffer.of(0)]),
    Buffer.concat([frame, frame]),
  ];
  expect(refused.map((bytes) => reader.unpack(bytes, content.length))).toEqual(refused.map(() => null));
  expect(reader.unpack(frame, content.length - 1)).toBe(null);
  for (const bytes of damaged) {
    expect(reader.unpack(bytes, content.length)?.length ?? content.length).toBe(content.length);
    expect(reader.unpack(frame, content.length)?.equals(content)).toBe(true);
  }
});
