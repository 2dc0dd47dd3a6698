/** The thread that copies one spool into the archive: see shipping.ts. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteWriter } from './archive/sqlite/writer.ts';
import { factsOf, loadParser } from './postgres/facts.ts';
import { COMMIT_MS, Shipper } from './recorder/shipper.ts';
import type { ShipperReport, ShipperTask } from './shipping.ts';

/** Below the data path: when processors are short, agents go first and the spool takes up the slack. */
const NICE = 10;

const port = parentPort;
if (port === null) throw new Error('shipper-worker runs as a worker thread');
const task = workerData as ShipperTask;
const end = new BigInt64Array(task.end);
let finishing = false;
port.on('message', () => {
  finishing = true;
});

// On Linux a nice value belongs to a thread; elsewhere it would slow the whole gateway.
if (process.platform === 'linux') setPriority(0, NICE);

const say = (report: ShipperReport) => port.postMessage(report);
try {
  await loadParser();
  const writer = openSqliteWriter({ path: task.archive, factsOf });
  const shipper = new Shipper(task.spoolDir, writer);
  for (;;) {
    const last = finishing;
    const target = Number(Atomics.load(end, 0));
    const before = shipper.position;
    while (shipper.ship(target)) await breath();
    if (shipper.position > before) say({ shipped: shipper.position });
    if (last) break;
    await new Promise((resolve) => setTimeout(resolve, COMMIT_MS / 2));
  }
  shipper.close();
  writer.close();
} catch (error) {
  say({ failed: error instanceof Error ? error.message : String(error) });
}
port.close();

/** Lets messages in between two transactions. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
