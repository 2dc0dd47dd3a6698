/**
 * Takes values out of the record while it is written. The volume that holds them is ended first; what goes is told in the log, on
 * disk, then the volumes are written anew in a thread of their own, and the spool is freed of the events. What is under way is kept
 * in a file, so that a crash leaves nothing half done for longer than until the next start.
 */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { ArchiveError, type ArchiveErrorCode } from './archive/archive.ts';
import {
  type LoggedRedaction,
  RedactionError,
  type RedactionErrorCode,
  type RedactionPlan,
  type RedactionSelection,
  redactionsOf,
} from './archive/redaction.ts';
import { SEAL_SUFFIX } from './archive/sqlite/verify/seal.ts';
import type { RedactionRequest, RedactionResult } from './control-schema.ts';
import { entryModule } from './entry-module.ts';
import { say } from './log.ts';
import type { KeyDestroying } from './key-destroying.ts';
import { PendingRedactions } from './pending-redactions.ts';
import type { Recording } from './recording.ts';
import type { RedactionReport, RedactionTask } from './redaction-worker.ts';

/** A redaction as a worker is asked for it. */
export interface RedactCall {
  readonly request: RedactionRequest;
  /** Logs (hex) that are written now, by any worker. */
  readonly open: readonly string[];
  /** Whether this worker looks after logs that are closed, too. */
  readonly closed: boolean;
}

export interface RedactingOptions {
  /** The archive's folder. */
  readonly archive: string;
  readonly spoolDir: string;
  readonly recording: Pick<
    Recording,
    'recorder' | 'keys' | 'head' | 'ask' | 'shipped' | 'roll' | 'forget' | 'remote'
  >;
  /** Takes back what the remote store holds. */
  readonly keys: KeyDestroying;
  readonly log: Logger;
}

/** How long the archive, a reader in a volume, or the spool is waited for, ms. */
const PATIENCE_MS = 60_000;
const STEP_MS = 50;

export class Redacting {
  readonly #options: RedactingOptions;
  readonly #log: string;
  readonly #pending: PendingRedactions;
  readonly #threads = new Set<Worker>();
  #latest: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** Rejects when it is closed. */
  readonly #closing = Promise.withResolvers<never>();

  constructor(options: RedactingOptions) {
    this.#options = options;
    this.#log = Buffer.from(options.recording.recorder.log).toString('hex');
    this.#pending = new PendingRedactions(options.spoolDir);
    this.#closing.promise.catch(() => {});
  }

  /** Finds what a selection means, and takes it out if that is asked. One at a time. Rejects with RedactionError or ArchiveError. */
  redact(call: RedactCall): Promise<RedactionResult> {
    return this.#oneAtATime(() => this.#redact(call));
  }

