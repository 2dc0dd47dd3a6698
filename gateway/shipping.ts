/**
 * The gateway's side of its local shipper: a worker thread that copies the spool into the archive. The thread learns how
 * far it may read from shared memory, and tells how far the archive is, so that the spool frees what it has.
 */
import { Worker } from 'node:worker_threads';
import type { Spool } from './recorder/spool.ts';
import { entryModule } from './entry-module.ts';

/** How often the thread is told how far the spool is: well below what "visible within a second" allows. */
const PUBLISH_MS = 50;

/** What the worker is started with. */
export interface ShipperTask {
  readonly spoolDir: string;
  readonly archive: string;
  /** One BigInt64: the position up to which events may be shipped. */
  readonly end: SharedArrayBuffer;
}

/** What the worker says: how far the archive is, or that it cannot go on. */
export type ShipperReport = { readonly shipped: number } | { readonly failed: string };

export interface Shipping {
  /** Position up to which the archive has everything. */
  readonly shipped: number;
  /** Ships what the closed spool still holds, then ends the thread. */
  finish(): Promise<void>;
}

/**
 * Starts to ship. Only what is on disk is shipped, else an archive could hold events that the log itself lost; in mode
 * `process` what is written is all there is. `onFailure` is told when the archive takes no more: the spool fills up.
 */
export function startShipping(
  spool: Spool,
  task: { readonly spoolDir: string; readonly archive: string; readonly durable: boolean },
  onFailure: (message: string) => void,
): Shipping {
  const end = new SharedArrayBuffer(8);
  const published = new BigInt64Array(end);
  const publish = () => Atomics.store(published, 0, BigInt(task.durable ? spool.durable : spool.written));
  const worker = new Worker(entryModule(import.meta.url, 'shipper-worker'), {
    workerData: { spoolDir: task.spoolDir, archive: task.archive, end } satisfies ShipperTask,
  });
  const timer = setInterval(publish, PUBLISH_MS);
  let shipped = 0;
  worker.on('message', (report: ShipperReport) => {
    if ('failed' in report) return onFailure(report.failed);
    shipped = report.shipped;
    spool.release(shipped);
  });
  worker.on('error', (error) => onFailure(error.message));
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return {
    get shipped() {
      return shipped;
    },
    async finish() {
      clearInterval(timer);
      publish();
      worker.postMessage('finish');
      await gone;
    },
  };
}
