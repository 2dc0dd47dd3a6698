/** A store of many gateways as a person names it, opened without an index. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import { cacheFolder, type Environment, parseSize, userFolder } from '../gateway/config.ts';
import { openDirect } from '../gateway/direct-opening.ts';
import { FolderStore } from '../gateway/remote/folder-store.ts';
import type { ObjectStore } from '../gateway/remote/object-store.ts';
import { StoreEvidence } from '../gateway/remote/store-evidence.ts';
import { placeNamed, wholeName } from './bucket.ts';
import { CommandError } from './failure.ts';
import { keysForLooking } from './pinned-keys.ts';
import { namedKeyPlaces, namedKeySource } from './remote-keys.ts';

/** What stands before all that gateways ship (docs/remote.md). */
const SHIPPED = 'v1';

/** How much of stores is kept in the user's cache: of segments, and of each store that is read without an index. */
const KEPT_VARIABLE = 'AUDITORIUM_STORE_CACHE';
const SEGMENT_BYTES = 2 * 2 ** 30;

/**
 * Whether bundles are what lies there, of archive.remote, rather than volumes of archive.s3: where it is both, bundles are what is
 * newer. Rejects with ArchiveError where a bucket cannot be asked; one that is not there, or is away, is no store unless something of
 * it is on hand.
 */
export async function isStoreNamed(name: string): Promise<boolean> {
  const place = placeNamed(name);
  if (place === null) return existsSync(join(resolve(name), SHIPPED));
  if (existsSync(folderOf(name))) return true;
  using store = await openStoreNamed(name);
  return (await store.keys(`${SHIPPED}/`, undefined, 1)).length > 0;
}

/** Rejects with ArchiveError, ConfigError or KeyError. */
export async function openStoreDirect(name: string, config: string | null): Promise<ArchiveReader> {
  const place = placeNamed(name);
  const kept = keptBytes(process.env);
  const [keys, sealed] = [await keysForLooking(config, process.env), await namedKeyPlaces(config)];
  const store = await openStoreNamed(name);
  const evidence = new StoreEvidence(store, await namedKeySource(config));
  const request = {
    store: place ?? { folder: resolve(name) },
    keys,
    sealed,
    here: folderOf(name),
    seen: join(userFolder(process.env), 'seen-manifests.json'),
    ...(kept !== null && { kept }),
  };
  try {
    const reader = await openDirect(wholeName(name), request, evidence);
    const close = async () => {
      store[Symbol.dispose]();
      await reader.close();
    };
    return { ...reader, close };
  } catch (error) {
    store[Symbol.dispose]();
    throw error;
  }
}

/** The store that gateways ship to: `s3://BUCKET/PREFIX`, or a folder with a copy of it. */
export async function openStoreNamed(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ObjectStore> {
  const place = placeNamed(name, env);
  if (place === null) return new FolderStore(resolve(name));
  // The client of a store is half a second of loading, which a folder does not need.
  const { S3Store } = await import('../gateway/remote/s3-store.ts');
  return new S3Store(place);
}

/** Where segments that were fetched one by one are kept, and how many bytes of them. Throws CommandError. */
export function segmentsKept(env: Environment): { readonly folder: string; readonly limit: number } {
  return { folder: join(cacheFolder(env), 'segments'), limit: keptBytes(env) ?? SEGMENT_BYTES };
}

/** What AUDITORIUM_STORE_CACHE says; null where it says nothing. */
function keptBytes(env: Environment): number | null {
  const { [KEPT_VARIABLE]: text = '' } = env;
  if (text === '') return null;
  const bytes = parseSize(text);
  if (bytes === null)
    throw new CommandError('BAD_USAGE', `${KEPT_VARIABLE} is ${text}, which is no size: write 2GiB, 512MiB`);
  return bytes;
}

/** What is on hand of it: of another endpoint it is another. */
function folderOf(name: string): string {
  const place = placeNamed(name);
  const whole = `${place?.endpoint ?? ''} ${wholeName(name)}`;
  const digits = createHash('sha256').update(whole).digest('hex').slice(0, FOLDER_DIGITS);
  return join(cacheFolder(process.env), 'stores', digits);
}

const FOLDER_DIGITS = 32;
