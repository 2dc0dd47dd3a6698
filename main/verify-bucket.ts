/** Verifies an archive in a bucket: all of it is fetched, and the bucket itself judged by its manifests. */
import { fetchWhole } from '../gateway/archive/bucket/fetch-whole.ts';
import type { Place } from '../gateway/archive/bucket/place.ts';
import type { Report, VerifyRequest } from '../gateway/archive/sqlite/verify/verify.ts';
import { verdictOf } from '../shared/recording/verdict.ts';
import { bucketOptions } from './bucket.ts';
import { FetchingLine } from './fetching-line.ts';

/**
 * `verify` is asked of the folder that the volumes were fetched to. What is not sealed yet is not in the bucket, and not asked for.
 * With `forget` it is not compared with what was seen of the bucket before. Rejects with ArchiveError.
 */
export async function verifyBucket(
  place: Place,
  request: Omit<VerifyRequest, 'path' | 'sealedAlone'>,
  {
    verify,
    forget,
  }: { readonly verify: (request: VerifyRequest) => Promise<Report>; readonly forget: boolean },
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
