/**
 * Objects as files in a folder: for tests, and for looking at a copy of a bucket. It keeps no versions and locks nothing: what is said of
 * these is tested on a real store alone.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Lock } from '../../shared/remote/manifest.ts';
import { ArchiveError } from '../archive/archive.ts';
import type { ObjectStore } from './object-store.ts';

export class FolderStore implements ObjectStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  [Symbol.dispose](): void {}

  named(key: string): string {
    return join(this.#folder, key);
  }

  async keys(beginning: string, after = '', most = Infinity): Promise<string[]> {
    const files = readdirSync(this.#folder, { recursive: true, withFileTypes: true });
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
    writeFileSync(`${path}.new`, body, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  async lockOf(): Promise<Lock | null> {
    return null;
  }
}
