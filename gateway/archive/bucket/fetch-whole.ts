/** Fetches all of an archive in a bucket for whoever verifies it, and says what of the bucket itself does not hold. */
import type { Finding } from '../../../shared/recording/verdict.ts';
import { ArchiveError } from '../archive.ts';
import type { BucketOptions } from './bucket-volumes.ts';
import { parseManifestKey, type PutVolume } from './manifest.ts';
import { Objects } from './objects.ts';
import { type LogManifest, readManifests } from './read-manifests.ts';
import { VolumeCache } from './volume-cache.ts';
import { VolumeView } from './volume-view.ts';

export interface WholeBucket extends AsyncDisposable {
  /** A folder of its volumes, seals and notes of what was removed by rule. */
  readonly folder: string;
  readonly findings: readonly Finding[];
  /** Keeps in mind how far the manifests are; only for what holds. */
  readonly remember: () => void;
}

/** Rejects with {@link ArchiveError} where there is no archive, or the store cannot be asked. */
export async function fetchWhole(options: BucketOptions): Promise<WholeBucket> {
  const { place, keys, seen, cache } = options;
  await using opened = new AsyncDisposableStack();
  using objects = new Objects(place);
  const read = await readManifests(objects, { keys, seen: (log) => seen.get(place, log), whole: true });
  const findings = [...read.findings, ...(await versionFindings(objects, read.logs))];
  const view = opened.use(await VolumeView.make(cache.folder));
  const store = new VolumeCache(cache.folder, cache.limit);
  const all = read.logs.flatMap((manifest) => manifest.volumes.map((volume) => ({ volume, manifest })));
  for (const [at, { volume, manifest }] of all.entries()) {
    let bytes = 0;
    const onBytes = (more: number) => {
      bytes += more;
      options.onFetching?.({ volume: at + 1, of: all.length, bytes, total: volume.bytes });
    };
    try {
      await view.add(volume, await store.volume(objects, volume, onBytes));
    } catch (error) {
      findings.push(findingOf(error, volume, manifest));
    }
  }
  options.onFetching?.(null);
  await view.addExpired(read.logs.flatMap(({ expired }) => expired));
  const stack = opened.move();
  return {
    folder: view.folder,
    findings,
    remember: () => read.logs.forEach((manifest) => seen.remember(place, manifest.log, manifest)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** A volume that is named and not there is a hole; the last ones of a log would not be missed by the others. */
function findingOf(error: unknown, volume: PutVolume, { log, volumes }: LogManifest): Finding {
  if (!(error instanceof ArchiveError)) throw error;
  const place = { log, event: volume.first, lastEvent: volume.next - 1, volume: volume.name };
  if (error.code === 'DAMAGED') return { verdict: 'CORRUPT', message: error.message, ...place };
  if (error.code !== 'NOT_FOUND') throw error;
  const verdict = volumes.at(-1) === volume ? 'TRUNCATED' : 'INCOMPLETE';
  return { verdict, message: `the manifest names a volume that is gone: ${error.message}`, ...place };
}

/** Where the bucket keeps versions it tells of manifests that were removed or overwritten. */
async function versionFindings(objects: Objects, logs: readonly LogManifest[]): Promise<Finding[]> {
  const old = await objects.oldVersions('').catch((error: unknown) => {
    // Not every store knows versions, nor do all credentials allow to list them; then there is nothing to go by.
    if (error instanceof ArchiveError && error.code === 'UNREACHABLE') return [];
    throw error;
  });
  return old.flatMap(({ key, became }): Finding[] => {
    const named = parseManifestKey(key);
    if (named === null) return [];
    const { log, number } = named;
    const newest = logs.find((known) => known.log === log)?.number ?? -1;
    if (became === 'replaced')
      return [{ verdict: 'FORKED', message: `${objects.named(key)} was overwritten`, log }];
    // The chain tells of those in between.
    if (number <= newest) return [];
    return [{ verdict: 'TRUNCATED', message: `${objects.named(key)} was removed: the bucket had more`, log }];
  });
}
