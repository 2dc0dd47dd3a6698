/**
 * Writes a volume that ended anew, row for row, with every page full: while it grew, rows came in between others and pages were split.
 * That saves 3 % of it. What may happen to the volume meanwhile: it may be redacted (redact.ts), which gives its path another file.
 */
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { syncFolder } from '../key-file.ts';

/** What the new file is called until it takes the place of the old one. */
const PACKED_SUFFIX = '.packed';

/** Smaller volumes have little to save. */
const LEAST_BYTES = 16 << 20;

/** So many times a volume must be free on its disk: the spool and the volume that is written need room too. */
const ROOM = 4;

/** The file that was packed. */
export interface Source {
  readonly path: string;
  readonly inode: number;
}

/** Whether there is enough to save, and room to do it; null where there is not. */
export function toBePacked(path: string): Source | null {
  const { size, ino: inode } = statSync(path);
  if (size < LEAST_BYTES) return null;
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize < size * ROOM ? null : { path, inode };
}

/** Writes the new file beside the volume at `path`, which stands alone. Throws what SQLite and `node:fs` throw, and leaves nothing then. */
export function pack(path: string): void {
  const next = path + PACKED_SUFFIX;
  dropPacked(path);
  try {
    copyRows(path, next);
    chmodSync(next, 0o600);
    const fd = openSync(next, 'r+');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    dropPacked(path);
    throw error;
  }
}

function copyRows(path: string, next: string): void {
  const db = new Database(path, { fileMustExist: true, readonly: true });
  try {
    db.prepare<[string]>('VACUUM INTO ?').run(next);
  } finally {
    db.close();
  }
}

/**
 * Puts the packed file in the volume's place. One that was redacted since has another file, and keeps it: who redacts drops what is
 * packed first and gives the path its file then, so that nothing that was taken out comes back, whichever comes first.
 */
export function takePacked({ path, inode }: Source): void {
  if (statSync(path, { throwIfNoEntry: false })?.ino !== inode) return dropPacked(path);
  renameSync(path + PACKED_SUFFIX, path);
  syncFolder(dirname(path));
}

/** Removes what was packed, or half packed. */
export function dropPacked(path: string): void {
  rmSync(path + PACKED_SUFFIX, { force: true });
}
