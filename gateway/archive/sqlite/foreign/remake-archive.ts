/**
 * Verifies volumes that somebody sent, in a private copy, and makes from them others that can be shown. Synchronous, for a process
 * of its own that can be killed.
 */
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { verdictOf, type Finding } from '../../../../shared/recording/verdict.ts';
import { ArchiveError, type FactsOf } from '../../archive.ts';
import type { CutSession, ForeignStanding } from '../../../../shared/api/foreign.ts';
import { type LeftOut, type OpeningProgress, standingOf } from '../../foreign/opened.ts';
import { checkVersion, VOLUME_SUFFIX } from '../schema.ts';
import { MOST_FINDINGS } from '../verify/findings.ts';
import { SEAL_SUFFIX } from '../verify/seal.ts';
import { verifyArchive, type VerifyRequest } from '../verify/verify.ts';
import { guarded, openVolumeFile, VolumeError, type VolumeFile } from '../verify/volume-file.ts';
import { type Remade, remakeVolume } from './remake.ts';
import { expectOwnSchema, expectTrees } from './strict-schema.ts';

export interface RemakeRequest extends Pick<VerifyRequest, 'keys' | 'anchors' | 'now'> {
  /** The private copy: a volume, or a folder of volumes. Files that cannot be read are removed from it. */
  readonly source: string;
  /** What it is called in messages. */
  readonly called: string;
  /** An empty folder for the volumes that are made. */
  readonly target: string;
  /** Bytes that events and payloads may unpack to. */
  readonly most: number;
}

/** A volume as far as it can be read. */
interface Listed {
  readonly path: string;
  readonly name: string;
  readonly log: string;
  readonly first: number;
  readonly next: number;
}

/**
 * Throws {@link ArchiveError}: REFUSED for what no writer of ours makes, OLDER_VERSION and NEWER_VERSION, DAMAGED where nothing can be
 * shown.
 */
export function remakeArchive(
  request: RemakeRequest,
  factsOf: FactsOf,
  onProgress: (progress: OpeningProgress) => void,
): ForeignStanding {
  const { source, called, keys, anchors, now, most } = request;
  const lost: Finding[] = [];
  const volumes = pathsOf(source).flatMap((path) => inspect(path, request, lost));
  if (volumes.length === 0) throw nothing(called, lost);
  const report = verifyArchive({ path: source, keys, anchors, now, needSeals: false }, ({ bytes }) => {
    if (bytes > most)
      throw new ArchiveError(
        'REFUSED',
        `${called} is not opened: its events unpack to more than ${most} bytes, which no recording of its size does`,
      );
    onProgress({ stage: 'verifying', done: bytes, of: null });
  });
  const findings = [...lost, ...report.findings];
  const newer = findings.find(({ verdict }) => verdict === 'UNSUPPORTED_VERSION');
  if (newer !== undefined)
    throw new ArchiveError('NEWER_VERSION', `${called} holds events of another version (${newer.message})`);
  const leftOut = remakeAll(request, volumes, findings, factsOf, onProgress);
  return standingOf({ verdict: verdictOf(findings), findings, logs: report.logs }, 'volumes', leftOut);
}

function pathsOf(source: string): readonly string[] {
  if (source.endsWith(VOLUME_SUFFIX)) return [source];
  return readdirSync(source)
    .filter((name) => name.endsWith(VOLUME_SUFFIX))
    .map((name) => join(source, name));
}

/** Looks at how the file is laid out, and at nothing else in it; one of a folder that cannot be read is removed. */
function inspect(path: string, { source, called }: RemakeRequest, lost: Finding[]): Listed[] {
  const name = basename(path);
  try {
    const file = openVolumeFile(path);
    try {
      guarded(() => {
        expectOwnSchema(file.db, name);
        expectTrees(file.db, name);
      });
      const { log, first, next } = file.row;
      return [{ path, name, log: log.toString('hex'), first, next }];
    } finally {
      file.close();
    }
  } catch (error) {
    if (error instanceof VolumeError) expectVersion(path, path === source ? called : name, path === source);
    const isLost =
      error instanceof VolumeError || (error instanceof ArchiveError && error.code === 'DAMAGED');
    if (!isLost) throw error;
    lost.push({ verdict: 'CORRUPT', message: error.message, volume: name });
    rmSync(path);
    return [];
  }
}

