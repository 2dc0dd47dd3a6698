/** All versions of the objects of a log, and which of them is the one that was put. */
import type { Lock } from '../../../shared/remote/manifest.ts';
import { ArchiveError } from '../../archive/archive.ts';
import type { Findings, Place } from '../../archive/sqlite/verify/findings.ts';
import type { LockingStore, ObjectVersion } from '../object-store.ts';

/** Versions of one key that are looked into: whoever may write there could put any number. */
const MOST_VERSIONS = 100;

export interface Verifying {
  readonly store: LockingStore;
  readonly findings: Findings;
  /** ms since 1970. */
  readonly now: number;
}

/** A version's bytes, where it could be had. */
export interface Read {
  readonly version: ObjectVersion;
  readonly bytes: Uint8Array;
}

export class Versions {
  readonly #verifying: Verifying;
  readonly #byKey: ReadonlyMap<string, readonly ObjectVersion[]>;

  private constructor(verifying: Verifying, all: readonly ObjectVersion[]) {
    this.#verifying = verifying;
    this.#byKey = Map.groupBy(all, ({ key }) => key);
  }

  /** Those under keys that begin so. Rejects with ArchiveError. */
  static async of(verifying: Verifying, beginning: string): Promise<Versions> {
    return new Versions(verifying, await verifying.store.versions(beginning));
  }

  /** Every key that ever was, in order. */
  keys(): string[] {
    return [...this.#byKey.keys()].toSorted();
  }

  /** When the newest version of a key was put, ms since 1970. */
  timeOf(key: string): number {
    return Math.max(0, ...(this.#byKey.get(key) ?? []).map(({ time }) => time));
  }

  /** Whether a mark hides the key: who asks for it plainly is told that it is not there. */
  isHidden(key: string): boolean {
    return this.#byKey.get(key)?.some(({ isLatest, isMark }) => isLatest && isMark) ?? true;
  }

  /** The different contents that a key ever had, the newest first. */
  async *contents(key: string): AsyncGenerator<Read> {
    const seen = new Set<string>();
    for (const version of (this.#byKey.get(key) ?? []).slice(0, MOST_VERSIONS)) {
      if (version.isMark || seen.has(version.tag)) continue;
      seen.add(version.tag);
      const bytes = await this.#verifying.store.getVersion(key, version.id).catch((error: unknown) => {
        if (error instanceof ArchiveError && error.code === 'NOT_FOUND') return null;
        throw error;
      });
      if (bytes !== null) yield { version, bytes };
    }
  }

  /** Finds out whether what was put, the version `good`, is what a plain reader gets, and is kept as long as was said. */
  async judge(key: string, good: ObjectVersion, lock: Lock | null, place: Place): Promise<void> {
    const { findings, store, now } = this.#verifying;
    const name = store.named(key);
    if (this.isHidden(key))
      findings.add(
        'MISSING',
        `${name} was removed: a mark hides it, and version ${good.id} is still what was put`,
        place,
      );
    else if (this.#latestTag(key) !== good.tag)
      findings.add('REPLACED', `${name} was overwritten: version ${good.id} is still what was put`, place);
    if (lock === null) return;
    const until = new Date(lock.until).toISOString();
    const kept = await this.#bestLock(key, good.tag);
    if (lock.until <= now)
      findings.add('LOCK_EXPIRED', `${name} was locked until ${until}, and may be removed since`, place);
    else if (kept < lock.until)
      findings.add(
        'LOCK_EXPIRED',
        `${name} was to be locked until ${until}, and is not: somebody lifted the lock`,
        place,
      );
  }

  #latestTag(key: string): string | undefined {
    return this.#byKey.get(key)?.find(({ isLatest }) => isLatest)?.tag;
  }

  /** A put that was tried again left several versions of the same: the longest lock counts. */
  async #bestLock(key: string, tag: string): Promise<number> {
    let best = 0;
    for (const version of this.#byKey.get(key) ?? [])
      if (version.tag === tag && !version.isMark)
        best = Math.max(best, (await this.#verifying.store.lockOf(key, version.id))?.until ?? 0);
    return best;
  }
}
