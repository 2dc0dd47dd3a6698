/**
 * Reads the zip of a bundle that somebody sent. It must be, byte for byte, what zip-layout.ts would write for what it holds: so there
 * are no two readings of it, no entry outside the folder it is unpacked to, no link, and no byte that may be changed unnoticed.
 */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import {
  CENTRAL_BYTES,
  CENTRAL_SIGNATURE,
  centralHeader,
  commentOf,
  COMMENT_BYTES,
  END_BYTES,
  endRecord,
  isSafeName,
  localHeader,
  type ZipEntry,
} from './zip-layout.ts';

/** What was sent is no bundle, or not as it was written; `message` says where. */
export class BundleError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BundleError';
  }
}

/** More entries than any bundle has, and a directory larger than theirs. */
const MOST_ENTRIES = 1000;
const MOST_CENTRAL_BYTES = 1024 * 1024;

/** Deflate packs no better than this: what claims to is made to fill a disk. */
const MOST_DENSE = 1032;

const BLOCK_BYTES = 1024 * 1024;

export class ZipReader {
  readonly entries: readonly ZipEntry[];
  readonly #file: FileHandle;

  private constructor(file: FileHandle, entries: readonly ZipEntry[]) {
    this.#file = file;
    this.entries = entries;
  }

  /** Opens the file and holds all of it, but what entries hold, to the layout. Throws {@link BundleError}. */
  static async open(path: string): Promise<ZipReader> {
    const file = await open(path, 'r');
    try {
      return new ZipReader(file, await readEntries(file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** What an entry holds, block by block; throws {@link BundleError} before its end where that is not what its header says. */
  async *read(entry: ZipEntry): AsyncGenerator<Buffer, void, undefined> {
    const inflate = createInflateRaw();
    const fed = this.#feed(entry, inflate);
    fed.catch((error: unknown) => inflate.destroy(error as Error));
    let [crc, size] = [0, 0];
    try {
      for await (const block of inflate as AsyncIterable<Buffer>) {
        size += block.length;
        if (size > entry.size) throw new BundleError(`${entry.name} holds more than its ${entry.size} bytes`);
        crc = crc32(block, crc);
        yield block;
      }
    } catch (cause) {
      if (cause instanceof BundleError) throw cause;
      throw new BundleError(`${entry.name} cannot be unpacked`, { cause });
    } finally {
      inflate.destroy();
    }
    if (size !== entry.size || crc !== entry.crc || inflate.bytesWritten !== entry.packed)
      throw new BundleError(`${entry.name} is not what its header says`);
  }

  async #feed(entry: ZipEntry, inflate: NodeJS.WritableStream): Promise<void> {
    const from = entry.offset + localHeader(entry).length;
    for await (const block of blocks(this.#file, from, from + entry.packed)) {
      if (!inflate.write(block)) await new Promise((resolve) => inflate.once('drain', resolve));
    }
    inflate.end();
  }
}

async function readEntries(file: FileHandle): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const end = size - END_BYTES - COMMENT_BYTES;
  if (end < 0) throw new BundleError('the file is too short for a bundle');
  const tail = await readAt(file, end, size);
  const [count, centralBytes, centralAt] = [
    tail.readUInt16LE(10),
    tail.readUInt32LE(12),
    tail.readUInt32LE(16),
  ];
  if (!tail.subarray(0, END_BYTES).equals(endRecord(count, centralBytes, centralAt)))
    throw new BundleError('the file does not end as a bundle does');
  if (centralAt + centralBytes !== end || centralBytes > MOST_CENTRAL_BYTES || count > MOST_ENTRIES)
    throw new BundleError('the directory of the bundle is not where it must be');
  const comment = tail.toString('latin1', END_BYTES);
  if (comment !== commentOf(await hashOf(file, size - COMMENT_BYTES)))
    throw new BundleError(
      'the bundle was changed after it was written: its bytes have another hash than its comment says',
    );
  const entries = entriesIn(await readAt(file, centralAt, end));
  if (entries.length !== count)
    throw new BundleError('the directory has other entries than the end of the bundle says');
  await holdLocals(file, entries, centralAt);
  return entries;
}

function entriesIn(central: Buffer): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; at < central.length;) {
    if (at + CENTRAL_BYTES > central.length || central.readUInt32LE(at) !== CENTRAL_SIGNATURE)
      throw new BundleError('the directory of the bundle is malformed');
    const length = central.readUInt16LE(at + 28);
    const entry = {
      name: central.toString('latin1', at + CENTRAL_BYTES, at + CENTRAL_BYTES + length),
      crc: central.readUInt32LE(at + 16),
      packed: central.readUInt32LE(at + 20),
      size: central.readUInt32LE(at + 24),
      offset: central.readUInt32LE(at + 42),
    };
    if (!isSafeName(entry.name)) throw new BundleError('an entry has a name that no bundle has');
    const clash = entries.find(({ name }) => name.toLowerCase() === entry.name.toLowerCase());
    if (clash !== undefined) throw new BundleError(`${entry.name} is there twice`);
    if (entry.size > entry.packed * MOST_DENSE)
      throw new BundleError(`${entry.name} claims more than it can hold`);
    const written = centralHeader(entry);
    if (!central.subarray(at, at + written.length).equals(written))
      throw new BundleError(`${entry.name} is not described as in a bundle`);
    entries.push(entry);
    at += written.length;
  }
  return entries;
}

/** Entries stand one after the other, each behind the header that its record in the directory makes. */
async function holdLocals(file: FileHandle, entries: readonly ZipEntry[], end: number): Promise<void> {
  let at = 0;
  for (const entry of entries) {
    const header = localHeader(entry);
    if (entry.offset !== at || at + header.length + entry.packed > end)
      throw new BundleError(`${entry.name} is not where it must be`);
    if (!(await readAt(file, at, at + header.length)).equals(header))
      throw new BundleError(`${entry.name} has another header than the directory says`);
    at += header.length + entry.packed;
  }
  if (at !== end) throw new BundleError('the bundle holds something that is no entry');
}

async function hashOf(file: FileHandle, end: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const block of blocks(file, 0, end)) hash.update(block);
  return hash.digest('hex');
}

async function* blocks(file: FileHandle, from: number, to: number): AsyncGenerator<Buffer, void, undefined> {
  for (let at = from; at < to; at += BLOCK_BYTES)
    yield await readAt(file, at, Math.min(to, at + BLOCK_BYTES));
}

async function readAt(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(to - from);
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, from + at);
    if (bytesRead === 0) throw new BundleError('the bundle ends too early');
    at += bytesRead;
  }
  return bytes;
}
