/** One run of a recorder over a disk of choice, and what a spool holds afterwards. */
import { SystemClock } from '../../gateway/recorder/clock.ts';
import type { SpoolDisk } from '../../gateway/recorder/disk.ts';
import { Recorder, type Durability } from '../../gateway/recorder/recorder.ts';
import { Shipper } from '../../gateway/recorder/shipper.ts';
import type { SpoolError } from '../../gateway/recorder/spool-file.ts';
import { openSpool, type Spool } from '../../gateway/recorder/spool.ts';

/** Small, so that files are many: one is 256 KiB long. */
const LIMIT = 2 << 20;

export const LOG = new Uint8Array(16).fill(9);

export interface Run {
  readonly spool: Spool;
  readonly recorder: Recorder;
  readonly failures: SpoolError[];
}

/** Opens a spool and a recorder as a gateway does. */
export async function openRun(
  dir: string,
  durability: Durability,
  disk: SpoolDisk,
  { limit = LIMIT, deadline = 30_000 } = {},
): Promise<Run> {
  const spool = await openSpool({ dir, limit, syncs: durability !== 'process', newLog: () => LOG, disk });
  const failures: SpoolError[] = [];
  const recorder = new Recorder({
    spool,
    clock: new SystemClock(),
    durability,
    software: 'test',
    boot: 1,
    deadline,
    disk,
    onFailure: (error) => failures.push(error),
  });
  return { spool, recorder, failures };
}

/** The bodies of all events up to position `end`, as a store gets them. */
export function bodiesOf(dir: string, end: number): Buffer[] {
  const bodies: Buffer[] = [];
  const store = {
    watermark: () => 0,
    append: (body: Uint8Array) => void bodies.push(Buffer.from(body)),
    commit: () => {},
  };
  const shipper = new Shipper(dir, store);
  try {
    while (shipper.ship(end));
  } finally {
    shipper.close();
  }
  return bodies;
}
