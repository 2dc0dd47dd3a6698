/**
 * Puts the archive's sealed volumes into a bucket, in a thread of its own: neither agents nor the shipper ever wait for a store. One
 * that cannot be reached is tried again and again; the volumes are here meanwhile.
 */
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { SigningKeys } from './archive/key-rotation.ts';
import { readPutManifest } from './archive/bucket/put-manifest.ts';
import type { PutFact } from './archive/bucket/put-volumes.ts';
import type { BucketConfig } from './config-archive.ts';
import { entryModule } from './entry-module.ts';
import { say } from './log.ts';

/** What the thread is started with. */
export interface BucketTask {
  /** The archive's folder. */
  readonly archive: string;
  readonly bucket: BucketConfig;
  readonly keys: SigningKeys;
}

/** What the thread is told: to end, leaving what is half done, or what to sign with from now on. */
export type BucketOrder = 'end' | { readonly keys: SigningKeys };

/** What the thread says. */
export type BucketReport =
  { readonly fact: PutFact } | { readonly failed: string } | { readonly restored: true };

export interface Bucketing {
  rekey(keys: SigningKeys): void;
  close(): Promise<void>;
}

/** A thread that died, for want of memory above all, is started again after this long, ms. */
const RESTART_MS = 10_000;

/** How long a thread that is told to end may take, ms; what it leaves half done is done at the next start. */
const END_MS = 3_000;

/** Starts the thread. */
export function startBucketing(task: BucketTask, log: Logger): Bucketing {
  let { keys } = task;
  let again: NodeJS.Timeout | null = null;
  let failed = '';
  const take = (report: BucketReport) => {
    if ('fact' in report) return tell(log, report.fact);
    if ('restored' in report) {
      failed = '';
      return say(log, 'info', 'bucket.restored', 'the bucket takes volumes again');
    }
    // The same thing is told once, however often it is tried.
    if (report.failed !== failed)
      say(log, 'error', 'bucket.failed', `volumes are kept here for now: ${report.failed}`);
    failed = report.failed;
  };
  const start = (): Worker =>
    new Worker(entryModule(import.meta.url, 'bucket-worker'), {
      workerData: { ...task, keys } satisfies BucketTask,
    })
      .on('message', take)
      .on('error', (error) => {
        take({ failed: error.message });
        again = setTimeout(() => (worker = start()), RESTART_MS).unref();
      });
  let worker = start();
  return {
    rekey(changed) {
      keys = changed;
      worker.postMessage({ keys } satisfies BucketOrder);
    },
    async close() {
      if (again !== null) clearTimeout(again);
      const gone = new Promise((resolve) => worker.once('exit', resolve));
      if (worker.threadId === -1) return;
      worker.postMessage('end' satisfies BucketOrder);
      const enough = setTimeout(() => void worker.terminate(), END_MS);
      await gone;
      clearTimeout(enough);
    },
  };
}

/** Whether a sealed volume of the archive, by its path, is not in the bucket yet. */
export function isToBePut(archive: string, file: string): boolean {
  const put = readPutManifest(archive, file.slice(0, LOG_DIGITS));
  return put?.volumes.every(({ name }) => name !== file) ?? true;
}

/** Of a log's id, in the name of a volume's file. */
const LOG_DIGITS = 32;

const TOLD: Readonly<Record<PutFact['what'], string>> = {
  put: 'was put into the bucket',
  removed: 'is in the bucket for longer than it is kept here, and was removed here',
  left: 'was put anew without values that were redacted; the object from before, or versions of it, still have them: remove them by hand',
};

function tell(log: Logger, { what, file, object }: PutFact): void {
  const level = what === 'left' ? 'warn' : 'info';
  say(log, level, `bucket.${what}`, `${file} ${TOLD[what]}`, { file, object });
}
