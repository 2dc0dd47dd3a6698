/** What a worker knows of itself: the numbers behind `/metrics`, `/ready` and the list of workers. */
import { monitorEventLoopDelay, type ELDHistogram } from 'node:perf_hooks';
import type { DurationSummary } from './durations.ts';
import type { LiveSessions, SessionTotals } from './postgres/live-sessions.ts';
import type { Recording } from './recording.ts';
import type { RemoteStatus } from './remoting.ts';

/** Counters since the worker started, and gauges; bytes and seconds. */
export interface WorkerReport extends SessionTotals {
  readonly worker: number;
  readonly pid: number;
  readonly live: number;
  /** Connections that came to no session, by the reason's code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Why nothing can be recorded any more; null when it can. */
  readonly failure: { readonly code: string; readonly message: string } | null;
  /** Whether a new session could be recorded. */
  readonly takesSessions: boolean;
  readonly spool: {
    /** What counts against the limit. */
    readonly held: number;
    readonly limit: number;
    readonly unshippedBytes: number;
    readonly unshippedEvents: number;
  };
  readonly lag: number;
  /** How far the remote store is, and how many recorded events it lacks; null where there is none. */
  readonly remote: (RemoteStatus & { readonly lacks: number }) | null;
  readonly syncs: DurationSummary;
  readonly rss: number;
  readonly cpu: { readonly user: number; readonly system: number };
  readonly loopDelay: { readonly p50: number; readonly p99: number };
}

/** The event loop's delay is sampled this often, ms: fine enough for what agents feel, and no load. */
const LOOP_RESOLUTION_MS = 20;

/** Its quantiles are of at most this long, ms: what was slow an hour ago is no news. */
const LOOP_WINDOW_MS = 60_000;

export class WorkerGauges {
  readonly #refused = new Map<string, number>();
  readonly #loop: ELDHistogram = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });

  #since = performance.now();

  constructor() {
    this.#loop.enable();
  }

  refused(reason: string, count = 1): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + count);
  }

  report(worker: number, live: LiveSessions, recording: Recording): WorkerReport {
    const { user, system } = process.cpuUsage();
    const { failure, takesSessions } = recording.recorder;
    const remote = recording.remote();
    const report = {
      ...live.totals(),
      worker,
      pid: process.pid,
      live: live.size,
      refused: Object.fromEntries(this.#refused),
      failure: failure === null ? null : { code: failure.code, message: failure.message },
      takesSessions,
      spool: recording.depth(),
      lag: recording.lag(),
      remote: remote && { ...remote, lacks: Math.max(0, recording.recorder.events - remote.events) },
      syncs: recording.syncs.summary(),
      rss: process.memoryUsage.rss(),
      cpu: { user: user / 1e6, system: system / 1e6 },
      loopDelay: { p50: this.#delay(50), p99: this.#delay(99) },
    };
    if (performance.now() - this.#since < LOOP_WINDOW_MS) return report;
    this.#loop.reset();
    this.#since = performance.now();
    return report;
  }

  close(): void {
    this.#loop.disable();
  }

  /** Beyond the timer's own period; 0 before the first sample. */
  #delay(percent: number): number {
    if (this.#loop.count === 0) return 0;
    return Math.max(0, this.#loop.percentile(percent) / 1e9 - LOOP_RESOLUTION_MS / 1000);
  }
}
