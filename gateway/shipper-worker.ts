/** The thread that copies one spool into the archive: see shipping.ts. */
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { ArchiveError } from './archive/archive.ts';
import { consistencyProof } from '../shared/recording/tree.ts';
import { sha256, signerOf } from './archive/ed25519.ts';
import type { SigningKeys } from './archive/key-rotation.ts';
import type { LogKeys } from './archive/sqlite/log-signer.ts';
import { withLogTree } from './archive/sqlite/log-tree.ts';
import { expireVolume } from './archive/sqlite/expire-volume.ts';
import { volumeFacts } from './archive/sqlite/volume-facts.ts';
import { openSqliteWriter, type SqliteWriter } from './archive/sqlite/writer.ts';
import { VolumePacking } from './packing.ts';
import { factsOf, loadParser } from './postgres/facts.ts';
import { OwnSyncs } from './recorder/own-syncs.ts';
import { COMMIT_MS, Shipper } from './recorder/shipper.ts';
import { answerCall, type ShipperAnswers, type ShipperCall } from './shipper-calls.ts';
import type { ShipperOrder, ShipperReport, ShipperTask } from './shipping.ts';

/**
 * The last in line: when processors are short, agents go first and the spool takes up the slack. At 10 the thread still
 * took a quarter of a processor from agents that used both of two.
 */
const NICE = 19;

/** Shares of the spool's limit: with more to ship than the first the thread stops being last, with less than the second it is again. */
const BEHIND = 1 / 4;
const CAUGHT_UP = 1 / 8;

/** How long words are made searchable, ms, when there is nothing to ship: a commit waits no longer for it than for the next look. */
const IDLE_WORDS_MS = 100;

/** The same between two transactions of some 200 ms, while events wait; and the backlog of statements from which it is more. */
const SMALL_TURN_MS = 30;
const LARGE_TURN_MS = 150;
const FAR_BEHIND = 100_000;

/** An archive that failed, on a full disk above all, is tried again after this long. */
const RETRY_MS = 2_000;

const port = parentPort;
if (port === null) throw new Error('shipper-worker runs as a worker thread');
const task = workerData as ShipperTask;
const end = new BigInt64Array(task.end);
let keys = keysOf(task.keys);
const syncs = task.durable ? null : new OwnSyncs();
let { had } = task;
let writer: SqliteWriter | null = null;
let finishing = false;
let stopping = false;
port.on('message', (order: ShipperOrder | ShipperCall) => {
  if (typeof order === 'object') return port.postMessage(answerCall(ANSWERS, order));
  finishing = true;
  stopping = order === 'stop';
});

/** Messages come in while the loop waits: no transaction is open then. */
const ANSWERS: ShipperAnswers = {
  rekey(changed) {
    keys = keysOf(changed);
    writer?.rekey(keys);
    return null;
  },
  keepCheckpoint({ note }) {
    writer?.keepCheckpoint(task.log, note);
    return null;
  },
  prove: ({ from, to }) =>
    withLogTree(task.archive, task.log, ({ hashOf }) => consistencyProof(sha256, from, to, hashOf)),
  current() {
    const current = writer?.current(task.log) ?? null;
    return current && { ...current, checkpoint: writer?.checkpoint(task.log)?.note ?? null };
  },
  redact(redactions) {
    if (writer === null) throw new ArchiveError('BUSY', 'the archive is not open; try again in a moment');
    writer.redact(task.log, redactions);
    return null;
  },
  describe: ({ path }) => volumeFacts(path),
  expire({ path, expiry }) {
    expireVolume(path, expiry, keys.signer);
    return null;
  },
};

setNice(NICE);
let hurrying = false;

const say = (report: ShipperReport) => port.postMessage(report);

await loadParser();
for (;;) {
  try {
    await ship();
    break;
  } catch (error) {
    const code = error instanceof ArchiveError ? error.code : null;
    say({ failed: error instanceof Error ? error.message : String(error), code });
    if (finishing) break;
    await pause(RETRY_MS);
  }
}
port.close();

/** Ships until told to finish; a store that fails is opened anew, which goes on where the last commit ended. */
async function ship(): Promise<void> {
  using opened = new DisposableStack();
  const warn = (warning: string) => say({ warning });
  const packing = new VolumePacking(warn);
  const store = openSqliteWriter({
    path: task.archive,
    factsOf,
    ...keys,
    now: () => Date.now() * 1000,
    roll: task.roll,
    treeFile: join(task.spoolDir, 'tree'),
    warn,
    packing,
  });
  writer = store;
  opened.defer(() => {
    writer = null;
    store.close();
  });
  refuseOlderSpool(store);
  const shipper = new Shipper(task.spoolDir, store, syncs);
  opened.defer(() => shipper.close());
  for (;;) {
    const last = finishing;
    const target = Number(Atomics.load(end, 0));
    const before = shipper.position;
    while (!stopping && shipper.ship(target)) {
      hurry(target - shipper.position);
      turnOfWords(store);
      await pause(0);
    }
    if (shipper.position > before) {
      const checkpoint = store.checkpoint(task.log)?.note ?? null;
      const wish = store.wish(task.log);
      say({ shipped: shipper.position, events: shipper.events, checkpoint, wish });
    }
    if (last) {
      await packing.ended();
      store.index(0);
      return;
    }
    store.index(IDLE_WORDS_MS);
    await pause(COMMIT_MS / 2);
  }
}

/** Under load words take turns with events: a small one, until they are far behind. */
function turnOfWords(store: SqliteWriter): void {
  if (store.index(0).backlog > FAR_BEHIND) store.index(LARGE_TURN_MS);
  else store.index(SMALL_TURN_MS);
}

/** The log would number other events as the archive has numbered some already, and these would be passed over as known. */
function refuseOlderSpool(store: SqliteWriter): void {
  const has = store.watermark(task.log);
  if (had !== null && has > had)
    throw new ArchiveError(
      'DAMAGED',
      `the archive ${task.archive} has ${has} events of the log in ${task.spoolDir}, which itself has ${had}: the spool was put back from an older copy, or its disk lost what it had. Move its folder away as evidence and let gateway.spool.dir name an empty one, which begins another log`,
    );
  had = null;
}

function keysOf({ current, previous }: SigningKeys): LogKeys {
  return { signer: signerOf(current), previous: previous === null ? null : signerOf(previous.pem) };
}

/** When processors stay short, agents must slow down before the spool is full and they are held back. */
function hurry(behind: number): void {
  if (hurrying ? behind > task.limit * CAUGHT_UP : behind < task.limit * BEHIND) return;
  hurrying = !hurrying;
  setNice(hurrying ? 0 : NICE);
}

/** On Linux a nice value belongs to a thread; elsewhere it would slow the whole gateway. */
function setNice(nice: number): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, nice);
  } catch {
    // Without the right to rise again (CAP_SYS_NICE) the thread stays last, and agents are held back when the spool is full.
  }
}

/** Lets messages in; 0 ms between two transactions. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
