/**
 * Whether a folder is a place for a spool: on a file system of this machine, whose fdatasync means the disk, owned and
 * readable by the gateway's user alone, and writable.
 */
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SpoolError } from './spool-file.ts';

/**
 * File systems that are not of this machine: `f_type` as Linux gives it (statfs(2), linux/magic.h). Another machine may
 * hold back or reorder what it was told to sync, go away in the middle, or let two machines hold the same lock.
 */
const NOT_LOCAL: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS (Windows share)'],
  [0xfe534d42, 'SMB (Windows share)'],
  [0x517b, 'SMB (Windows share)'],
  [0x564c, 'NCP (NetWare share)'],
  [0x01021997, '9p (a folder of the virtual machine’s host)'],
  [0x786f4256, 'vboxsf (a folder of the virtual machine’s host)'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x19830326, 'BeeGFS'],
  [0x47504653, 'GPFS'],
  // Most are remote (sshfs, s3fs, glusterfs, virtual machines' shares), and none says whether its fsync reaches a disk.
  [0x65735546, 'FUSE'],
]);

/** Bits of a mode that let others than the owner in. */
const OTHERS = 0o077;

/** Makes the folder when there is none; throws SPOOL_PLACE where a spool would not be safe. */
export function checkPlace(dir: string): void {
  let type: number;
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    type = statfsSync(dir).type;
  } catch (cause) {
    throw unfit(dir, `cannot be used: ${(cause as Error).message}`, cause);
  }
  if (process.platform === 'linux') refuseRemote(dir, type);
  if (process.platform !== 'win32') refuseShared(dir);
  tryWriting(dir);
}

/** Throws when the type is one of {@link NOT_LOCAL}. */
export function refuseRemote(dir: string, type: number): void {
  // f_type is a signed word on some machines.
  const name = NOT_LOCAL.get(type >>> 0);
  if (name !== undefined) {
    throw unfit(
      dir,
      `is on ${name}, where what is synced is not sure to be on a disk; name a folder on a local disk`,
    );
  }
}

function refuseShared(dir: string): void {
  const { mode, uid } = statSync(dir);
  if (uid !== process.getuid?.())
    throw unfit(dir, `belongs to user ${uid}, not to the one the gateway runs as`);
  if ((mode & OTHERS) !== 0) throw unfit(dir, `is open to others; run: chmod 700 ${dir}`);
}

/** Writes and syncs a few bytes, as the spool will. */
function tryWriting(dir: string): void {
  const path = join(dir, 'probe');
  try {
    rmSync(path, { force: true });
    const fd = openSync(path, 'wx', 0o600);
    try {
      writeSync(fd, 'probe\n');
      fdatasyncSync(fd);
    } finally {
      closeSync(fd);
      rmSync(path, { force: true });
    }
  } catch (cause) {
    throw unfit(dir, `cannot be written: ${(cause as Error).message}`, cause);
  }
}

function unfit(dir: string, what: string, cause?: unknown): SpoolError {
  return new SpoolError('SPOOL_PLACE', `the spool’s folder ${dir} ${what}`, { cause });
}
