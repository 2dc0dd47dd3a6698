/** Takes files out of the page cache, so that the next to read them waits for the disk. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** How it is done, for people. */
export const HOW =
  'caches dropped by posix_fadvise(DONTNEED), through dd; the host below may still hold the disk';

/** Drops every file of a folder; returns whether that could be done. */
export function dropPageCache(folder: string): boolean {
  return readdirSync(folder).every((name) => {
    const { status } = spawnSync('dd', [
      `if=${join(folder, name)}`,
      'iflag=nocache',
      'count=0',
      'status=none',
    ]);
    return status === 0;
  });
}
