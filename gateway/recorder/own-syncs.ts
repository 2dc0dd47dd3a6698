/**
 * Makes a spool's bytes durable where its recorder does not wait for the disk (durability `process`): what goes into an archive,
 * and under a checkpoint, must not be lost by the log itself (DESIGN §5).
 */
import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import { SpoolError } from './spool-file.ts';

/** What is asked of the disk; errors are those of `node:fs`. */
export interface OwnDisk {
  /** Whatever was written to the file, by whichever descriptor, is on disk when it returns. */
  readonly syncFile: (fd: number) => void;
  /** So are the entries of the folder. */
  readonly syncFolder: (path: string) => void;
}

const NODE_DISK: OwnDisk = {
  syncFile: fdatasyncSync,
  syncFolder(path) {
    if (process.platform === 'win32') return; // folders cannot be opened there
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
};

/** Kept as long as the process that ships: what failed once is not tried again, because a retry that succeeds proves nothing. */
export class OwnSyncs {
  readonly #disk: OwnDisk;
  /** The file that was synced last, by its position, and how far. */
  #file = -1;
  #until = 0;
  #failure: SpoolError | null = null;

  constructor(disk: OwnDisk = NODE_DISK) {
    this.#disk = disk;
  }

  /** Makes what lies in the file before `until`, a position that was written, durable. Throws SPOOL_SYNC. */
  sync({ fd, dir, position, until }: { fd: number; dir: string; position: number; until: number }): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#file === position && until <= this.#until) return;
    try {
      this.#disk.syncFile(fd);
      if (this.#file !== position) this.#disk.syncFolder(dir);
    } catch (cause) {
      const message = `fdatasync of the spool in ${dir} failed: ${(cause as Error).message}; nothing more is shipped before the gateway starts anew`;
      throw (this.#failure = new SpoolError('SPOOL_SYNC', message, { cause }));
    }
    this.#file = position;
    this.#until = until;
  }
}
