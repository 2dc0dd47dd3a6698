/** What records: one spool, its recorder, and the shipper that copies it into the archive. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ArchiveError } from './archive/archive.ts';
import type { SigningKeys } from './archive/key-rotation.ts';
import { DEFAULT_ROLL, type RollLimits } from './archive/sqlite/roll.ts';
import { startAnchoring } from './anchoring.ts';
import type { AnchorConfig } from './config-archive.ts';
import type { RemoteConfig } from './config-remote.ts';
import { Durations } from './durations.ts';
import { announceKey } from './key-event.ts';
import { say } from './log.ts';
import { SystemClock, type Clock } from './recorder/clock.ts';
import { countBoot } from './recorder/log-state.ts';
import { Recorder, type Durability } from './recorder/recorder.ts';
import { lockSpool } from './recorder/spool-folder.ts';
import { listSpoolFiles, readHeader, SpoolError } from './recorder/spool-file.ts';
import { openSpool, type Spool } from './recorder/spool.ts';
import { startRolling } from './rolling.ts';
import { ShipperLag } from './shipper-lag.ts';
import { startRemoting, type Remoting, type RemoteStatus } from './remoting.ts';
import { startShipping, type Shipping } from './shipping.ts';

export interface RecordingOptions {
  /** `limit` in bytes; `deadline` is how long agents are held back, ms. */
  readonly spool: { readonly dir: string; readonly limit: number; readonly deadline?: number };
  /** The archive's folder. */
  readonly archive: string;
  /** Where the log is put beside the archive. */
  readonly remote?: RemoteConfig | undefined;
  readonly keys: SigningKeys;
  /** Who is told of the log's checkpoints; default nobody. */
  readonly anchors?: readonly AnchorConfig[];
  /** When volumes end. */
  readonly roll?: RollLimits;
  readonly durability: Durability;
  readonly software: string;
  /** The system's, unless given. */
  readonly clock?: Clock;
  readonly log: Logger;
  /** Told when every session must end: nothing can be recorded any more, or the spool was full for too long. */
  readonly onFailure: (error: SpoolError) => void;
}

/** How far a log is on disk: so many of its events. */
export interface LogHead {
  /** The log's id, hex. */
  readonly log: string;
  readonly events: number;
}

/** Bytes, and events, of a spool. */
export interface SpoolDepth {
  /** What counts against the limit. */
  readonly held: number;
  readonly limit: number;
  readonly unshippedBytes: number;
  readonly unshippedEvents: number;
}

export interface Recording {
  readonly recorder: Recorder;
  /** Resolves when nothing can be recorded any more, to the reason and how to mend it; all that is left then is to close. */
  readonly failed: Promise<SpoolError>;
  /** How long fdatasync of the spool takes. */
  readonly syncs: Durations;
  /** Bytes recorded that the archive, or the remote store, does not have. */
  behind(): number;
  /** How far the remote store is; null where there is none. */
  remote(): RemoteStatus | null;
  depth(): SpoolDepth;
  /** How long the oldest event that the archive lacks has been waiting, seconds. */
  lag(): number;
  /** What of the log is on disk, which it may bring about; rejects when recording fails. */
  head(): Promise<LogHead>;
  /** Asks the thread that has the archive open: see gateway/shipper-calls.ts. */
  readonly ask: Shipping['ask'];
  /** What the log is signed with now. */
  readonly keys: SigningKeys;
  /** Resolves once the archive has so many of its events; rejects with an ArchiveError BUSY when that takes longer than so many ms. */
  shipped(events: number, within: number): Promise<void>;
  /** Begins another volume after the one of this number, as soon as the archive comes to it. */
  roll(current: { readonly number: number; readonly checkpoint: string | null }): void;
  /** Resolves once no file of the spool has an event up to this index: all of them are in the archive. Rejects as {@link shipped}. */
  forget(index: number, within: number): Promise<void>;
  /** Goes over to another key; resolves once the archive has the event that says so, under a checkpoint that both keys signed. */
  rekey(keys: SigningKeys): Promise<void>;
  /** Resolves once the remote store has so many of its events, at once where there is none; rejects with an ArchiveError BUSY as {@link shipped}. */
  put(events: number, within: number): Promise<void>;
  /** Keys of sessions were destroyed: what is put from now on is sealed with others. */
  forgetKeys(): void;
  /** Ends the log in order, ships everything, or what it can in a short time when it has failed, and gives the folder back. */
  close(): Promise<void>;
}

