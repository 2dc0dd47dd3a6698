/** The thread that puts one spool's events into a remote store: see remoting.ts. */
import { hash } from 'node:crypto';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { HASH_BYTES, subtreesOf } from '../shared/recording/tree.ts';
import { ArchiveError } from './archive/archive.ts';
import { placeOf, printPlace, type Place } from './archive/bucket/place.ts';
import { signerOf } from './archive/ed25519.ts';
import { withLogTree } from './archive/sqlite/log-tree.ts';
import { factsOf, loadParser } from './postgres/facts.ts';
import { OwnSyncs } from './recorder/own-syncs.ts';
import { Shipper } from './recorder/shipper.ts';
import type { Opening } from './remote/bundle-builder.ts';
import { openKeys } from './remote/keys/open-keys.ts';
import { tenantKeysOf } from './remote/keys/tenant-keys.ts';
import { RemoteShipper } from './remote/remote-shipper.ts';
import type { Sealing } from './remote/seal-bundle.ts';
import { S3Store } from './remote/s3-store.ts';
import { Throttle } from './remote/throttle.ts';
import type { RemoteOrder, RemoteReport, RemoteTask } from './remoting.ts';

/** The last in line, as the archive's shipper is: nobody waits for it. */
const NICE = 19;

/** Between two looks at the spool, ms; after a failure twice as long each time, up to the longest, less a part by chance. */
const LOOK_MS = 250;
const FIRST_RETRY_MS = 1_000;
const LONGEST_MS = 60_000;

const port = parentPort;
if (port === null) throw new Error('remote-worker runs as a worker thread');
const task = workerData as RemoteTask;
const end = new BigInt64Array(task.end);
const stopping = new AbortController();
let { keys } = task;
let finishing = false;
let flushing = false;
let wake = () => {};
let forgetKeys = () => {};
port.on('message', (order: RemoteOrder) => {
  if (typeof order === 'object') ({ keys } = order);
  else if (order === 'forget keys') forgetKeys();
  else if (order === 'flush') flushing = true;
  else finishing = true;
  if (order === 'stop') stopping.abort();
  wake();
});

// On Linux a nice value belongs to a thread; elsewhere it would slow the whole gateway.
if (process.platform === 'linux') setPriority(0, NICE);

const say = (report: RemoteReport) => port.postMessage(report);

await loadParser();
const place = placeOf(task.remote, process.env);
using store = new S3Store(place, stopping.signal);
const { rate, every, retention, gateway } = task.remote;
const tenant = tenantKeysOf(task.remote.tenant.map((key) => Buffer.from(key, 'base64')));
using sessionKeys =
  task.remote.keys === undefined
    ? null
    : await openKeys(task.remote.keys, tenant, process.env, stopping.signal);
forgetKeys = () => sessionKeys?.forget();
const sealing: Sealing = { keys: sessionKeys, tenant };
const throttle = new Throttle(rate, { now: () => performance.now(), pause });
const remote = new RemoteShipper({
  log: task.log,
  folder: join(task.spoolDir, 'remote', nameOf(place)),
  store,
  keys: () => ({
    signer: signerOf(keys.current),
    previous: keys.previous === null ? null : signerOf(keys.previous.pem),
  }),
  gateway,
  now: () => Date.now() * 1000,
  factsOf,
  retention,
  sealing,
  openingOf,
  throttle: (bytes) => throttle.take(bytes),
});
const spool = new Shipper(task.spoolDir, remote, task.durable ? null : new OwnSyncs());
let isTried = false;
let signed = performance.now();
for (let wait = FIRST_RETRY_MS; ;) {
  try {
    await keepShipping();
    break;
  } catch (error) {
    const code = error instanceof ArchiveError ? error.code : null;
    if (!stopping.signal.aborted)
      say({ failed: error instanceof Error ? error.message : String(error), code });
    if (finishing) break;
    isTried = false;
    await pause(wait - Math.random() * (wait / 4));
    wait = Math.min(LONGEST_MS, wait * 2);
  }
}
spool.close();
port.close();

/** Puts what comes until told to finish. Rejects with ArchiveError; what was put by then is put. */
async function keepShipping(): Promise<void> {
  for (;;) {
    const last = finishing;
    await beReady();
    const target = Number(Atomics.load(end, 0));
    while (!remote.isFull && spool.position < target) {
      spool.ship(target);
      remote.reached(spool.position);
      await pause(0);
    }
    const isWhole = spool.position >= target;
    const isDue = flushing || last || performance.now() - signed >= every;
    await remote.ship(isDue);
    if (isDue) {
      flushing &&= !isWhole;
      signed = performance.now();
    }
    say({ progress: { ...remote.shipped, ...remote.counts } });
    if (last && isWhole) return;
    if (isWhole) await pause(LOOK_MS);
  }
}

/** Before anything is put, and again after each failure, the store is held against what is asked of it, and what is known of it. */
async function beReady(): Promise<void> {
  if (isTried) return;
  await store.expectVersions(retention !== null);
  await sessionKeys?.expectErasable();
  await sessionKeys?.finish(Buffer.from(task.log).toString('hex'));
  const { restored } = await remote.reconcile();
  if (restored !== null)
    say({
      warning: `${restored} was not what this gateway put, and was put again: auditorium verify ${printPlace(place)} tells more`,
    });
  isTried = true;
  say({ restored: true });
}

/** Of a log that is put from its midst on the archive knows what came before. */
function openingOf(size: number): Opening {
  if (size === 0) return { size, frontier: new Uint8Array() };
  const frontier = new Uint8Array(subtreesOf(0, size).length * HASH_BYTES);
  withLogTree(task.archive, task.log, ({ hashOf }) => {
    for (const [i, subtree] of subtreesOf(0, size).entries()) frontier.set(hashOf(subtree), i * HASH_BYTES);
  });
  return { size, frontier };
}

/** Each place has a chain of its own. */
function nameOf(at: Place): string {
  return hash('sha256', `${at.endpoint ?? 'aws'} ${printPlace(at)}`).slice(0, 12);
}

/** Ends early when there is an order. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
