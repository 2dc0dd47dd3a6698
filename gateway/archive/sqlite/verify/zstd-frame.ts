/**
 * Unpacks what must be one zstd frame (RFC 8878 §3.1) that says how much it holds. Node's own reader passes over whatever
 * stands behind the first frame, and would unpack gigabytes from a few bytes: here a frame is measured first.
 */
import { zstdDecompressSync } from 'node:zlib';

const MAGIC = 0xfd2fb528;
const BLOCK_HEAD_BYTES = 3;
/** Block types: raw and compressed blocks hold as many bytes as their size says, an RLE block one. */
const RLE = 1;
const RESERVED = 3;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;

/** The content, exactly `size` bytes; null when `frame` is no such frame. */
export function unpackFrame(frame: Buffer, size: number): Buffer<ArrayBuffer> | null {
  if (contentSize(frame) !== size) return null;
  try {
    // Node's least chunk is 64 bytes; with one of the right size it neither copies nor grows.
    const content = zstdDecompressSync(frame, { chunkSize: Math.max(64, size) });
    return content.length === size ? content : null;
  } catch {
    return null;
  }
}

/** What a frame says it holds; null when the bytes are not one whole frame that says so, or need a dictionary. */
function contentSize(frame: Buffer): number | null {
  if (frame.length < 6 || frame.readUInt32LE(0) !== MAGIC) return null;
  const descriptor = frame[4] as number;
  const single = (descriptor >> 5) & 1;
  if (((descriptor >> 3) & 1) === 1 || DICTIONARY_BYTES[descriptor & 3] !== 0) return null;
  const at = 5 + (1 - single);
  const flag = descriptor >> 6;
  const bytes = flag === 0 ? single : 1 << flag;
  if (bytes === 0 || at + bytes > frame.length) return null;
  const end = endOfBlocks(frame, at + bytes);
  if (end === null || end + 4 * ((descriptor >> 2) & 1) !== frame.length) return null;
  if (bytes === 8) return Number(frame.readBigUInt64LE(at));
  return frame.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}

/** Where the last block ends; null when the blocks do not fit into the frame. */
function endOfBlocks(frame: Buffer, from: number): number | null {
  for (let at = from; at + BLOCK_HEAD_BYTES <= frame.length;) {
    const head = frame.readUIntLE(at, BLOCK_HEAD_BYTES);
    const type = (head >> 1) & 3;
    if (type === RESERVED) return null;
    at += BLOCK_HEAD_BYTES + (type === RLE ? 1 : head >> 3);
    if (at > frame.length) return null;
    if ((head & 1) === 1) return at;
  }
  return null;
}
