/**
 * Objects as files in a folder: keys of sessions, a copy of a bucket that is looked at, and tests. It keeps no versions and locks nothing:
 * what is said of these is tested on a real store alone.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Lock } from '../../shared/remote/manifest.ts';
import { ArchiveError } from '../archive/archive.ts';
import { syncFolder } from '../archive/key-file.ts';
import type { ErasingStore } from './object-store.ts';

export class FolderStore implements ErasingStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  [Symbol.dispose](): void {}

  named(key: string): string {
    return join(this.#folder, key);
  }

  async keys(beginning: string, after = '', most = Infinity): Promise<string[]> {
    // Only the folder that the beginning names is looked through: there may be a million others beside it.
    const within = beginning.slice(0, beginning.lastIndexOf('/') + 1);
    if (!existsSync(join(this.#folder, within))) return [];
    const files = readdirSync(join(this.#folder, within), { recursive: true, withFileTypes: true });
    return files
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.new'))
      .map(({ parentPath, name }) =>
        join(parentPath, name)
          .slice(this.#folder.length + 1)
          .replaceAll(sep, '/'),
      )
      .filter((key) => key.startsWith(beginning) && key > after)
      .toSorted()
      .slice(0, most);
  }

  async get(key: string): Promise<Uint8Array> {
    try {
      return readFileSync(this.named(key));
    } catch (cause) {
      throw new ArchiveError('NOT_FOUND', `${this.named(key)} is not there`, { cause });
    }
  }

  async range(key: string, from: number, to: number): Promise<Uint8Array> {
    return (await this.get(key)).subarray(from, to);
  }

  async put(key: string, body: Uint8Array): Promise<void> {
    const path = this.named(key);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const fd = openSync(`${path}.new`, 'w', 0o600);
    try {
      writeFileSync(fd, body);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(`${path}.new`, path);
    syncFolder(dirname(path));
  }

  async expectErasable(): Promise<void> {}

  async erase(key: string): Promise<void> {
    const path = this.named(key);
    if (!existsSync(path)) return;
    rmSync(path);
    syncFolder(dirname(path));
  }

  async lockOf(): Promise<Lock | null> {
    return null;
  }
}
