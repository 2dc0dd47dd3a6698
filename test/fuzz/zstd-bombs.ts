/** Frames of zstd (RFC 8878 §3.1) that hold other than they say, or far more than their own size. */
import { zstdCompressSync } from 'node:zlib';

interface Bomb {
  readonly frame: Buffer;
  /** What the row says that it holds. */
  readonly size: number;
}

const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const BLOCK_BYTES = 128 * 1024;

let made: readonly Bomb[] | null = null;

export function bombs(): readonly Bomb[] {
  return (made ??= [
    { frame: repeated(512, 512 * BLOCK_BYTES), size: 512 * BLOCK_BYTES },
    { frame: repeated(2048, 2048 * BLOCK_BYTES), size: 2048 * BLOCK_BYTES },
    { frame: repeated(4, 2 ** 50), size: 2 ** 50 },
    { frame: repeated(2048, 100), size: 100 },
    { frame: repeated(1, 1000 * BLOCK_BYTES), size: 1000 * BLOCK_BYTES },
    {
      frame: Buffer.concat([zstdCompressSync(Buffer.alloc(100)), zstdCompressSync(Buffer.alloc(10_000_000))]),
      size: 100,
    },
    { frame: zstdCompressSync(Buffer.alloc(100_000)), size: -1 },
    { frame: zstdCompressSync(Buffer.alloc(100_000)), size: 99_999 },
    { frame: Buffer.concat([MAGIC, Buffer.from([0xe3, 1, 2, 3, 4])]), size: 10 },
    { frame: MAGIC, size: 0 },
    { frame: Buffer.alloc(0), size: 0 },
  ]);
}

/** A frame of blocks that are one byte over and over; `says` is the content size in its head. */
function repeated(blocks: number, says: number): Buffer {
  const head = Buffer.alloc(9);
  head[0] = 0xe0; // eight bytes of content size, one segment
  head.writeBigUInt64LE(BigInt(says), 1);
  const all = Array.from({ length: blocks }, (_, i) => {
    const block = Buffer.alloc(4);
    block.writeUIntLE((BLOCK_BYTES << 3) | (1 << 1) | Number(i === blocks - 1), 0, 3);
    return block;
  });
  return Buffer.concat([MAGIC, head, ...all]);
}
