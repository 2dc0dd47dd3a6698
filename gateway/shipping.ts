/**
 * The gateway's side of its local shipper: a worker thread that copies the spool into the archive. The thread learns how
 * far it may read from shared memory, and tells how far the archive is, so that the spool frees what it has.
 */
import { Worker } from 'node:worker_threads';
import { ArchiveError, type ArchiveErrorCode } from './archive/archive.ts';
import type { SigningKeys } from './archive/key-rotation.ts';
import type { RollLimits, RollWish } from './archive/sqlite/roll.ts';
import type { Spool } from './recorder/spool.ts';
import { type ShipperAnswer, type ShipperCall, ShipperCalls } from './shipper-calls.ts';
import { entryModule } from './entry-module.ts';

/** How often the thread is told how far the spool is: well below what "visible within a second" allows. */
const PUBLISH_MS = 50;

/** A thread that died, for want of memory above all, is started again after this long. */
const RESTART_MS = 2_000;

/** What the worker is started with. */
export interface ShipperTask {
  readonly spoolDir: string;
  readonly archive: string;
  /** 16 bytes. */
  readonly log: Uint8Array;
  /** What checkpoints are signed with. */
  readonly keys: SigningKeys;
  /** One BigInt64: the position up to which events may be shipped. */
  readonly end: SharedArrayBuffer;
  /** Bytes that the spool may hold. */
  readonly limit: number;
  /** Events that the spool had when it was opened: an archive with more of them has another log of this name. Null: it was looked at. */
  readonly had: number | null;
  /** When volumes end. */
  readonly roll: RollLimits;
  /** Whether the recorder makes the spool durable: else the thread does, of what it ships. */
  readonly durable: boolean;
}

/** What the worker is told: to end when all is shipped, or with what it is about to commit. */
export type ShipperOrder = 'finish' | 'stop';

/**
 * What the worker says: how far the archive is, as position, as index of the next event and as signed note, and whether it wants
 * another volume; why it takes nothing for now; or what somebody should look at though it goes on.
 */
export type ShipperReport =
  | {
      readonly shipped: number;
      readonly events: number;
      readonly checkpoint: string | null;
      readonly wish: RollWish | null;
    }
  | { readonly warning: string }
  | { readonly failed: string; readonly code: ArchiveErrorCode | null };

export interface Shipping {
  /** Resolves once the archive took the log's first events; rejects, with an ArchiveError where it is one, when it cannot. */
  readonly started: Promise<void>;
  /** Position up to which the archive has everything. */
  readonly shipped: number;
  /** Events of the log that the archive has. */
  readonly events: number;
  /** Told when the archive has more: the spool may let that go, unless somebody else lacks it. */
  onShipped: () => void;
  /** Told every new checkpoint of the log: its signed note. */
  onCheckpoint: (note: string) => void;
  /** Told what somebody should look at though the archive goes on. */
  onWarning: (message: string) => void;
  /** Told when the archive wants another volume, again and again until it has it, with the latest checkpoint. */
  onWish: (wish: RollWish, checkpoint: string | null) => void;
  /** Goes over to other keys; resolves when whatever is signed from now on may be signed with them. */
  rekey(keys: SigningKeys): Promise<void>;
  /** See {@link ShipperCalls.ask}. */
  readonly ask: ShipperCalls['ask'];
  /** Ships what the closed spool still holds, or what can be shipped of it within so many ms, then ends the thread. */
  finish(within?: number): Promise<void>;
}

/**
 * Starts to ship. Only what is on disk is shipped, else an archive could hold events that the log itself lost; what is not
 * `durable` the thread makes so itself. `onFailure` is told when the archive takes nothing: the spool fills up, and shipping is
 * tried again until it works.
 */
export function startShipping(
  spool: Spool,
  task: Pick<ShipperTask, 'spoolDir' | 'archive' | 'keys' | 'roll' | 'durable'>,
  onFailure: (message: string) => void,
): Shipping {
  const end = new SharedArrayBuffer(8);
  const published = new BigInt64Array(end);
  const publish = () => Atomics.store(published, 0, BigInt(task.durable ? spool.durable : spool.written));
  const timer = setInterval(publish, PUBLISH_MS);
  let shipped = 0;
  let events = 0;
  const { promise: started, resolve: start, reject: giveUp } = Promise.withResolvers<void>();
  started.catch(() => {}); // whoever starts a gateway awaits it; later failures are told to `onFailure` alone
  let { keys } = task;
  let checkpoint: string | null = null;
  let had: number | null = spool.state.nextIndex;
  const calls = new ShipperCalls((call) => thread.post(call));
  const take = (report: ShipperReport | ShipperAnswer) => {
    if ('answer' in report) return calls.take(report);
    if ('warning' in report) return shipping.onWarning(report.warning);
    if ('failed' in report) {
      giveUp(report.code === null ? new Error(report.failed) : new ArchiveError(report.code, report.failed));
      return onFailure(report.failed);
    }
    ({ shipped, events } = report);
    start();
    shipping.onShipped();
    if (report.wish !== null) shipping.onWish(report.wish, report.checkpoint);
    if (report.checkpoint === null || report.checkpoint === checkpoint) return;
    checkpoint = report.checkpoint;
    shipping.onCheckpoint(checkpoint);
  };
  const thread = keepRunning(
    () => {
      const { log, limit } = spool;
      const workerData: ShipperTask = { ...task, log, keys, end, limit, had };
      had = null;
      return new Worker(entryModule(import.meta.url, 'shipper-worker'), { workerData }).on('message', take);
    },
    (error) => {
      giveUp(error);
      calls.break(error);
      onFailure(error.message);
    },
  );
  const shipping: Shipping = {
    started,
    onShipped: () => void spool.release(shipped),
    onCheckpoint: () => {},
    onWish: () => {},
    onWarning: () => {},
    ask: (question, argument) => calls.ask(question, argument),
    async rekey(changed) {
      keys = changed; // what a thread that is started again is given
      await calls.ask('rekey', changed);
    },
    get shipped() {
      return shipped;
    },
    get events() {
      return events;
    },
    async finish(within) {
      clearInterval(timer);
      publish();
      await thread.finish(within);
      calls.break(new Error('the gateway is ending'));
    },
  };
  return shipping;
}

/** Starts a thread, and anew when it dies, until it is told to finish and has. */
function keepRunning(
  start: () => Worker,
  onDeath: (error: Error) => void,
): { readonly finish: (within?: number) => Promise<void>; readonly post: (call: ShipperCall) => void } {
  let finishing = false;
  let again: NodeJS.Timeout | null = null;
  let worker: Worker;
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const run = () => {
    again = null;
    worker = start()
      .on('error', onDeath)
      .once('exit', () => {
        if (finishing) resolve();
        else again = setTimeout(run, RESTART_MS);
      });
  };
  run();
  return {
    post(call) {
      if (again !== null) throw new Error('the shipper is being started again; try again in a moment');
      worker.postMessage(call);
    },
    async finish(within) {
      finishing = true;
      if (again !== null) return clearTimeout(again); // what is not shipped is with the next start
      worker.postMessage('finish' satisfies ShipperOrder);
      const enough =
        within === undefined
          ? undefined
          : setTimeout(() => worker.postMessage('stop' satisfies ShipperOrder), within);
      await gone;
      clearTimeout(enough);
    },
  };
}
