/**
 * Files in the user's cache that can be made anew at any time: each with a checksum, so that a damaged one is as good as
 * none. The least recently used go when they are too many bytes together.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, zstdCompress, zstdDecompress } from 'node:zlib';

const CRC_BYTES = 4;

const pack = promisify(zstdCompress);
const unpack = promisify(zstdDecompress);

/** Looks at how much there is, while as much as may be there is written. */
const LOOKS = 16;

export class KeptFiles {
  readonly #folder: string;
  readonly #limit: number;
  /** Since the last look; the first write looks. */
  #written = Infinity;

  /** `limit`: bytes of all files together, more or less. */
  constructor(folder: string, limit: number) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /** What was kept under a name; null when there is nothing, or it is damaged. */
  async read(name: string): Promise<Uint8Array | null> {
    const path = this.#path(name);
    let file: Buffer;
    try {
      file = await readFile(path);
    } catch {
      return null;
    }
    const packed = file.subarray(CRC_BYTES);
    if (file.length < CRC_BYTES || file.readUInt32LE() !== crc32(packed)) return null;
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return unpack(packed);
  }

  /** Keeps a value. A cache that cannot be written is one without it: the system's error is the caller's to report. */
  async write(name: string, value: Uint8Array): Promise<void> {
    const path = this.#path(name);
    const next = `${path}.${randomBytes(6).toString('hex')}`;
    const packed = await pack(value);
    const crc = Buffer.alloc(CRC_BYTES);
    crc.writeUInt32LE(crc32(packed));
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    try {
      await writeFile(next, Buffer.concat([crc, packed]), { mode: 0o600 });
      await rename(next, path);
    } catch (error) {
      await rm(next, { force: true });
      throw error;
    }
    this.#written += packed.length;
    if (this.#written < this.#limit / LOOKS) return;
    this.#written = 0;
    await this.#letGo();
  }

  /** Removes all: something was taken out of the record, and what was made of it goes too. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    this.#written = Infinity;
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  async #letGo(): Promise<void> {
    const names = await readdir(this.#folder);
    const found = await Promise.all(
      names.map(async (name) => ({ name, stats: await stat(this.#path(name)).catch(() => null) })),
    );
    const files = found.flatMap(({ name, stats }) => (stats === null ? [] : [{ name, stats }]));
    let bytes = files.reduce((sum, { stats }) => sum + stats.size, 0);
    for (const { name, stats } of files.toSorted((a, b) => a.stats.mtimeMs - b.stats.mtimeMs)) {
      if (bytes <= this.#limit) return;
      await rm(this.#path(name), { force: true });
      bytes -= stats.size;
    }
  }
}
