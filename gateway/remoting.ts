/**
 * The gateway's side of what puts its log into a remote store: a worker thread that reads the spool as the archive's shipper does, by
 * itself. Agents never wait for a store; one that is away costs room in the spool, which keeps what the store has not confirmed.
 */
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { ArchiveError, type ArchiveErrorCode } from './archive/archive.ts';
import type { SigningKeys } from './archive/key-rotation.ts';
import type { RemoteConfig } from './config-remote.ts';
import { entryModule } from './entry-module.ts';
import { say } from './log.ts';
import type { Spool } from './recorder/spool.ts';

/** What the thread is started with. */
export interface RemoteTask {
  readonly spoolDir: string;
  /** The archive's folder: it knows the tree of what came before. */
  readonly archive: string;
  /** 16 bytes. */
  readonly log: Uint8Array;
  readonly keys: SigningKeys;
  /** One BigInt64: the position up to which events may be put. */
  readonly end: SharedArrayBuffer;
  /** Whether the recorder makes the spool durable: else the thread does, of what it puts. */
  readonly durable: boolean;
  readonly remote: RemoteConfig;
}

/**
 * What the thread is told: to put all now; that keys of sessions were destroyed; to put all and end; to end at once; or what to sign with
 * from now on.
 */
export type RemoteOrder = 'flush' | 'forget keys' | 'finish' | 'stop' | { readonly keys: SigningKeys };

/** How far the thread is. */
export interface RemoteProgress {
  /** Position in the spool, and index of the next event: the store has all before, under a manifest. */
  readonly position: number;
  readonly events: number;
  /** Manifests that the thread signed, bundles it put, and their bytes, since it was started. */
  readonly manifests: number;
  readonly bundles: number;
  readonly bytes: number;
}

/** What the thread says. */
export type RemoteReport =
  | { readonly progress: RemoteProgress }
  | { readonly failed: string; readonly code: ArchiveErrorCode | null }
  | { readonly restored: true }
  | { readonly warning: string };

/** What is told of it to operators. */
export interface RemoteStatus extends Omit<RemoteProgress, 'position'> {
  /** Why the store takes nothing for now; null while it does. */
  readonly failure: string | null;
}

export interface Remoting {
  /** Resolves once the store answered, or was not there; rejects with ArchiveError where it is not to be used at all. */
  readonly started: Promise<void>;
  /** Position up to which the store has everything. */
  readonly position: number;
  readonly status: RemoteStatus;
  /** Told when more is in the store. */
  onProgress: () => void;
  /** Puts what there is without waiting for its minute. */
  flush(): void;
  rekey(keys: SigningKeys): void;
  /** Keys of sessions were destroyed: nothing is sealed with them any more. */
  forgetKeys(): void;
  /** Puts what the closed spool still holds, or what can be put within so many ms, and ends the thread. */
  finish(within: number): Promise<void>;
}

/** How often the thread is told how far the spool is, ms. */
const PUBLISH_MS = 250;

/** A thread that died, for want of memory above all, is started again after this long, ms. */
const RESTART_MS = 5_000;

/** How long a store may take to refuse, ms: one that is away is no reason for a gateway not to start. */
const START_MS = 5_000;

/** Starts the thread. */
export function startRemoting(spool: Spool, task: Omit<RemoteTask, 'log' | 'end'>, log: Logger): Remoting {
  const end = new SharedArrayBuffer(8);
  const published = new BigInt64Array(end);
  const publish = () => Atomics.store(published, 0, BigInt(task.durable ? spool.durable : spool.written));
  const timer = setInterval(publish, PUBLISH_MS);
  publish();
  const { promise: started, resolve: start, reject: refuse } = Promise.withResolvers<void>();
  started.catch(() => {}); // whoever starts a gateway awaits it; later failures are told in the log alone
  setTimeout(start, START_MS).unref();
  let { keys } = task;
  let progress: RemoteProgress = { position: 0, events: 0, manifests: 0, bundles: 0, bytes: 0 };
  let before = progress;
  let failure: string | null = null;
  let again: NodeJS.Timeout | null = null;
  let finishing = false;
  const { promise: gone, resolve: end_ } = Promise.withResolvers<void>();
  const fail = (message: string) => {
    // The same thing is told once, however often it is tried.
    if (message !== failure)
      say(log, 'error', 'remote.failed', `events stay in the spool for now: ${message}`);
    failure = message;
  };
  const take = (report: RemoteReport) => {
    if ('warning' in report) return say(log, 'warn', 'remote.suspicious', report.warning);
    if ('restored' in report) {
      if (failure !== null) say(log, 'info', 'remote.restored', 'the store takes events again');
      failure = null;
      return start();
    }
    if ('failed' in report) {
      fail(report.failed);
      if (report.code === 'REFUSED' || report.code === 'DAMAGED')
        refuse(new ArchiveError(report.code, report.failed));
      return start();
    }
    progress = joined(before, report.progress);
    remoting.onProgress();
  };
  const run = (): Worker => {
    again = null;
    before = { ...progress, position: 0 };
    const workerData: RemoteTask = { ...task, keys, end, log: spool.log };
    return new Worker(entryModule(import.meta.url, 'remote-worker'), { workerData })
      .on('message', take)
      .on('error', (error) => fail(error.message))
      .once('exit', () => {
        if (finishing) end_();
        else again = setTimeout(() => (worker = run()), RESTART_MS).unref();
      });
  };
  let worker = run();
  const remoting: Remoting = {
    started,
    onProgress: () => {},
    get position() {
      return progress.position;
    },
    get status() {
      const { events, manifests, bundles, bytes } = progress;
      return { events, manifests, bundles, bytes, failure };
    },
    flush() {
      publish();
      worker.postMessage('flush' satisfies RemoteOrder);
    },
    rekey(changed) {
      keys = changed;
      worker.postMessage({ keys } satisfies RemoteOrder);
    },
    forgetKeys() {
      worker.postMessage('forget keys' satisfies RemoteOrder);
    },
    async finish(within) {
      finishing = true;
      clearInterval(timer);
      publish();
      if (again !== null) return clearTimeout(again); // what is not put is with the next start
      worker.postMessage('finish' satisfies RemoteOrder);
      const enough = setTimeout(() => worker.postMessage('stop' satisfies RemoteOrder), within);
      const hung = setTimeout(() => void worker.terminate(), within + STOP_MS);
      await gone;
      clearTimeout(enough);
      clearTimeout(hung);
    },
  };
  return remoting;
}

/** How long a thread that is told to stop may take, ms: what it leaves half done is done at the next start. */
const STOP_MS = 2_000;

/** A thread that was started anew counts from 0, and reads the spool from its start. */
function joined(before: RemoteProgress, now: RemoteProgress): RemoteProgress {
  return {
    position: Math.max(before.position, now.position),
    events: now.events,
    manifests: before.manifests + now.manifests,
    bundles: before.bundles + now.bundles,
    bytes: before.bytes + now.bytes,
  };
}