  /** Goes on with what a crash interrupted; resolves when it is done, or cannot be done now. */
  async resume(): Promise<void> {
    const redactions = this.#pending.read();
    if (redactions.length === 0) return;
    await this.#oneAtATime(() => this.#finish(redactions, [this.#log])).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      const message = `values that were to be taken out are still there, and go at the next start: ${why}`;
      if (!this.#closed) say(this.#options.log, 'error', 'redaction.failed', message);
    });
  }

  /** Ends what is under way; the next start goes on with it. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#closing.reject(
      new ArchiveError('BUSY', 'the gateway is ending: what is under way goes on at its next start'),
    );
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
    await this.#latest;
  }

  #oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#latest.then(work);
    this.#latest = done.catch(() => {});
    return done;
  }

  async #redact({ request, open, closed }: RedactCall): Promise<RedactionResult> {
    const { recording, log, keys } = this.#options;
    const { by, reason, apply, remote: wanted, ...find } = request;
    const { events } = await recording.head();
    await this.#whileOpen(recording.shipped(events, PATIENCE_MS));
    const found = await this.#thread({ find, log: this.#log, closed, open });
    const { targets, within, ...plan } = 'plan' in found ? found.plan : NOTHING;
    const result = { ...plan, elsewhere: [...plan.elsewhere], payloads: targets.length };
    const isDestroyed = keys.isOn && (wanted ?? (isWhole(find) ? 'destroy' : 'keep')) === 'destroy';
    const isThere = keys.isOn || recording.remote() !== null;
    const left = isThere && !isDestroyed ? within.length : 0;
    const remote = { destroyed: isDestroyed ? within.length : 0, left, keys: keys.isOn };
    if (!apply || targets.length === 0) return { ...result, redacted: false, remote };
    const redactions = redactionsOf(targets, { by, reason, time: Date.now() * 1000 });
    if (isDestroyed) keys.intend(within, { by, reason });
    await this.#finish(this.#pending.add(redactions), open);
    const about = { by, reason, payloads: targets.length, sessions: plan.sessions };
    say(log, 'warn', 'redaction.done', 'values were taken out of the record', about);
    if (isDestroyed) await keys.resume();
    else if (left > 0)
      say(
        log,
        'warn',
        'remote.left',
        'bundles in the remote store still hold these values; auditorium keys destroy takes back all values of a session',
        about,
      );
    return { ...result, redacted: true, remote };
  }

  /** May be done again after a crash at any point. */
  async #finish(redactions: readonly LoggedRedaction[], open: readonly string[]): Promise<void> {
    const { recording } = this.#options;
    const own = redactions.filter(({ log }) => log === this.#log);
    const last = own.reduce((latest, { index }) => Math.max(latest, index), -1);
    if (own.length > 0) await this.#endVolume(last);
    for (const { log, index, field, length, by, reason, remainder } of redactions) {
      const fields = { log: Buffer.from(log, 'hex'), event: index, field, length, by, reason, remainder };
      if (!recording.recorder.record('redacted', fields)) throw recordingFailed();
    }
    await recording.head(); // nothing goes before the disk has the events that say so
    if (own.length > 0) await recording.ask('redact', own);
    await this.#rewrite(redactions, open);
    if (own.length > 0) await this.#whileOpen(recording.forget(last, PATIENCE_MS));
    this.#pending.clear();
  }

  /** A volume that is being read, or that a crash left without its seal, is waited for. */
  async #rewrite(redactions: readonly LoggedRedaction[], open: readonly string[]): Promise<void> {
    const enough = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return void (await this.#thread({ redact: redactions, open }));
      } catch (error) {
        if (!(error instanceof ArchiveError) || error.code !== 'BUSY' || performance.now() > enough)
          throw error;
      }
      await this.#whileOpen(pause(STEP_MS * 10));
    }
  }

  /** Resolves once the volume that holds the event has ended and is sealed. */
  async #endVolume(index: number): Promise<void> {
    const { recording } = this.#options;
    const enough = performance.now() + PATIENCE_MS;
    let ended: string | null = null;
    for (;;) {
      const current = await recording.ask('current', null);
      if (current !== null && current.first <= index) {
        ended = current.path;
        recording.roll(current);
      } else if (ended === null || existsSync(ended + SEAL_SUFFIX)) return;
      if (performance.now() > enough)
        throw new ArchiveError(
          'BUSY',
          'the volume cannot be ended: the archive is behind, or it is being read',
        );
      await this.#whileOpen(pause(STEP_MS));
    }
  }

  #whileOpen<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#closing.promise]);
  }

  async #thread(
    task: DistributiveOmit<RedactionTask, 'archive' | 'keys'>,
  ): Promise<Exclude<RedactionReport, { readonly failed: string }>> {
    const { archive, recording } = this.#options;
    const workerData: RedactionTask = { ...task, archive, keys: recording.keys };
    const thread = new Worker(entryModule(import.meta.url, 'redaction-worker'), { workerData });
    this.#threads.add(thread);
    try {
      const report = await new Promise<RedactionReport>((resolve, reject) => {
        thread.once('message', resolve).once('error', reject);
        thread.once('exit', () => reject(new Error('the redaction was interrupted')));
      });
      if ('failed' in report) throw errorOf(report);
      return report;
    } finally {
      this.#threads.delete(thread);
    }
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Whether all of sessions is meant. */
function isWhole({ session, event, field, filter, value }: RedactionSelection): boolean {
  return session !== null && event === null && field === null && filter === null && value === null;
}

const NOTHING: RedactionPlan = { targets: [], kinds: {}, sessions: 0, within: [], gone: 0, elsewhere: [] };

function recordingFailed(): Error {
  return new ArchiveError('BUSY', 'nothing can be recorded at present, so nothing is taken out');
}

function errorOf({ failed, code }: Extract<RedactionReport, { readonly failed: string }>): Error {
  if (code === null) return new Error(failed);
  return isOfArchive(code) ? new ArchiveError(code, failed) : new RedactionError(code, failed);
}

const OF_REDACTION: readonly string[] = [
  'BAD_USAGE',
  'BAD_FILTER',
  'EVENT_NOT_FOUND',
  'REDACTION_TOO_LARGE',
  'LOG_OPEN',
  'KEY_OF_OTHERS',
] satisfies RedactionErrorCode[];

function isOfArchive(code: ArchiveErrorCode | RedactionErrorCode): code is ArchiveErrorCode {
  return !OF_REDACTION.includes(code);
}
