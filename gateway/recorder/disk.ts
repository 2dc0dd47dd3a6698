/**
 * What the recorder asks of a disk, and the disk of this machine. It is passed in so that tests can make it fail, stall
 * or lose what was not synced. What the data path waits for is synchronous (a write() costs less than a hop to the thread
 * pool); all else is not, so that a disk that hangs never hangs the agents' goodbye.
 */
import { close, closeSync, fdatasync, fsync, openSync, writeSync, writevSync } from 'node:fs';
import { open, statfs, unlink } from 'node:fs/promises';

/** Errors are those of `node:fs`: with a `code` such as ENOSPC. */
export interface SpoolDisk {
  /** Begins a file that does not exist yet, mode 0600; returns its descriptor. */
  create(path: string): number;
  /** Appends what lies in `bytes` from `from` on, or the first part of it; returns how much. */
  write(fd: number, bytes: Uint8Array, from: number): number;
  /** The same for at most {@link MOST_PARTS} parts. */
  writev(fd: number, parts: readonly Uint8Array[]): number;
  /** Calls back once what was written is on disk. */
  sync(fd: number, done: (error: Error | null) => void): void;
  close(fd: number): void;
  /** Cuts a file off and syncs it. */
  truncate(path: string, bytes: number): Promise<void>;
  /** Writes a file that does not exist yet, mode 0600, and syncs it. */
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  /** Syncs a folder's entries: that files were begun or removed. */
  syncFolder(path: string): Promise<void>;
  /** Bytes that this process may still write there. */
  free(path: string): Promise<number>;
}

const OWNER_ONLY = 0o600;

/** IOV_MAX of Linux. */
const MOST_PARTS = 1024;

export const NODE_DISK: SpoolDisk = {
  create: (path) => openSync(path, 'ax', OWNER_ONLY),
  write: (fd, bytes, from) => writeSync(fd, bytes, from, bytes.length - from),
  writev: (fd, parts) => writevSync(fd, parts),
  sync: (fd, done) => fdatasync(fd, done),
  close: (fd) => closeSync(fd),
  async truncate(path, bytes) {
    await using file = await open(path, 'r+');
    await file.truncate(bytes);
    await file.datasync();
  },
  async writeFile(path, bytes) {
    await using file = await open(path, 'wx', OWNER_ONLY);
    await file.writeFile(bytes);
    await file.datasync();
  },
  remove: (path) => unlink(path),
  syncFolder(path) {
    // Windows has no handles of folders; NTFS journals entries by itself.
    if (process.platform === 'win32') return Promise.resolve();
    return new Promise((resolve, reject) => {
      const fd = openSync(path, 'r');
      fsync(fd, (error) => close(fd, () => (error === null ? resolve() : reject(error))));
    });
  },
  async free(path) {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
};

/** Appends all of `bytes`. */
export function writeAll(disk: SpoolDisk, fd: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += disk.write(fd, bytes, at);
}

/** Appends all parts; a writev that stops short is made up for by plain writes. */
export function writeAllParts(disk: SpoolDisk, fd: number, parts: readonly Uint8Array[]): void {
  for (let from = 0; from < parts.length; from += MOST_PARTS) {
    const some = parts.slice(from, from + MOST_PARTS);
    const total = some.reduce((sum, part) => sum + part.length, 0);
    const wrote = disk.writev(fd, some);
    if (wrote < total) writeAll(disk, fd, Buffer.concat(some).subarray(wrote));
  }
}
