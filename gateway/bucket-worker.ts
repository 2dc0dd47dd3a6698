/** The thread that puts sealed volumes into a bucket: see bucketing.ts. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { signerOf } from './archive/ed25519.ts';
import type { SigningKeys } from './archive/key-rotation.ts';
import { Objects } from './archive/bucket/objects.ts';
import { placeOf } from './archive/bucket/place.ts';
import { VolumePutter } from './archive/bucket/put-volumes.ts';
import type { BucketOrder, BucketReport, BucketTask } from './bucketing.ts';

/** The last in line, as the shipper is: nobody waits for it. */
const NICE = 19;

/** Between two looks at the archive, ms; after a failure twice as long each time, up to the longest. */
const LOOK_MS = 2_000;
const LONGEST_MS = 300_000;

const port = parentPort;
if (port === null) throw new Error('bucket-worker runs as a worker thread');
const task = workerData as BucketTask;
let keys = task.keys;
const ending = new AbortController();
port.on('message', (order: BucketOrder) => {
  if (order === 'end') ending.abort();
  else keys = order.keys;
});

// On Linux a nice value belongs to a thread; elsewhere it would slow the whole gateway.
if (process.platform === 'linux') setPriority(0, NICE);

const say = (report: BucketReport) => port.postMessage(report);
using objects = new Objects(placeOf(task.bucket, process.env), ending.signal);
const putter = new VolumePutter({
  archive: task.archive,
  objects,
  keys: () => keysOf(keys),
  keepLocal: task.bucket.keepLocal,
  now: () => Date.now() * 1000,
  told: (fact) => say({ fact }),
});
for (let wait = LOOK_MS; !ending.signal.aborted;) {
  try {
    await putter.pass();
    if (wait > LOOK_MS) say({ restored: true });
    wait = LOOK_MS;
  } catch (error) {
    if (ending.signal.aborted) break;
    wait = Math.min(LONGEST_MS, wait * 2);
    say({ failed: error instanceof Error ? error.message : String(error) });
  }
  await pause(wait);
}
port.close();

function keysOf({ current, previous }: SigningKeys) {
  const signer = signerOf(current);
  const known = [signer.publicKey];
  if (previous !== null) known.push(signerOf(previous.pem).publicKey);
  return { signer, known };
}

/** Ends early when the thread is to end. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    ending.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
