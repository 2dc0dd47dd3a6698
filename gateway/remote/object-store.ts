/** What is asked of a store of objects, wherever it is. Keys are below the store's prefix; every method rejects with ArchiveError. */
import type { Lock } from '../../shared/remote/manifest.ts';

export interface ObjectStore extends Disposable {
  /** How an object is written where a person reads it. */
  named(key: string): string;
  /** Keys that begin so, in order; with `after` those behind that key alone, with `most` no more than so many of them. */
  keys(beginning: string, after?: string, most?: number): Promise<string[]>;
  /** All of an object. Rejects with NOT_FOUND. */
  get(key: string): Promise<Uint8Array>;
  /** Its bytes `from` up to, without, `to`. Rejects with NOT_FOUND. */
  range(key: string, from: number, to: number): Promise<Uint8Array>;
  /** Puts an object, or puts it again; with `lock` nothing removes this version of it before then. */
  put(key: string, body: Uint8Array, lock: Lock | null): Promise<void>;
  /** Until when the latest version, or the one of an id, is kept; null where nothing keeps it. */
  lockOf(key: string, id?: string): Promise<Lock | null>;
}

/** One version of an object, or the mark that hides all before it. */
export interface ObjectVersion {
  readonly key: string;
  readonly id: string;
  readonly isLatest: boolean;
  readonly isMark: boolean;
  /** Equal for equal bytes, where both were put at once and not in parts. */
  readonly tag: string;
  readonly bytes: number;
  /** When it was put, ms since 1970 by the store's clock. */
  readonly time: number;
}

/** A store out of which things can be taken for good. */
export interface ErasingStore extends ObjectStore {
  /** Rejects with REFUSED, and how to mend it, where the store would keep what is put there. */
  expectErasable(): Promise<void>;
  /** Removes an object with all its versions; nothing where it is not there. Rejects with REFUSED where one is locked. */
  erase(key: string): Promise<void>;
}

/** A store that keeps versions and locks them. */
export interface LockingStore extends ObjectStore {
  /** Rejects with REFUSED, and how to mend it, where the bucket keeps no versions, or with `locks` cannot lock any. */
  expectVersions(locks: boolean): Promise<void>;
  /** All versions under keys that begin so, in the order of keys, the newest first. */
  versions(beginning: string): Promise<ObjectVersion[]>;
  /** All of one version. Rejects with NOT_FOUND. */
  getVersion(key: string, id: string): Promise<Uint8Array>;
}
