/**
 * Verifies the open archive in the background and keeps what came of it: once nobody has asked for anything for a while, then again
 * when it has grown. What is large is read only when somebody asks.
 */
import type { ReportApart } from '../../gateway/verifying.ts';
import type { Progress } from '../../gateway/archive/sqlite/verify/verify.ts';
import type { Integrity, IntegrityResult } from '../../shared/api/integrity.ts';
import { toldResult } from './told-result.ts';
import { unchangedOf } from './unchanged.ts';
import type { VerifiedArchives } from './verified-archives.ts';
import { sameStats, volumeStats, type VolumeStat } from './volume-stats.ts';

/** How a verification is asked for. */
export interface Verifying {
  readonly unchanged: readonly string[];
  /** Whether lists are compared with the events, which takes several times as long. */
  readonly projections: boolean;
  readonly background: boolean;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

export interface IntegrityOptions {
  /** A volume or a folder of volumes, recorded here. */
  readonly archive: string;
  /** Trusted public keys, hex. */
  readonly keys: readonly string[];
  readonly verify: (how: Verifying) => Promise<ReportApart>;
  readonly verified: VerifiedArchives;
  /** How many events it has. */
  readonly events: () => Promise<number>;
  /** Told of every change. */
  readonly tell: (integrity: Integrity) => void;
  /** ms since 1970. */
  readonly now: () => number;
  /** Calls back after so many ms, until the function it returns is called. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** Nobody asked for anything for so long, ms: the first pages of a window are there. */
const IDLE_MS = 3_000;

/** Somebody who never rests has waited this long for it, ms. */
const PATIENCE_MS = 20_000;

/** Between two looks at what grew, ms. */
const LOOK_MS = 15_000;

/** What grows is verified again after so long, ms, and after so many times as long as it took. */
const LEAST_PAUSE_MS = 60_000;
const PAUSE_FOR_WORK = 20;

/** More than this is not read without being asked for, bytes: a minute of a slow disk. */
const MOST_UNASKED = 2e9;

/** Lists of up to so many bytes of volumes are compared without being asked for: some seconds of one processor. */
const MOST_COMPARED = 64e6;

/** Making the lists of an event anew takes as long as hashing about so many bytes. */
const BYTES_FOR_EVENT = 10_000;

export class ArchiveIntegrity {
  readonly #options: IntegrityOptions;
  #state: Integrity;
  /** As they were verified. */
  #volumes: readonly VolumeStat[] = [];
  #asked = Number.NEGATIVE_INFINITY;
  readonly #opened: number;
  #finished = Number.NEGATIVE_INFINITY;
  #took = 0;
  #running: AbortController | null = null;
  #inBackground = false;
  /** Whether somebody asked for more than what runs. */
  #wanted = false;
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(options: IntegrityOptions) {
    this.#options = options;
    const { archive, keys, verified } = options;
    const now = volumeStats(archive);
    const known = verified.read(archive, keys);
    const bytes = now.reduce((sum, volume) => sum + volume.bytes, 0);
    const settled = known !== null && sameStats(known.volumes, now);
    this.#state = {
      state: settled ? 'done' : 'unverified',
      progress: null,
      onRequest: bytes > MOST_UNASKED,
      bytes,
      result: known?.result ?? null,
      problem: null,
    };
    if (settled) this.#volumes = now;
    this.#opened = options.now();
    this.#asked = this.#opened;
    this.#cancel = options.after(IDLE_MS, () => this.#look());
  }

  current(): Integrity {
    return this.#state;
  }

  /** Somebody works with the archive: what nobody waits for can wait. */
  inUse(): void {
    this.#asked = this.#options.now();
  }

  /** Begins to verify all of it, lists included; what runs in the background gives way to that. */
  verify(): Integrity {
    if (this.#running === null) void this.#run({ whole: true, background: false });
    else if (this.#inBackground) {
      this.#wanted = true;
      this.#running.abort();
    }
    return this.#state;
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#running?.abort();
  }

  #look(): void {
    if (this.#closed) return;
    const { now, after } = this.#options;
    const idle = now() - this.#asked >= IDLE_MS;
    const unheard = this.#state.result === null && now() - this.#opened >= PATIENCE_MS;
    if ((idle || unheard) && this.#isDue()) void this.#run({ whole: false, background: true });
    this.#cancel = after(idle ? LOOK_MS : IDLE_MS, () => this.#look());
  }

  #isDue(): boolean {
    if (this.#running !== null || this.#state.onRequest) return false;
    const pause = Math.max(LEAST_PAUSE_MS, PAUSE_FOR_WORK * this.#took);
    if (this.#options.now() - this.#finished < pause) return false;
    return this.#hasChanged();
  }

  /** Files that cannot be looked at have: verifying says why. */
  #hasChanged(): boolean {
    try {
      return !sameStats(volumeStats(this.#options.archive), this.#volumes);
    } catch {
      return true;
    }
  }

  async #run({
    whole,
    background,
  }: {
    readonly whole: boolean;
    readonly background: boolean;
  }): Promise<void> {
    if (this.#running !== null || this.#closed) return;
    const { archive, keys, verify, verified, now } = this.#options;
    const running = new AbortController();
    this.#running = running;
    this.#inBackground = background;
    const began = now();
    this.#tell({ state: 'verifying', progress: { done: 0, total: 0 }, problem: null });
    try {
      const volumes = volumeStats(archive);
      const bytes = volumes.reduce((sum, volume) => sum + volume.bytes, 0);
      const known = whole ? null : unchangedOf(verified.read(archive, keys), volumes);
      const compared = whole || bytes <= MOST_COMPARED;
      const events = compared ? await this.#options.events() : 0;
      const report = await verify({
        unchanged: known?.names ?? [],
        projections: compared,
        background,
        onProgress: (made) => this.#progress(made, compared ? events : 0),
        signal: running.signal,
      });
      if (running.signal.aborted) throw running.signal.reason;
      const before = known?.before ?? null;
      const result = toldResult(report, { compared, at: began * 1_000, before });
      this.#volumes = volumes;
      this.#keep(volumes, result);
      this.#done({ state: 'done', progress: null, bytes, onRequest: bytes > MOST_UNASKED, result }, began);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#done({ state: 'failed', progress: null, problem }, began);
    }
  }

  #done(changed: Partial<Integrity>, began: number): void {
    this.#running = null;
    this.#finished = this.#options.now();
    this.#took = this.#finished - began;
    this.#tell(changed);
    if (!this.#wanted) return;
    this.#wanted = false;
    void this.#run({ whole: true, background: false });
  }

  /** Without a place to keep it, it is verified anew at the next start. */
  #keep(volumes: VolumeStat[], result: IntegrityResult): void {
    const { archive, keys, verified } = this.#options;
    try {
      verified.keep({ archive, keys: [...keys], volumes, result });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#tell({ problem: `what was found cannot be kept for the next start: ${why}` });
    }
  }

  /** `listed`: events of which lists are made anew in all. */
  #progress({ bytes, of = 0, events = 0 }: Progress, listed: number): void {
    const total = of + BYTES_FOR_EVENT * listed;
    this.#tell({ progress: { done: Math.min(total, bytes + BYTES_FOR_EVENT * events), total } });
  }

  #tell(changed: Partial<Integrity>): void {
    if (this.#closed) return;
    this.#state = { ...this.#state, ...changed };
    this.#options.tell(this.#state);
  }
}
