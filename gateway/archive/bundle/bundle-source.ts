/** A bundle as it was sent: its zip, or the folder that was unpacked to. */
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST } from './bundle-files.ts';
import { BundleError, ZipReader } from './zip-reader.ts';

/** The entries of a bundle. */
export interface BundleSource {
  readonly names: readonly string[];
  /** Whether there may be nothing that the manifest does not name: a folder may hold whatever else its owner keeps there. */
  readonly exact: boolean;
  /** What an entry holds; throws {@link BundleError} where that cannot be had. */
  read(name: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** What file managers leave in folders that they show. */
const LEFT_BEHIND = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);
const MOST_ENTRIES = 1000;

/** Whether there is a bundle at the path: a zip, or a folder with a manifest. False for what is not there. */
export async function isBundle(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return (await readdir(path)).includes(MANIFEST);
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
      return path.endsWith('.zip') || (bytesRead === 4 && buffer.toString('latin1') === 'PK\x03\x04');
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}

/** Opens it. Throws {@link BundleError}, and what the file system says. */
export async function openBundle(path: string): Promise<BundleSource> {
  return (await stat(path)).isDirectory() ? openFolder(path) : openZip(path);
}

async function openZip(path: string): Promise<BundleSource> {
  const zip = await ZipReader.open(path);
  return {
    names: zip.entries.map(({ name }) => name),
    exact: true,
    async *read(name) {
      const entry = zip.entries.find((one) => one.name === name);
      if (entry === undefined) throw new BundleError(`${name} is not there`);
      yield* zip.read(entry);
    },
    close: () => zip.close(),
  };
}

async function openFolder(path: string): Promise<BundleSource> {
  const names = await namesIn(path, '', 0);
  return {
    names,
    exact: false,
    async *read(name) {
      if (!names.includes(name)) throw new BundleError(`${name} is not there`);
      for await (const block of createReadStream(join(path, name)) as AsyncIterable<Buffer>) yield block;
    },
    close: async () => undefined,
  };
}

/** A bundle's folders are one deep; links lead elsewhere, and are no part of it. */
async function namesIn(root: string, below: string, depth: number): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (LEFT_BEHIND.has(entry.name)) continue;
    if (entry.isDirectory() && depth < 1) names.push(...(await namesIn(root, name, depth + 1)));
    else if (entry.isFile()) names.push(name);
    else throw new BundleError(`${name} is no file of a bundle`);
    if (names.length > MOST_ENTRIES) throw new BundleError('there are more files than in any bundle');
  }
  return names.toSorted();
}