/** How often it is noted how far the spool and the archive are, ms. */
const LAG_STEP_MS = 250;

/** How long the archive may take to have the event that names a new key, ms: a control request is answered within 10 s. */
const REKEY_MS = 7_000;

/** How long the archive may take to have the last event before it is left with no anchor, ms. */
const LAST_MS = 3_000;

/** How long the last events may take to be in the remote store, ms; what is not is put after the next start. */
const REMOTE_FINISH_MS = 10_000;

/** How long what is on disk may take to be shipped when recording has failed, ms: agents wait for the gateway's next start. */
const FAILED_SHIP_MS = 5_000;

/** Opens the spool and starts to ship it; rejects with the error of the part that could not start. */
export async function startRecording(options: RecordingOptions): Promise<Recording> {
  const { spool: place, durability, keys, log } = options;
  await using opened = new AsyncDisposableStack();
  const unlock = lockSpool(place.dir);
  // A disk that hangs would hang this too, and may yet write: whoever comes next must see that this process has gone.
  opened.defer(() => void (failure?.code === 'SPOOL_STALLED' || unlock()));
  let failure: SpoolError | null = null;
  let signing = keys;
  const failed = Promise.withResolvers<SpoolError>();
  const syncs = new Durations();
  const spool = await openSpool({
    dir: place.dir,
    limit: place.limit,
    syncs: durability !== 'process',
    ...(place.deadline !== undefined && { deadline: place.deadline }),
    newLog: () => randomBytes(16),
  });
  const { unfinished } = spool.state;
  if (unfinished !== null) {
    const { keptBytes, droppedBytes } = unfinished;
    const message = `the log was not closed in order; ${droppedBytes} bytes behind its last whole event were dropped`;
    say(log, 'warn', 'spool.recovered', message, { keptBytes, droppedBytes });
  }
  spool.journal.onSync = (took) => syncs.add(took);
  const recorder = new Recorder({
    spool,
    clock: options.clock ?? new SystemClock(),
    durability,
    software: options.software,
    boot: countBoot(place.dir, { log: spool.log, nextIndex: spool.state.nextIndex }),
    ...(place.deadline !== undefined && { deadline: place.deadline }),
    onLow: (left, share) => {
      const message = `less than ${share * 100} % of the spool is left: the archive, or the remote store, takes events too slowly or not at all`;
      say(log, 'warn', 'spool.low', message, { left });
    },
    onFailure: (error) => {
      const { code } = error;
      if (spool.failure === null) say(log, 'error', 'spool.full', error.message, { code });
      else {
        failure = withAdvice(error, place.dir);
        say(log, 'fatal', 'recorder.failed', failure.message, { code });
        failed.resolve(failure);
      }
      options.onFailure(error);
    },
  });
  announceKey(recorder, place.dir, keys);
  const shipping = startShipping(
    spool,
    {
      spoolDir: place.dir,
      archive: options.archive,
      keys,
      roll: options.roll ?? DEFAULT_ROLL,
      durable: durability !== 'process',
    },
    (message) => say(log, 'error', 'shipper.failed', message),
  );
  const remoting = options.remote === undefined ? null : startRemote(options, options.remote, spool);
  const confirmed = () => Math.min(shipping.shipped, remoting?.position ?? Infinity);
  shipping.onShipped = () => void spool.release(confirmed());
  if (remoting !== null) remoting.onProgress = shipping.onShipped;
  const anchoring = startAnchoring({ anchors: options.anchors ?? [], recorder, shipping, log });
  shipping.onCheckpoint = (note) => anchoring.offer(note);
  shipping.onWarning = (message) => say(log, 'warn', 'archive.incomplete', message);
  const rolling = startRolling(recorder);
  shipping.onWish = (wish, checkpoint) => rolling.wish(wish, checkpoint);
  opened.defer(async () => {
    anchoring.record = false;
    rolling.stop();
    await recorder.close();
    // The last checkpoint is left while the thread that can prove it lives.
    if (failure === null && options.anchors !== undefined && options.anchors.length > 0)
      await shippedUpTo(shipping, recorder.events, LAST_MS).catch(() => {});
    await anchoring.close();
    await Promise.all([
      failure === null ? shipping.finish() : shipping.finish(FAILED_SHIP_MS),
      remoting?.finish(REMOTE_FINISH_MS),
    ]);
  });
  await shipping.started;
  await remoting?.started;
  const lag = new ShipperLag();
  const noting = setInterval(() => {
    lag.written(spool.written);
    lag.shipped(shipping.shipped);
  }, LAG_STEP_MS).unref();
  opened.defer(() => clearInterval(noting));
  const unshipped = () => spool.written - shipping.shipped;
  const stack = opened.move();
  let closed: Promise<void> | null = null;
  return {
    recorder,
    failed: failed.promise,
    syncs,
    behind: () => spool.written - confirmed(),
    remote: () => remoting?.status ?? null,
    depth: () => ({
      held: spool.written - spool.journal.oldest,
      limit: place.limit,
      unshippedBytes: unshipped(),
      unshippedEvents: recorder.events - shipping.events,
    }),
    lag: () => lag.seconds(),
    async head() {
      recorder.write();
      const { events } = recorder;
      await durable(spool);
      return { log: Buffer.from(recorder.log).toString('hex'), events };
    },
    ask: shipping.ask,
    shipped: (events, within) => shippedUpTo(shipping, events, within),
    roll: ({ number, checkpoint }) => rolling.wish({ number: number + 1, reason: 'request' }, checkpoint),
    forget: (index, within) => forgotten({ recorder, spool, shipping, remoting }, index, within),
    get keys() {
      return signing;
    },
    async rekey(changed) {
      await shipping.rekey(changed);
      remoting?.rekey(changed);
      signing = changed;
      announceKey(recorder, place.dir, changed);
      await shippedUpTo(shipping, recorder.events, REKEY_MS);
    },
    put: (events, within) => putUpTo(remoting, events, within),
    forgetKeys: () => remoting?.forgetKeys(),
    close: () => (closed ??= stack.disposeAsync()),
  };
}

