/** Archives in buckets as a person names them: `s3://bucket/prefix`. */
import { join, resolve } from 'node:path';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import type { BucketOptions, Fetching } from '../gateway/archive/bucket/bucket-volumes.ts';
import { parsePlace, type Place } from '../gateway/archive/bucket/place.ts';
import { SeenManifests } from '../gateway/archive/bucket/seen-manifests.ts';
import { cacheFolder, userFolder } from '../gateway/config.ts';
import { CommandError } from './failure.ts';
import { FetchingLine } from './fetching-line.ts';
import { keysForLooking } from './pinned-keys.ts';

const SCHEME = 's3://';

/** Volumes that nobody has open stay while they are no more bytes together: a working set of days. */
const CACHE_BYTES = 20 * 2 ** 30;

/** Of the bucket that a person named; null for a path. Throws CommandError. */
export function placeNamed(archive: string, env: NodeJS.ProcessEnv = process.env): Place | null {
  if (!archive.startsWith(SCHEME)) return null;
  const place = parsePlace(archive, env);
  if (place === null)
    throw new CommandError('BAD_USAGE', `${archive} names no bucket: write s3://BUCKET/PREFIX`);
  return place;
}

/** The name under which others find it: a path from anywhere, a bucket as it is. */
export function wholeName(archive: string): string {
  return archive.startsWith(SCHEME) ? archive : resolve(archive);
}

/** What is needed to read a bucket; `keys` are trusted. */
export function bucketOptions(
  place: Place,
  keys: readonly Uint8Array[],
  onFetching: (fetching: Fetching | null) => void,
): BucketOptions {
  return {
    place,
    keys,
    cache: { folder: join(cacheFolder(process.env), 'buckets'), limit: CACHE_BYTES },
    seen: new SeenManifests(join(userFolder(process.env), 'seen-manifests.json')),
    onFetching,
  };
}

/** Opens it with the pinned keys, or that of a gateway's configuration. Rejects with ArchiveError, ConfigError or KeyError. */
export async function openBucketNamed(place: Place, config: string | null): Promise<ArchiveReader> {
  const keys = await keysForLooking(config, process.env);
  // The client of a store is half a second of loading, which a folder does not need.
  const { openBucket } = await import('../gateway/archive/bucket/bucket-archive.ts');
  const line = new FetchingLine();
  return openBucket(bucketOptions(place, keys, (fetching) => line.show(fetching)));
}
