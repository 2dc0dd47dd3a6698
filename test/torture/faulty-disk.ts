/** A disk that fails at its nth operation, and an account of what was done to files that had failed. */
import type { SpoolDisk } from '../../gateway/recorder/disk.ts';
import { QUICK_DISK } from './logged-disk.ts';

/**
 * How it fails: `once` at that operation alone, `lasting` from it on, `full` from it on until something was removed (as
 * a disk without room).
 */
export type Fault = 'once' | 'lasting' | 'full';

export interface FaultyDisk extends SpoolDisk {
  /** Operations so far. */
  readonly operations: number;
  /** Whether the fault has come. */
  readonly failed: boolean;
  /** Syncs and writes of a file after one of its syncs had failed: there must be none. */
  readonly retried: number;
}

/** Fails operation `nth` (from 0) with `code`. */
export function faultyDisk(nth: number, fault: Fault, code: 'EIO' | 'ENOSPC'): FaultyDisk {
  let operations = 0;
  let failing = false;
  let failed = false;
  let retried = 0;
  const spoiled = new Set<number>();
  const next = (): NodeJS.ErrnoException | null => {
    failing = fault === 'once' ? operations === nth : failing || operations === nth;
    operations++;
    failed ||= failing;
    return failing ? Object.assign(new Error(`${code}: injected`), { code }) : null;
  };
  const check = () => {
    const error = next();
    if (error !== null) throw error;
  };
  const writing = (fd: number) => {
    if (spoiled.has(fd)) retried++;
    check();
  };
  return {
    get operations() {
      return operations;
    },
    get failed() {
      return failed;
    },
    get retried() {
      return retried;
    },
    create(path) {
      check();
      return QUICK_DISK.create(path);
    },
    write(fd, bytes, from) {
      writing(fd);
      return QUICK_DISK.write(fd, bytes, from);
    },
    writev(fd, parts) {
      writing(fd);
      return QUICK_DISK.writev(fd, parts);
    },
    sync(fd, done) {
      if (spoiled.has(fd)) retried++;
      const error = next();
      setImmediate(() => {
        if (error !== null) spoiled.add(fd);
        done(error);
      });
    },
    close: (fd) => QUICK_DISK.close(fd),
    async truncate(path, bytes) {
      check();
      await QUICK_DISK.truncate(path, bytes);
    },
    async writeFile(path, bytes) {
      check();
      await QUICK_DISK.writeFile(path, bytes);
    },
    async remove(path) {
      if (fault === 'full') failing = false;
      else check();
      await QUICK_DISK.remove(path);
    },
    async syncFolder() {
      check();
      await Promise.resolve();
    },
    free: () => Promise.resolve(1 << 30),
  };
}
