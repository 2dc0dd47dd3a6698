/**
 * Segments of bundles on this machine, as they lie in the store (sealed where they are sealed): fetched by range, held against their
 * hash whenever they are read, those used longest ago gone first. What was asked for last is fetched first, so that a jump is not
 * behind what nobody looks at any more.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError } from '../archive/archive.ts';
import type { ObjectStore } from './object-store.ts';

/** Where a segment lies, and what it must be. */
export interface SegmentFrames {
  /** Of the bundle. */
  readonly key: string;
  readonly from: number;
  readonly to: number;
  /** Of its frames, base64. */
  readonly sha256: string;
}

export interface SegmentCacheOptions {
  readonly folder: string;
  /** Bytes that are kept. */
  readonly limit: number;
}

/** Requests at once: what is looked at now, and a few ahead of it. */
const AT_ONCE = 4;

/** When room is made, this much of the limit stays. */
const AFTER_ROOM = 0.9;

interface Job {
  readonly frames: SegmentFrames;
  /** Nobody waits for it yet. */
  isAhead: boolean;
  readonly start: () => void;
  readonly done: Promise<Uint8Array>;
  readonly drop: () => void;
}

export class SegmentCache {
  readonly #store: ObjectStore;
  readonly #options: SegmentCacheOptions;
  /** By hash, in the order in which they were asked for. */
  readonly #jobs = new Map<string, Job>();
  #running = 0;
  #away: string | null = null;
  /** Bytes that lie there; null: not counted yet. */
  #bytes: Promise<number> | null = null;

  constructor(store: ObjectStore, options: SegmentCacheOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Why the store could not be asked the last time; null: it could. */
  get away(): string | null {
    return this.#away;
  }

  /** The frames of a segment. Rejects with ArchiveError, DAMAGED where the store has others. */
  async frames(wanted: SegmentFrames): Promise<Uint8Array> {
    const kept = await this.#kept(wanted);
    if (kept !== null) return kept;
    return this.#ask(wanted, false);
  }

  /** Has these fetched that are not here, behind what is waited for, and in the place of what was to come ahead before. */
  async ahead(segments: readonly SegmentFrames[]): Promise<void> {
    for (const [hash, job] of this.#jobs)
      if (job.isAhead && segments.every(({ sha256 }) => sha256 !== hash)) job.drop();
    for (const wanted of segments)
      if (!(await this.#has(wanted))) this.#ask(wanted, true).catch(() => undefined);
  }

  /** Whether all of these are here, none, or some. */
  async holds(segments: readonly SegmentFrames[]): Promise<'all' | 'some' | 'none'> {
    let here = 0;
    for (const wanted of segments) if (await this.#has(wanted)) here++;
    return here === segments.length ? 'all' : here > 0 ? 'some' : 'none';
  }

  #ask(frames: SegmentFrames, isAhead: boolean): Promise<Uint8Array> {
    const known = this.#jobs.get(frames.sha256);
    if (known !== undefined) {
      known.isAhead &&= isAhead;
      return known.done;
    }
    const { promise: done, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const hash = frames.sha256;
    let isStarted = false;
    const job: Job = {
      frames,
      isAhead,
      done,
      start: () => {
        if (isStarted) return;
        isStarted = true;
        this.#running++;
        this.#fetch(frames)
          .then(resolve, reject)
          .finally(() => {
            this.#running--;
            this.#jobs.delete(hash);
            this.#next();
          });
      },
      drop: () => {
        if (isStarted) return;
        isStarted = true;
        this.#jobs.delete(hash);
        reject(new ArchiveError('BUSY', 'nobody waits for it any more'));
      },
    };
    // Who waits is told; what was only to come ahead fails in silence.
    done.catch(() => undefined);
    this.#jobs.set(hash, job);
    this.#next();
    return done;
  }

  /** Starts what was asked for last among what is waited for, then what is to come ahead, the nearest first. */
  #next(): void {
    while (this.#running < AT_ONCE) {
      const before = this.#running;
      const waiting = [...this.#jobs.values()];
      for (const job of [...waiting.filter(({ isAhead }) => !isAhead).toReversed(), ...waiting]) {
        job.start();
        if (this.#running > before) break;
      }
      if (this.#running === before) return;
    }
  }

  async #fetch(frames: SegmentFrames): Promise<Uint8Array> {
    const { key, from, to, sha256 } = frames;
    const bytes = await this.#asked(key, from, to);
    if (bytes.length < to - from)
      throw new ArchiveError(
        'UNREACHABLE',
        `${this.#store.named(key)} was cut short: ${bytes.length} of ${to - from} bytes from ${from} came; try again`,
      );
    if (digestOf(bytes) !== sha256)
      throw new ArchiveError(
        'DAMAGED',
        `${this.#store.named(key)} holds other bytes from ${from} to ${to} than were put; keep it as evidence`,
      );
    await this.#keep(frames, bytes).catch(() => undefined); // a full disk keeps nobody from reading
    return bytes;
  }

  async #asked(key: string, from: number, to: number): Promise<Uint8Array> {
    try {
      const bytes = await this.#store.range(key, from, to);
      this.#away = null;
      return bytes;
    } catch (error) {
      if (error instanceof ArchiveError && error.code === 'UNREACHABLE') this.#away = error.message;
      throw error;
    }
  }

  /** What lies here; a file that is not what it should be is thrown away. */
  async #kept(frames: SegmentFrames): Promise<Uint8Array | null> {
    const path = this.#path(frames);
    const bytes = await readFile(path).catch(() => null);
    if (bytes === null) return null;
    if (digestOf(bytes) !== frames.sha256) {
      await rm(path, { force: true });
      return null;
    }
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return bytes;
  }

  async #has(frames: SegmentFrames): Promise<boolean> {
    const found = await stat(this.#path(frames)).catch(() => null);
    return found?.size === frames.to - frames.from;
  }

  async #keep(frames: SegmentFrames, bytes: Uint8Array): Promise<void> {
    const path = this.#path(frames);
    const total = await (this.#bytes ??= this.#count());
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    const written = `${path}.${randomUUID()}`;
    await writeFile(written, bytes, { mode: 0o600 });
    await rename(written, path);
    this.#bytes = Promise.resolve(total + bytes.length);
    if (total + bytes.length > this.#options.limit) await this.#makeRoom();
  }

  async #makeRoom(): Promise<void> {
    const files = await this.#files();
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of files.toSorted((a, b) => a.used - b.used)) {
      if (total <= this.#options.limit * AFTER_ROOM) break;
      await rm(path, { force: true });
      total -= bytes;
    }
    this.#bytes = Promise.resolve(total);
  }

  async #count(): Promise<number> {
    return (await this.#files()).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async #files(): Promise<{ readonly path: string; readonly bytes: number; readonly used: number }[]> {
    const names = await readdir(this.#options.folder).catch(() => []);
    const files = names.map(async (name) => {
      const path = join(this.#options.folder, name);
      const found = await stat(path).catch(() => null);
      return { path, bytes: found?.size ?? 0, used: found?.mtimeMs ?? 0 };
    });
    return Promise.all(files);
  }

  #path({ sha256 }: SegmentFrames): string {
    return join(this.#options.folder, Buffer.from(sha256, 'base64').toString('hex'));
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
