/** Packs a part of a segment as one zstd frame: verifiers take nothing else (docs/format.md §11). */
import { constants, zstdCompressSync } from 'node:zlib';

/** Level 1: three times as fast as level 3 on rows, at a better ratio. */
const LARGE = { [constants.ZSTD_c_compressionLevel]: 1 };

/** What small events have in common is short: matches of four bytes, and a second look for longer ones, save 3 % in about the time. */
const SMALL = {
  ...LARGE,
  [constants.ZSTD_c_strategy]: constants.ZSTD_dfast,
  [constants.ZSTD_c_minMatch]: 4,
  [constants.ZSTD_c_hashLog]: 15,
  [constants.ZSTD_c_chainLog]: 15,
};

/** Bytes an event has of a part, up to which it is small: a statement and its answer. Rows in bulk are packed worse so, and in twice the time. */
const SMALL_BYTES = 512;

/** Room beyond what is packed that no frame of level 1 fills: heads of blocks and of the frame, on bytes that do not get smaller. */
const ROOM = 1024;

/**
 * Where the frame ends just where a chunk of Node's output does (32 KiB by default), Node puts an empty frame behind it: one part of some
 * thousands would be taken for damaged. With a chunk that no frame fills there is no such place. `events`: so many have their bytes in it.
 */
export function oneFrame(bytes: Uint8Array, events = 1): Buffer {
  const params = bytes.length <= events * SMALL_BYTES ? SMALL : LARGE;
  return zstdCompressSync(bytes, { params, chunkSize: bytes.length + (bytes.length >> 8) + ROOM });
}
