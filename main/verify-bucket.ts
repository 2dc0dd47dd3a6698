/** Verifies an archive in a bucket: volumes that were put whole, what was put as it was recorded, or both. */
import { fetchWhole } from '../gateway/archive/bucket/fetch-whole.ts';
import { parseManifestKey } from '../gateway/archive/bucket/manifest.ts';
import type { Place } from '../gateway/archive/bucket/place.ts';
import type { Report, VerifyRequest } from '../gateway/archive/sqlite/verify/verify.ts';
import type { KeySource } from '../gateway/remote/keys/key-source.ts';
import { S3Store } from '../gateway/remote/s3-store.ts';
import { verifyRemote, type RemoteReport } from '../gateway/remote/verify/verify-remote.ts';
import { verdictOf } from '../shared/recording/verdict.ts';
import { bucketOptions } from './bucket.ts';
import { FetchingLine } from './fetching-line.ts';

type BucketRequest = Omit<VerifyRequest, 'path' | 'sealedAlone'>;

/** What came of it; of what was put as it was recorded also what could not be opened. */
export type BucketReport = Report & Partial<Pick<RemoteReport, 'notOpened'>>;

interface Ways {
  /** What opens what is sealed. */
  readonly keySource: KeySource;
  readonly verify: (request: VerifyRequest) => Promise<Report>;
  /** Whether it is not compared with what was seen of the bucket before. */
  readonly forget: boolean;
}

/** Rejects with ArchiveError where nothing was put there, or the store cannot be asked. */
export async function verifyBucket(place: Place, request: BucketRequest, ways: Ways): Promise<BucketReport> {
  using store = new S3Store(place);
  const keys = await store.keys('');
  const isShipped = keys.some((key) => key.startsWith(SHIPPED)) || (await hasHidden(store));
  if (!isShipped) return verifyVolumes(place, request, ways);
  const shipped = await verifyShipped(store, request, ways);
  if (keys.every((key) => parseManifestKey(key) === null)) return shipped;
  const volumes = await verifyVolumes(place, request, ways);
  const findings = [...shipped.findings, ...volumes.findings];
  const logs = [...shipped.logs, ...volumes.logs];
  const { notOpened } = shipped;
  return { verdict: verdictOf(findings), findings, logs, bytes: shipped.bytes + volumes.bytes, notOpened };
}

/** What stands before all that is put as it was recorded. */
const SHIPPED = 'v1/';

/** Marks may hide all of it. Credentials that may not list versions are told so when these are needed. */
async function hasHidden(store: S3Store): Promise<boolean> {
  const versions = await store.versions(SHIPPED).catch(() => []);
  return versions.length > 0;
}

/** Bundles, by their manifests and versions alone. */
async function verifyShipped(
  store: S3Store,
  { keys, now }: BucketRequest,
  { forget, keySource }: Ways,
): Promise<RemoteReport> {
  const { place } = store;
  const { seen: known } = bucketOptions(place, keys, () => {});
  const seen = forget ? known.forgetting() : known;
  const line = new FetchingLine();
  const report = await verifyRemote({
    store,
    keys,
    now: now / 1000,
    keySource,
    seen: (log) => seen.get(place, SHIPPED + log),
    onBundle: (volume, of) => line.show({ volume, of, bytes: 0, total: 0 }),
  }).finally(() => line.show(null));
  if (REMEMBERED.has(report.verdict))
    for (const [log, manifest] of report.seen) seen.remember(place, SHIPPED + log, manifest);
  return report;
}

/** With these the chain of manifests is whole. */
const REMEMBERED: ReadonlySet<string> = new Set([
  'VERIFIED',
  'VERIFIED_WITH_REDACTIONS',
  'INCOMPLETE',
  'EXTRA',
  'LOCK_EXPIRED',
]);

/**
 * `verify` is asked of the folder that the volumes were fetched to. What is not sealed yet is not in the bucket, and not asked for.
 */
async function verifyVolumes(
  place: Place,
  request: BucketRequest,
  { verify, forget }: Ways,
): Promise<Report> {
  const line = new FetchingLine();
  const options = bucketOptions(place, request.keys, (fetching) => line.show(fetching));
  const seen = forget ? { ...options, seen: options.seen.forgetting() } : options;
  await using bucket = await fetchWhole(seen);
  const report = await verify({ ...request, path: bucket.folder, sealedAlone: true });
  const findings = [...bucket.findings, ...report.findings];
  if (bucket.findings.length === 0) bucket.remember();
  return { ...report, findings, verdict: verdictOf(findings) };
}
