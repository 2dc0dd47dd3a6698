/** The thread that packs a volume which ended: see packing.ts. */
import { setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import { pack } from './archive/sqlite/pack.ts';
import type { PackTask } from './packing.ts';

/** The last in line, as the shipper is: nobody waits for it. */
const NICE = 19;

// On Linux a nice value belongs to a thread; elsewhere it would slow the whole gateway.
if (process.platform === 'linux') setPriority(0, NICE);
pack((workerData as PackTask).path);
