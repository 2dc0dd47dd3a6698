/**
 * Unpacks what must be one zstd frame (RFC 8878 §3.1) that says how much it holds. Node's own reader passes over whatever
 * stands behind the first frame, and would unpack gigabytes from a few bytes: here a frame is measured first.
 */
import { constants, createZstdDecompress, zstdDecompressSync } from 'node:zlib';

const MAGIC = 0xfd2fb528;
const BLOCK_HEAD_BYTES = 3;
/** Block types: raw and compressed blocks hold as many bytes as their size says, an RLE block one. */
const RLE = 1;
const RESERVED = 3;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;

/** Content beyond this is unpacked on its own: a buffer for it would be kept for long, for the sake of one. */
const KEPT_BYTES = 4 << 20;

/**
 * Unpacks frame after frame into one buffer. `zstdDecompressSync` makes a context for each, which takes twenty times as long as
 * unpacking a segment does; Node's streams keep theirs. Where this Node's stream has not what that needs, it is done so after all.
 */
export class FrameReader {
  #context: Context | null = openContext();
  #content = Buffer.alloc(1 << 18);

  /** The content, exactly `size` bytes, valid until the next call; null when `frame` is no such frame. */
  unpack(frame: Buffer, size: number): Buffer | null {
    if (contentSize(frame) !== size) return null;
    if (this.#context === null || size > KEPT_BYTES) return unpackOnce(frame, size);
    // A context that is not told the room behind the content might wait for more of it.
    if (size >= this.#content.length)
      this.#content = Buffer.alloc(Math.max(2 * this.#content.length, size + 1));
    const content = this.#content;
    const { handle, state, failures } = this.#context;
    handle.writeSync(constants.ZSTD_e_end, frame, 0, frame.length, content, 0, content.length);
    const [room = 0, left = 0] = state;
    if (failures.length === 0 && left === 0 && content.length - room === size)
      return content.subarray(0, size);
    this.close();
    this.#context = openContext();
    return null;
  }

  close(): void {
    this.#context?.close();
    this.#context = null;
  }
}

/** What a stream of zlib holds; `state` is the room and the input that were left after a write. */
interface Context {
  readonly handle: {
    readonly writeSync: (
      flush: number,
      input: Buffer,
      inputAt: number,
      inputLength: number,
      output: Buffer,
      outputAt: number,
      outputLength: number,
    ) => void;
  };
  readonly state: Uint32Array;
  /** What went wrong: then the context is of no use any more. */
  readonly failures: string[];
  readonly close: () => void;
}

function openContext(): Context | null {
  const stream = createZstdDecompress();
  const { _handle: handle, _writeState: state } = stream as unknown as {
    readonly _handle?: Context['handle'];
    readonly _writeState?: Uint32Array;
  };
  if (typeof handle?.writeSync !== 'function' || !(state instanceof Uint32Array)) return null;
  const failures: string[] = [];
  Object.assign(handle, { onerror: (message: string) => failures.push(message) });
  return { handle, state, failures, close: () => stream.close() };
}

function unpackOnce(frame: Buffer, size: number): Buffer | null {
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
  // One bit is reserved, one is of no use; no writer sets them.
  if ((descriptor & 0x18) !== 0 || DICTIONARY_BYTES[descriptor & 3] !== 0) return null;
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
