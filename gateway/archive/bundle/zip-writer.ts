/** Writes the zip of a bundle, entry by entry, to a file; nothing is held in memory but what is on its way to the disk. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib';
import {
  centralHeader,
  commentOf,
  COMMENT_BYTES,
  endRecord,
  isSafeName,
  localHeader,
  MAX_ZIP_BYTES,
  type ZipEntry,
} from './zip-layout.ts';

/** What an entry held, when all of it was written. */
export interface WrittenEntry {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** The file would be larger than a zip without zip64 can be. */
export class ZipTooLargeError extends Error {
  constructor() {
    super('the bundle would be larger than 4 GiB');
    this.name = 'ZipTooLargeError';
  }
}

/** Bytes read at a time for the hash over the whole file. */
const BLOCK_BYTES = 1024 * 1024;

/** Bytes packed, and written, at a time. */
const PACKED_BYTES = 256 * 1024;

export class ZipWriter {
  readonly #file: FileHandle;
  readonly #entries: ZipEntry[] = [];
  #at = 0;

  /** `file` is empty and open for reading and writing; it stays the caller's to close. */
  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Adds an entry of what `content` gives. Throws {@link ZipTooLargeError}. */
  async add(
    name: string,
    content: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  ): Promise<WrittenEntry> {
    if (!isSafeName(name) || this.#entries.some((entry) => entry.name === name))
      throw new RangeError(`${name} cannot be an entry`);
    const offset = this.#at;
    this.#at += localHeader({ name, crc: 0, packed: 0, size: 0 }).length;
    const hash = createHash('sha256');
    let [crc, size] = [0, 0];
    const before = this.#at;
    const deflate = createDeflateRaw({ chunkSize: PACKED_BYTES });
    const stored = this.#store(deflate);
    for await (const bytes of inBlocks(content)) {
      hash.update(bytes);
      crc = crc32(bytes, crc);
      size += bytes.length;
      if (!deflate.write(bytes)) await Promise.race([once(deflate, 'drain'), stored]);
    }
    deflate.end();
    await stored;
    const entry = { name, crc, size, packed: this.#at - before, offset };
    if (size > MAX_ZIP_BYTES || this.#at > MAX_ZIP_BYTES) throw new ZipTooLargeError();
    await write(this.#file, localHeader(entry), offset);
    this.#entries.push(entry);
    return { bytes: size, sha256: hash.digest('hex') };
  }

  /** Writes the directory and the comment. */
  async finish(): Promise<void> {
    const central = Buffer.concat(this.#entries.map(centralHeader));
    const end = endRecord(this.#entries.length, central.length, this.#at);
    if (this.#at + central.length + end.length + COMMENT_BYTES > MAX_ZIP_BYTES) throw new ZipTooLargeError();
    await write(this.#file, Buffer.concat([central, end]), this.#at);
    this.#at += central.length + end.length;
    await write(this.#file, Buffer.from(commentOf(await this.#hash())), this.#at);
  }

  async #store(deflate: DeflateRaw): Promise<void> {
    for await (const chunk of deflate as AsyncIterable<Buffer>) {
      await write(this.#file, chunk, this.#at);
      this.#at += chunk.length;
    }
  }

  async #hash(): Promise<string> {
    const hash = createHash('sha256');
    const block = Buffer.alloc(BLOCK_BYTES);
    for (let at = 0; at < this.#at;) {
      const { bytesRead } = await this.#file.read(block, 0, Math.min(block.length, this.#at - at), at);
      if (bytesRead === 0) throw new RangeError('the file ends before what was written to it');
      hash.update(block.subarray(0, bytesRead));
      at += bytesRead;
    }
    return hash.digest('hex');
  }
}

/** The same in larger pieces: records of a few hundred bytes would cost a turn each. */
async function* inBlocks(
  content: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < PACKED_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
  }
  yield Buffer.concat(waiting);
}

async function write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }
}
