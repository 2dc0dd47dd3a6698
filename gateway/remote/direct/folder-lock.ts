/** One process at a time writes what is on hand of a store: whoever is second reads it only. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArchiveError } from '../../archive/archive.ts';

const NAME = 'fetching.pid';

/** Takes the folder for this process, until it ends. Throws ArchiveError BUSY while another has it. */
export function lockFolder(folder: string): void {
  const path = join(folder, NAME);
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
      process.once('exit', () => rmSync(path, { force: true }));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(path, 'utf8'));
    if (holder !== process.pid && isAlive(holder))
      throw new ArchiveError('BUSY', `another Auditorium (process ${holder}) fetches from this store`);
    rmSync(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
