/**
 * Volumes of buckets on this machine: fetched whole, held against the hash that their manifest names before they count as here, and
 * shared by all who ask. Files are named by their hashes; the ones used longest ago go when they are too many.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ArchiveError } from '../archive.ts';
import { sha256 } from '../ed25519.ts';
import type { PutVolume } from './manifest.ts';
import type { Objects } from './objects.ts';
import { parseSummary, type Summary } from './summary.ts';

/** What of a volume tells its file in the cache. */
export type Cached = Pick<PutVolume, 'name' | 'key' | 'bytes' | 'sha256'>;

/** Hex digits of a hash in a file's name: enough to tell a volume from what it was before a redaction. */
const NAME_DIGITS = 16;

export class VolumeCache {
  /** Where volumes lie; folders for those who read them are to be made beside it, on the same disk. */
  readonly folder: string;
  readonly #limit: number;
  readonly #fetching = new Map<string, Promise<string>>();

  /** `limit`: bytes that stay when nobody uses them. */
  constructor(folder: string, limit: number) {
    this.folder = folder;
    this.#limit = limit;
  }

  /** The file of a volume, fetched where it is not here. Rejects with {@link ArchiveError}. */
  async volume(objects: Objects, volume: Cached, onBytes: (bytes: number) => void): Promise<string> {
    const path = join(this.#volumes, fileOf(volume));
    const here = await stat(path).catch(() => null);
    if (here?.size === volume.bytes) {
      const now = new Date();
      await utimes(path, now, now).catch(() => {}); // it may go at this very moment: then it is fetched again
      return path;
    }
    const under = this.#fetching.get(path);
    if (under !== undefined) return under;
    const fetched = this.#fetch(objects, volume, path, onBytes).finally(() => this.#fetching.delete(path));
    this.#fetching.set(path, fetched);
    return fetched;
  }

  /** What occurs in a volume. Rejects with {@link ArchiveError}. */
  async summary(objects: Objects, { summary: { key, sha256: hash } }: PutVolume): Promise<Summary> {
    const folder = join(this.folder, 'summaries');
    const path = join(folder, `${Buffer.from(hash, 'base64').toString('hex')}.gz`);
    const kept = await readFile(path).catch(() => null);
    const packed = kept !== null && digestOf(kept) === hash ? kept : await objects.get(key);
    const summary = digestOf(packed) === hash ? parseSummary(packed) : null;
    if (summary === null)
      throw new ArchiveError('DAMAGED', `${objects.named(key)} is not the summary that the manifest names`);
    if (packed !== kept) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(path, packed, { mode: 0o600 });
    }
    return summary;
  }

  get #volumes(): string {
    return join(this.folder, 'volumes');
  }

  async #fetch(
    objects: Objects,
    volume: Cached,
    path: string,
    onBytes: (bytes: number) => void,
  ): Promise<string> {
    await mkdir(this.#volumes, { recursive: true, mode: 0o700 });
    const part = `${path}.${randomUUID()}`;
    try {
      await objects.getFile(volume.key, part, volume.bytes, onBytes);
      if ((await fileDigest(part)) !== volume.sha256)
        throw new ArchiveError(
          'DAMAGED',
          `${objects.named(volume.key)} is not the volume that was put: its bytes are other than its seal says`,
        );
      await rename(part, path);
    } finally {
      await rm(part, { force: true });
    }
    await this.#makeRoom(path);
    return path;
  }

  /** Whoever has a volume open, here or in another process, keeps it until they are done. */
  async #makeRoom(newest: string): Promise<void> {
    const names = await readdir(this.#volumes);
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#volumes, name);
        const stats = await stat(path).catch(() => null);
        return { path, bytes: stats?.size ?? 0, used: stats?.mtimeMs ?? 0 };
      }),
    );
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of files.toSorted((a, b) => a.used - b.used)) {
      if (total <= this.#limit) return;
      // Others may be in the middle of fetching what is no volume yet.
      if (path === newest || !path.endsWith(VOLUME_SUFFIX)) continue;
      await rm(path, { force: true });
      total -= bytes;
    }
  }
}

const VOLUME_SUFFIX = '.audit';

function fileOf({ name, sha256: hash }: Cached): string {
  const digits = Buffer.from(hash, 'base64').toString('hex').slice(0, NAME_DIGITS);
  return `${name.slice(0, -VOLUME_SUFFIX.length)}-${digits}${VOLUME_SUFFIX}`;
}

/** SHA-256 of a file, base64. */
export async function fileDigest(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), digest);
  return digest.digest('base64');
}

function digestOf(bytes: Uint8Array): string {
  return sha256(bytes).toString('base64');
}
