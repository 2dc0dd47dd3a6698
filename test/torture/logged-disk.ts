/** A disk that keeps account of all that is done to it, so that power cuts can be tried afterwards. */
import { truncateSync, writeFileSync } from 'node:fs';
import { NODE_DISK, type SpoolDisk } from '../../gateway/recorder/disk.ts';
import type { Op } from './power-cut.ts';

/** The disk of this machine without its syncs, which are what takes time. */
export const QUICK_DISK: SpoolDisk = {
  ...NODE_DISK,
  sync: (_, done) => void setImmediate(done, null),
  truncate: (path, bytes) => Promise.resolve(truncateSync(path, bytes)),
  writeFile: (path, bytes) => Promise.resolve(writeFileSync(path, bytes, { flag: 'wx' })),
  syncFolder: () => Promise.resolve(),
};

/** How the disk keeps its word; `lying` says that it synced and did not. */
export type Honesty = 'honest' | 'lying';

/**
 * Writes for real, syncs in the account alone (what a process reads back is the same), after some turns of the event loop
 * as disks do. Every operation goes to `ops`.
 */
export function loggedDisk(ops: Op[], honesty: Honesty = 'honest'): SpoolDisk {
  const files = new Map<number, { readonly path: string; at: number }>();
  const fileOf = (fd: number) => files.get(fd) as { readonly path: string; at: number };
  const wrote = (fd: number, bytes: Uint8Array) => {
    const file = fileOf(fd);
    ops.push({ kind: 'write', path: file.path, at: file.at, bytes: Buffer.from(bytes) });
    file.at += bytes.length;
  };
  const log = (op: Op) => {
    if (honesty === 'honest') ops.push(op);
  };
  const sync = async (path: string) => {
    log({ kind: 'syncBegin', path });
    await turns();
    log({ kind: 'syncEnd', path });
  };
  return {
    create(path) {
      const fd = NODE_DISK.create(path);
      files.set(fd, { path, at: 0 });
      ops.push({ kind: 'create', path });
      return fd;
    },
    write(fd, bytes, from) {
      const count = NODE_DISK.write(fd, bytes, from);
      wrote(fd, bytes.subarray(from, from + count));
      return count;
    },
    writev(fd, parts) {
      const count = NODE_DISK.writev(fd, parts);
      wrote(fd, Buffer.concat(parts).subarray(0, count));
      return count;
    },
    sync(fd, done) {
      void sync(fileOf(fd).path).then(() => setImmediate(done, null));
    },
    close: (fd) => NODE_DISK.close(fd),
    async truncate(path, bytes) {
      truncateSync(path, bytes);
      ops.push({ kind: 'truncate', path, bytes });
      await sync(path);
    },
    async writeFile(path, bytes) {
      writeFileSync(path, bytes, { flag: 'wx' });
      ops.push({ kind: 'create', path }, { kind: 'write', path, at: 0, bytes: Buffer.from(bytes) });
      await sync(path);
    },
    async remove(path) {
      await NODE_DISK.remove(path);
      ops.push({ kind: 'remove', path });
    },
    async syncFolder(path) {
      log({ kind: 'syncFolderBegin', path });
      await turns();
      log({ kind: 'syncFolderEnd', path });
    },
    free: (path) => NODE_DISK.free(path),
  };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
