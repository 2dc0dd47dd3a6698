/**
 * Room on the disk that nobody else can take: a file that is given up when the disk is full, so that the events that close
 * a log still fit.
 */
import { randomFillSync } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SpoolDisk } from './disk.ts';
import { SpoolError } from './spool-file.ts';

/** Closing events of 2,000 sessions are well below one MiB; the rest is for what agents had in flight. */
const BALLAST_BYTES = 8 << 20;

/** A small spool keeps less. */
const SHARE_OF_LIMIT = 16;

/** Bytes of ballast for a spool of this limit. */
export function ballastBytes(limit: number): number {
  return Math.min(BALLAST_BYTES, Math.floor(limit / SHARE_OF_LIMIT));
}

export function ballastPath(dir: string): string {
  return join(dir, 'ballast');
}

/** Makes the ballast anew unless it is whole; throws SPOOL_PLACE when it does not fit. */
export async function makeBallast(dir: string, bytes: number, disk: SpoolDisk): Promise<void> {
  const path = ballastPath(dir);
  if (statSync(path, { throwIfNoEntry: false })?.size === bytes) return;
  rmSync(path, { force: true });
  try {
    // Random, because a file system that compresses would give zeros no room.
    await disk.writeFile(path, randomFillSync(Buffer.allocUnsafeSlow(bytes)));
  } catch (cause) {
    rmSync(path, { force: true });
    throw new SpoolError('SPOOL_PLACE', `no room for the spool in ${dir}: ${(cause as Error).message}`, {
      cause,
    });
  }
}