/** Throws where another version wrote the file, and where it is the only one and no volume. */
function expectVersion(path: string, called: string, only: boolean): void {
  const db = new Database(path, { readonly: true });
  try {
    checkVersion(db, called);
  } catch (error) {
    if (only || !(error instanceof ArchiveError) || error.code !== 'NOT_AN_ARCHIVE') throw error;
  } finally {
    db.close();
  }
}

/** Makes those of which something verified; returns what was left out. */
function remakeAll(
  { target, called }: RemakeRequest,
  volumes: readonly Listed[],
  findings: readonly Finding[],
  factsOf: FactsOf,
  onProgress: (progress: OpeningProgress) => void,
): LeftOut {
  // Nobody can say any more which events are not what was signed.
  if (findings.length > MOST_FINDINGS) throw nothing(called, findings);
  const of = volumes.reduce((sum, { first, next }) => sum + next - first, 0);
  let [done, leftOut, made] = [0, 0, 0];
  const cut: CutSession[] = [];
  const onEvents = (events: number) => onProgress({ stage: 'listing', done: (done += events), of });
  const sound = chains(volumes.filter(({ name }) => !findings.some((finding) => isOfFile(finding, name))));
  let before: Remade['carried'] = null;
  for (const [i, volume] of sound.entries()) {
    const followed = goesOn(volume, sound[i + 1]);
    if (!goesOn(sound[i - 1], volume)) before = null;
    const to = join(target, volume.name);
    const options = { findings, factsOf, onEvents, before, followed };
    const remade = remakeOne(volume, to, (file) => remakeVolume(file, to, options));
    before = remade.carried;
    leftOut += remade.leftOut;
    cut.push(...remade.cut);
    copySeal(volume, to, findings);
    made++;
  }
  if (made === 0) throw nothing(called, findings);
  for (const volume of volumes) if (!sound.includes(volume)) leftOut += volume.next - volume.first;
  return { events: leftOut, cut };
}

function remakeOne({ path, name }: Listed, to: string, make: (file: VolumeFile) => Remade): Remade {
  const file = openVolumeFile(path);
  try {
    return guarded(() => make(file));
  } catch (cause) {
    if (cause instanceof ArchiveError && cause.code !== 'DAMAGED') throw cause;
    for (const suffix of ['', '-wal', '-shm']) rmSync(to + suffix, { force: true });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ArchiveError('DAMAGED', `${name} is not shown: no lists can be made of its events (${why})`, {
      cause,
    });
  } finally {
    file.close();
  }
}

/** Whether the second begins where the first ends. */
function goesOn(volume: Listed | undefined, next: Listed | undefined): boolean {
  return volume !== undefined && next?.log === volume.log && next.first === volume.next;
}

/** By log and first event; without those whose events another has, which verify.ts does not look into either. */
function chains(volumes: readonly Listed[]): Listed[] {
  const sorted = volumes.toSorted(
    (a, b) => compare(a.log, b.log) || a.first - b.first || compare(a.path, b.path),
  );
  let before: Listed | null = null;
  return sorted.filter((volume) => {
    if (before?.log === volume.log && volume.first < before.next) return false;
    before = volume;
    return true;
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** A finding about a file as a whole names no log: it ended the look at this file, wherever it was. */
function isOfFile({ verdict, volume, log }: Finding, name: string): boolean {
  return verdict === 'CORRUPT' && volume === name && log === undefined;
}

/** A seal is evidence for whoever takes events elsewhere. */
function copySeal({ path, name }: Listed, to: string, findings: readonly Finding[]): void {
  if (!existsSync(path + SEAL_SUFFIX)) return;
  if (findings.some(({ verdict, volume }) => verdict === 'CORRUPT' && volume === name)) return;
  copyFileSync(path + SEAL_SUFFIX, to + SEAL_SUFFIX);
}

function nothing(called: string, findings: readonly Finding[]): ArchiveError {
  const first = findings.find(({ verdict }) => verdict === 'CORRUPT');
  const why = first === undefined ? 'there is no volume' : `${verdictOf(findings)}: ${first.message}`;
  return new ArchiveError('DAMAGED', `nothing of ${called} can be shown (${why}); ask for another copy`);
}
