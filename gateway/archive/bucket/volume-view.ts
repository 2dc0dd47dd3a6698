/**
 * A folder of the volumes that one reader has fetched so far, as links to the files of the cache: what it holds stays while the
 * reader lives, whoever makes room in the cache meanwhile.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { EXPIRED_SUFFIX } from '../expiry-note.ts';
import { SEAL_SUFFIX } from '../sqlite/verify/seal.ts';
import type { PutVolume } from './manifest.ts';

export class VolumeView implements AsyncDisposable {
  readonly folder: string;
  readonly #volumes = new Map<string, PutVolume>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes an empty one in the cache's folder, and removes those of processes that are gone. */
  static async make(cache: string): Promise<VolumeView> {
    const views = join(cache, 'views');
    await mkdir(views, { recursive: true, mode: 0o700 });
    for (const name of await readdir(views)) {
      const [, pid, host] = /^(\d+)-[0-9a-f-]{36}-(.*)$/.exec(name) ?? [];
      if (host === hostname() && !isAlive(Number(pid)))
        await rm(join(views, name), { recursive: true, force: true });
    }
    const folder = join(views, `${process.pid}-${randomUUID()}-${hostname()}`);
    await mkdir(folder, { mode: 0o700 });
    return new VolumeView(folder);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Whether this very volume is here, not one of its name. */
  has({ name, sha256 }: PutVolume): boolean {
    return this.#volumes.get(name)?.sha256 === sha256;
  }

  get volumes(): readonly PutVolume[] {
    return [...this.#volumes.values()];
  }

  /** Takes in the volume whose file is `path`. Rejects with what `node:fs` says, ENOENT where the file went. */
  async add(volume: PutVolume, path: string): Promise<void> {
    if (this.has(volume)) return;
    await this.remove(volume);
    const own = join(this.folder, volume.name);
    await link(path, own).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw error;
      if (error.code !== 'EEXIST') await copyFile(path, own); // a disk that knows no links
    });
    await writeFile(own + SEAL_SUFFIX, volume.seal, { mode: 0o600 });
    this.#volumes.set(volume.name, volume);
  }

  async remove({ name }: Pick<PutVolume, 'name'>): Promise<void> {
    if (!this.#volumes.delete(name)) return;
    for (const suffix of ['', SEAL_SUFFIX]) await rm(join(this.folder, name + suffix), { force: true });
  }

  /** Takes in the notes of volumes that were removed by rule; `number` tells them apart. */
  async addExpired(notes: readonly string[]): Promise<void> {
    for (const [number, note] of notes.entries())
      await writeFile(join(this.folder, `${number}${EXPIRED_SUFFIX}`), note, { mode: 0o600 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
