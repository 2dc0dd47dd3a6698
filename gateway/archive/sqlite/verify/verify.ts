/**
 * Verifies an archive (docs/format.md §11): every event against the tree, every checkpoint, what the logs say of each other.
 * Synchronous and of constant memory, for a process of its own: what it reads may be of whoever, and SQLite cannot be stopped
 * but with its process.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { originOf } from '../../../../shared/recording/checkpoint.ts';
import { verdictOf, type Finding, type Verdict } from '../../../../shared/recording/verdict.ts';
import { ArchiveError } from '../../archive.ts';
import { EXPIRED_SUFFIX, parseExpiry } from '../../expiry-note.ts';
import { VOLUME_SUFFIX } from '../schema.ts';
import type { Anchor } from './anchors.ts';
import { Findings } from './findings.ts';
import { LogKeys } from './log-keys.ts';
import { LogVerifier, type LogResult } from './log-verifier.ts';
import { SEAL_SUFFIX } from './seal.ts';
import { guarded, openVolumeFile, VolumeError, type VolumeFile } from './volume-file.ts';
import { WholeArchive } from './whole-archive.ts';

/** A note with a seal in it, and 64 hashes at most. */
const MAX_TOMBSTONE_BYTES = 64 * 1024;

export interface VerifyRequest {
  /** A volume, or a folder of volumes. */
  readonly path: string;
  /** Trusted keys, 32 bytes each. */
  readonly keys: readonly Uint8Array[];
  /** Checkpoints that somebody else kept, of whichever logs. */
  readonly anchors: readonly Anchor[];
  /** Whether a sealed volume must have its seal. */
  readonly needSeals: boolean;
  /** What comes behind sealed volumes is kept elsewhere, and not asked for. */
  readonly sealedAlone?: boolean;
  /** µs since 1970: what is younger may still be written. */
  readonly now: number;
  /**
   * Names of volumes in the folder that verified before and have not changed: they are held to those around them, and not read
   * again. The last of a log always is.
   */
  readonly unchanged?: readonly string[];
  /** Compares what lists and searches show with the events; without it they are not compared. */
  readonly projectionProblems?: ProjectionProblems;
}

/** Tells in words what projections of a volume, whose events were verified, say otherwise than these; and how many more events it took. */
export type ProjectionProblems = (file: VolumeFile, onEvents: (events: number) => void) => Iterable<string>;

/** How far a verification is. */
export interface Progress {
  /** Looked at so far. */
  readonly bytes: number;
  /** As many as the volumes say they have, who may say anything; of a bundle it is not known before. */
  readonly of?: number;
  /** Events of which the lists were made anew. */
  readonly events?: number;
  readonly volumes: number;
  readonly volumesDone: number;
}

export interface Report {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly logs: readonly LogResult[];
  /** Raw bytes of the events and their payloads. */
  readonly bytes: number;
}

/** One volume of an archive as far as it was opened. */
interface Listed {
  readonly path: string;
  readonly log: Buffer;
  readonly first: number;
  /** That are to be looked at. */
  readonly bytes: number;
}

/** Verifies the archive. Throws {@link ArchiveError} when there is none. */
export function verifyArchive(request: VerifyRequest, onProgress?: (progress: Progress) => void): Report {
  const { paths, folder } = volumePaths(request.path);
  const findings = new Findings();
  const listed = paths.flatMap((path) => list(path, findings));
  const archive = new WholeArchive(findings);
  let [bytes, eventBytes, events, volumesDone] = [0, 0, 0, 0];
  const of = listed.reduce((sum, volume) => sum + volume.bytes, 0);
  const tell = () => onProgress?.({ bytes, of, events, volumes: listed.length, volumesDone });
  const verifiers = [...byLog(listed)].map(([, volumes]) => {
    const log = volumes[0]?.log ?? Buffer.alloc(16);
    const verifier = new LogVerifier({
      log,
      findings,
      archive,
      keys: request.keys,
      anchors: request.anchors.filter(({ checkpoint }) => checkpoint.origin === originOf(log)),
      whole: folder,
      sealedAlone: request.sealedAlone ?? false,
      needSeals: request.needSeals,
      now: request.now,
      onBytes: (more, what) => {
        bytes += more;
        if (what === 'events') eventBytes += more;
        tell();
      },
    });
    return { verifier, volumes };
  });
  const logs = verifiers.map(({ verifier, volumes }) => {
    for (const { path, bytes: own } of volumes) {
      if (path !== volumes.at(-1)?.path && request.unchanged?.includes(basename(path)) === true) {
        attempt(path, findings, () => passVolume(verifier, path));
        bytes += own;
        volumesDone++;
        continue;
      }
      const corrupt = findings.count('CORRUPT');
      attempt(path, findings, () => verifyVolume(verifier, path));
      const { projectionProblems: problems } = request;
      if (findings.count('CORRUPT') === corrupt && problems !== undefined)
        compareProjections(path, findings, (file) =>
          problems(file, (more) => {
            events += more;
            tell();
          }),
        );
      volumesDone++;
      tell();
    }
    return verifier.finish();
  });
  for (const { verifier } of verifiers) verifier.finishRedactions();
  if (folder)
    readTombstones(
      request,
      archive,
      (log) => verifiers.find(({ verifier }) => verifier.log === log)?.verifier,
    );
  const sizes = new Map(logs.map(({ log, next }) => [log, next]));
  archive.finish(sizes, request.sealedAlone === true ? 'sealed' : folder ? 'folder' : 'file', request.now);
  if (folder) lostLogs(request.anchors, listed, archive, findings);
  return { verdict: verdictOf(findings.all()), findings: findings.all(), logs, bytes: eventBytes };
}

