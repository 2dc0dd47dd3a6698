/** Reads the newest manifest of every log in a bucket, and says what of them does not hold. */
import { originOf } from '../../../shared/recording/checkpoint.ts';
import type { Finding } from '../../../shared/recording/verdict.ts';
import { ArchiveError } from '../archive.ts';
import { LogKeys } from '../sqlite/verify/log-keys.ts';
import { digestOfNote, manifestKey, parseManifest, parseManifestKey, type ReadManifest } from './manifest.ts';
import type { Objects } from './objects.ts';
import { printPlace } from './place.ts';
import type { SeenManifest } from './seen-manifests.ts';

/** What stands before all that is put bundle by bundle. */
const SHIPPED = 'v1/';

/** What a bucket says of a log. */
export interface LogManifest extends ReadManifest {
  /** Hex. */
  readonly log: string;
  /** SHA-256 of the note, base64. */
  readonly digest: string;
}

export interface ManifestOptions {
  /** Trusted keys, 32 bytes each. */
  readonly keys: readonly Uint8Array[];
  /** What was seen of a log (hex) before. */
  readonly seen: (log: string) => SeenManifest | null;
  /** Whether the chain is followed to the first manifest: else to the one that was seen before, or to the one before. */
  readonly whole: boolean;
}

export interface ReadManifests {
  readonly logs: readonly LogManifest[];
  readonly findings: readonly Finding[];
}

/** Rejects with {@link ArchiveError}, NOT_AN_ARCHIVE where no manifest is there. */
export async function readManifests(objects: Objects, options: ManifestOptions): Promise<ReadManifests> {
  const newest = new Map<string, number>();
  const keys = await objects.keys('');
  for (const key of keys) {
    const named = parseManifestKey(key);
    if (named !== null) newest.set(named.log, Math.max(named.number, newest.get(named.log) ?? 0));
  }
  if (newest.size === 0 && keys.some((key) => key.startsWith(SHIPPED)))
    throw new ArchiveError(
      'NOT_AN_ARCHIVE',
      `${printPlace(objects.place)} holds what gateways put as they recorded it (archive.remote), and no volumes: verify reads it as it is, lists are read through an index (docs/remote.md)`,
    );
  if (newest.size === 0)
    throw new ArchiveError(
      'NOT_AN_ARCHIVE',
      `${printPlace(objects.place)} is not an archive: it holds no manifest of a gateway; check the prefix`,
    );
  const logs: LogManifest[] = [];
  const findings: Finding[] = [];
  for (const [log, number] of newest) {
    const read = await readLog(objects, log, number);
    if (read === null) {
      const message = `${objects.named(manifestKey(log, number))} is no manifest of this log`;
      findings.push({ verdict: 'CORRUPT', message, log });
      continue;
    }
    logs.push(read);
    findings.push(...signatureFindings(read, options.keys), ...(await chainFindings(objects, read, options)));
  }
  return { logs, findings };
}

async function readLog(objects: Objects, log: string, number: number): Promise<LogManifest | null> {
  const text = Buffer.from(await objects.get(manifestKey(log, number))).toString('utf8');
  const read = parseManifest(Buffer.from(log, 'hex'), text);
  if (read?.number !== number) return null;
  const own = read.volumes.every(({ name }) => name.startsWith(`${log}-`));
  return own ? { ...read, log, digest: digestOfNote(text) } : null;
}

function signatureFindings({ log, note }: LogManifest, keys: readonly Uint8Array[]): Finding[] {
  const { bad, trusted } = new LogKeys(originOf(Buffer.from(log, 'hex')), keys).signed(note);
  if (bad) return [{ verdict: 'CORRUPT', message: 'the manifest is not what was signed', log }];
  if (trusted) return [];
  return [
    { verdict: 'UNKNOWN_KEY', message: 'the manifest is signed with no key that is trusted here', log },
  ];
}

/** Follows the manifest back, each to the one before that it names. */
async function chainFindings(
  objects: Objects,
  newest: LogManifest,
  { seen: seenOf, whole }: ManifestOptions,
): Promise<Finding[]> {
  const { log } = newest;
  const seen = seenOf(log);
  if (seen !== null && seen.number > newest.number) {
    const message = `manifest ${seen.number} was seen here before, and the newest now is ${newest.number}: the bucket was put back, or manifests were removed`;
    return [{ verdict: 'TRUNCATED', message, log }];
  }
  const known = (number: number, digest: string): Finding[] | null => {
    if (number !== seen?.number) return null;
    const message = `manifest ${number} is another than the one seen here before`;
    return digest === seen.digest ? [] : [{ verdict: 'FORKED', message, log }];
  };
  let at: Pick<LogManifest, 'number' | 'previous'> = newest;
  const first = known(newest.number, newest.digest);
  if (first !== null && (first.length > 0 || !whole)) return first;
  const last = whole ? 0 : Math.max(0, seen?.number ?? newest.number - 1);
  while (at.number > last) {
    const before = await readEarlier(objects, log, at.number - 1);
    if (before === null) {
      const message = `manifest ${at.number - 1} is missing, and manifest ${at.number} names it`;
      return [{ verdict: 'TRUNCATED', message, log }];
    }
    if (before.digest !== at.previous) {
      const message = `manifest ${at.number - 1} is another than the one that manifest ${at.number} names`;
      return [{ verdict: 'FORKED', message, log }];
    }
    const forked = known(before.number, before.digest);
    if (forked !== null && forked.length > 0) return forked;
    at = before;
  }
  return [];
}

async function readEarlier(objects: Objects, log: string, number: number): Promise<LogManifest | null> {
  try {
    return await readLog(objects, log, number);
  } catch (error) {
    if (error instanceof ArchiveError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
