/** A disk whose syncs hang while it is told to. */
import type { SpoolDisk } from '../../gateway/recorder/disk.ts';
import { QUICK_DISK } from './logged-disk.ts';

export interface StalledDisk {
  readonly disk: SpoolDisk;
  /** From now on syncs do not end. */
  readonly stall: () => void;
  /** Ends those that hang, and all to come. */
  readonly answer: () => void;
}

export function stalledDisk(): StalledDisk {
  let stalled = false;
  const hanging: (() => void)[] = [];
  const disk: SpoolDisk = {
    ...QUICK_DISK,
    sync: (_, done) => void (stalled ? hanging.push(() => done(null)) : setImmediate(done, null)),
  };
  const answer = () => {
    stalled = false;
    for (const done of hanging.splice(0)) done();
  };
  return { disk, stall: () => void (stalled = true), answer };
}