function startRemote(
  { spool: { dir }, archive, keys, durability, log }: RecordingOptions,
  remote: RemoteConfig,
  spool: Spool,
): Remoting {
  return startRemoting(
    spool,
    { spoolDir: dir, archive, keys, durable: durability !== 'process', remote },
    log,
  );
}

/** Rejects when the archive takes longer than is worth waiting for. */
async function shippedUpTo(shipping: Shipping, events: number, within: number): Promise<void> {
  const enough = performance.now() + within;
  while (shipping.events < events) {
    if (performance.now() > enough)
      throw new ArchiveError('BUSY', 'the archive is behind; try again when it has caught up');
    await pause(LAG_STEP_MS);
  }
}

/** Rejects when the store takes longer than is worth waiting for. */
async function putUpTo(remoting: Remoting | null, events: number, within: number): Promise<void> {
  const enough = performance.now() + within;
  while (remoting !== null && remoting.status.events < events) {
    if (performance.now() > enough)
      throw new ArchiveError(
        'BUSY',
        `the remote store is behind: ${remoting.status.failure ?? 'try again when it has caught up'}`,
      );
    remoting.flush();
    await pause(LAG_STEP_MS);
  }
}

/** Only whole files are freed, and the shipper lets go of one when it begins the next. */
async function forgotten(
  {
    recorder,
    spool,
    shipping,
    remoting,
  }: {
    readonly recorder: Recorder;
    readonly spool: Spool;
    readonly shipping: Shipping;
    readonly remoting: Remoting | null;
  },
  index: number,
  within: number,
): Promise<void> {
  const enough = performance.now() + within;
  for (;;) {
    const files = listSpoolFiles(spool.dir).map(({ path }) => readHeader(path).header?.firstIndex ?? 0);
    if (files.every((first) => first > index)) return;
    if ((files.at(-1) ?? 0) <= index) {
      recorder.write();
      spool.makeFreeable();
    }
    remoting?.flush();
    shipping.onShipped();
    if (performance.now() > enough)
      throw new ArchiveError(
        'BUSY',
        `${spool.dir} still holds the event ${index}: the archive${remoting === null ? '' : ', or the remote store,'} is behind`,
      );
    await pause(LAG_STEP_MS, undefined, { ref: false });
  }
}

/** The failure with what to do about it. */
function withAdvice(cause: SpoolError, dir: string): SpoolError {
  const mend =
    cause.sqlstate === '53100'
      ? `make room on the disk of ${dir}`
      : `see what the kernel’s log says of the disk of ${dir}; on a disk that is broken, move the folder and let gateway.spool.dir name its new place`;
  const message = `${cause.message}: nothing more can be recorded. What is on disk is verified and shipped at the next start; ${mend}`;
  return new SpoolError(cause.code, message, { cause: cause.cause });
}

function durable(spool: Spool): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  spool.whenDurable((error) => (error === null ? resolve() : reject(error)));
  return promise;
}