function verifyVolume(verifier: LogVerifier, path: string): void {
  const file = openVolumeFile(path);
  try {
    guarded(() => verifier.volume(file));
  } finally {
    file.close();
  }
}

function passVolume(verifier: LogVerifier, path: string): void {
  const file = openVolumeFile(path);
  try {
    verifier.pass(file);
  } finally {
    file.close();
  }
}

/** Where events are not what was signed, there is nothing to compare lists with. */
function compareProjections(
  path: string,
  findings: Findings,
  problems: (file: VolumeFile) => Iterable<string>,
): void {
  attempt(path, findings, () => {
    const file = openVolumeFile(path);
    const place = { log: file.row.log.toString('hex'), volume: file.name };
    try {
      for (const problem of problems(file)) findings.add('INDEX_MISMATCH', problem, place);
    } catch (error) {
      // The events were read whole a moment ago: what fails are tables that are made of them.
      const why = error instanceof Error ? error.message : String(error);
      findings.add('INDEX_MISMATCH', `its lists cannot be compared with its events: ${why}`, place);
    } finally {
      file.close();
    }
  });
}

/** The notes that stand in the place of volumes which were removed by rule; those that no trusted key signed say nothing. */
function readTombstones(
  { path, keys }: VerifyRequest,
  archive: WholeArchive,
  verifierOf: (log: string) => LogVerifier | undefined,
): void {
  for (const name of readdirSync(path).filter((found) => found.endsWith(EXPIRED_SUFFIX))) {
    const file = join(path, name);
    if (statSync(file).size > MAX_TOMBSTONE_BYTES) continue;
    const read = parseExpiry(readFileSync(file, 'utf8'));
    if (read === null) continue;
    const { note, expiry } = read;
    const log = Buffer.from(expiry.log).toString('hex');
    const known = verifierOf(log)?.keys ?? new LogKeys(originOf(expiry.log), keys);
    const { bad, trusted } = known.signed(note);
    if (!bad && trusted) archive.expired(expiry);
  }
}

/** Anchors of logs of which nothing is here. */
function lostLogs(
  anchors: readonly Anchor[],
  listed: readonly Listed[],
  archive: WholeArchive,
  findings: Findings,
): void {
  const here = new Set(listed.map(({ log }) => originOf(log)));
  for (const { checkpoint, from, expected } of anchors) {
    if (!expected || here.has(checkpoint.origin) || checkpoint.size === 0) continue;
    const log = checkpoint.origin.slice(checkpoint.origin.lastIndexOf('/') + 1);
    const gone = archive.expiredUpTo(log);
    if (gone >= checkpoint.size) continue;
    const message = `${from} says that there were ${checkpoint.size} events`;
    findings.add('TRUNCATED', message, { log, event: gone, lastEvent: checkpoint.size - 1 });
  }
}

/** What stands before all that gateways ship to a store (docs/remote.md). */
const STORE = 'v1';

function volumePaths(path: string): { readonly paths: readonly string[]; readonly folder: boolean } {
  if (!existsSync(path))
    throw new ArchiveError('NOT_FOUND', `there is no archive at ${path}; check the path`);
  if (!statSync(path).isDirectory()) return { paths: [path], folder: false };
  const names = readdirSync(path);
  const volumes = names.filter((name) => name.endsWith(VOLUME_SUFFIX)).toSorted();
  if (volumes.length === 0 && names.length > 0)
    throw new ArchiveError(
      'NOT_AN_ARCHIVE',
      existsSync(join(path, STORE))
        ? `${path} is no archive but a copy of a remote store: python3 build/verify.py ${path} verifies it, auditorium verify s3://BUCKET/PREFIX the store itself`
        : `${path} is not an archive: no ${VOLUME_SUFFIX} file is in it; name the archive folder of a gateway`,
    );
  return { paths: volumes.map((name) => join(path, name)), folder: true };
}

function list(path: string, findings: Findings): Listed[] {
  const listed: Listed[] = [];
  attempt(path, findings, () => {
    const file = openVolumeFile(path);
    try {
      listed.push({ path, log: file.row.log, first: file.row.first, bytes: bytesOf(file) });
    } finally {
      file.close();
    }
  });
  return listed;
}

/** Raw bytes of its events, and of its file where that is held to a seal; what cannot be read is no bytes. */
function bytesOf({ db, path }: VolumeFile): number {
  const sealed = existsSync(path + SEAL_SUFFIX) ? statSync(path).size : 0;
  try {
    const raw = db.prepare<[], number>('SELECT total(events_bytes) + total(payloads_bytes) FROM segment');
    return sealed + (raw.pluck().get() ?? 0);
  } catch {
    return sealed; // reading its events tells what is wrong
  }
}

/** What is wrong with a file is a finding; it ends the look at this file alone. */
function attempt(path: string, findings: Findings, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    findings.add(error.code, error.message, { volume: basename(path) });
  }
}

/** The volumes of each log, by first index. */
function byLog(listed: readonly Listed[]): ReadonlyMap<string, readonly Listed[]> {
  const sorted = listed.toSorted((a, b) => a.first - b.first || (a.path < b.path ? -1 : 1));
  return Map.groupBy(sorted, ({ log }) => log.toString('hex'));
}
