/** A store of many gateways as a person names it, opened without an index. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import { cacheFolder, userFolder } from '../gateway/config.ts';
import { openDirect } from '../gateway/direct-opening.ts';
import { placeNamed, wholeName } from './bucket.ts';
import { keysForLooking } from './pinned-keys.ts';

/** What stands before all that gateways ship (docs/remote.md). */
const SHIPPED = 'v1';

/**
 * Whether bundles are what lies there, of archive.remote, rather than volumes of archive.s3: where it is both, bundles are what is
 * newer. Rejects with ArchiveError where a bucket cannot be asked; one that is not there, or is away, is no store unless something of
 * it is on hand.
 */
export async function isStoreNamed(name: string): Promise<boolean> {
  const place = placeNamed(name);
  if (place === null) return existsSync(join(resolve(name), SHIPPED));
  if (existsSync(folderOf(name))) return true;
  // The client of a store is half a second of loading, which a folder does not need.
  const { S3Store } = await import('../gateway/remote/s3-store.ts');
  using store = new S3Store(place);
  return (await store.keys(`${SHIPPED}/`, undefined, 1)).length > 0;
}

/** Rejects with ArchiveError, ConfigError or KeyError. */
export async function openStoreDirect(name: string, config: string | null): Promise<ArchiveReader> {
  const place = placeNamed(name);
  return openDirect(wholeName(name), {
    store: place ?? { folder: resolve(name) },
    keys: await keysForLooking(config, process.env),
    here: folderOf(name),
    seen: join(userFolder(process.env), 'seen-manifests.json'),
  });
}

/** What is on hand of it: of another endpoint it is another. */
function folderOf(name: string): string {
  const place = placeNamed(name);
  const whole = `${place?.endpoint ?? ''} ${wholeName(name)}`;
  const digits = createHash('sha256').update(whole).digest('hex').slice(0, FOLDER_DIGITS);
  return join(cacheFolder(process.env), 'stores', digits);
}

const FOLDER_DIGITS = 32;
