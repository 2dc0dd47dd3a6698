/** Which volumes of an archive verified before and need not be read again, and what was found of them. */
import type { IntegrityResult } from '../../shared/api/integrity.ts';
import type { Verified } from './verified-archives.ts';
import type { VolumeStat } from './volume-stats.ts';

/** Volumes that are as they were, and what is known of them alone. */
export interface Unchanged {
  readonly names: readonly string[];
  readonly before: IntegrityResult;
}

/**
 * null where all must be read: a volume is gone or is another, or what was found is not of single volumes. A volume that was written
 * anew may be a redaction, of which others tell.
 */
export function unchangedOf(known: Verified | null, now: readonly VolumeStat[]): Unchanged | null {
  if (known === null) return null;
  const sealedThen = known.volumes.filter(({ sealed }) => sealed !== null);
  if (!known.volumes.every(({ name }) => now.some((volume) => volume.name === name))) return null;
  const same = sealedThen.filter((then) =>
    now.some((volume) => JSON.stringify(volume) === JSON.stringify(then)),
  );
  if (same.length < sealedThen.length || same.length === 0) return null;
  const lastOfLogs = new Set(Object.values(Object.groupBy(now, logOf)).map((of) => of?.at(-1)?.name));
  const names = same.map(({ name }) => name).filter((name) => !lastOfLogs.has(name));
  const before = ofVolumes(known.result, names, now);
  return before === null || names.length === 0 ? null : { names, before };
}

/** What of the result is about these volumes; null where some of it is about none, or not all is told. */
function ofVolumes(
  result: IntegrityResult,
  names: readonly string[],
  all: readonly VolumeStat[],
): IntegrityResult | null {
  if (result.found > result.findings.length) return null;
  const placed = result.findings.map((finding) => ({
    finding,
    volume: finding.volume ?? volumeOf(finding, all),
  }));
  if (placed.some(({ volume }) => volume === null)) return null;
  const findings = placed.filter(({ volume }) => names.includes(volume ?? '')).map(({ finding }) => finding);
  const touched = result.touched.filter((session) => names.includes(volumeOf(session, all) ?? ''));
  return { ...result, findings, found: findings.length, touched };
}

/** A volume is called by its log and its first event. */
const NAME = /^([0-9a-f]{32})-(\d+)\.audit$/;

function logOf({ name }: VolumeStat): string {
  return NAME.exec(name)?.[1] ?? name;
}

function volumeOf(
  { log, event }: { readonly log: string | null; readonly event: number | null },
  all: readonly VolumeStat[],
): string | null {
  if (log === null || event === null) return null;
  const found = all.findLast(({ name }) => {
    const [, of, first] = NAME.exec(name) ?? [];
    return of === log && Number(first) <= event;
  });
  return found?.name ?? null;
}
