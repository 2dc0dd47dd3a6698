/** What lies in a spool's folder beside its files: the lock that keeps a second gateway out, and how often it was opened. */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { checkPlace } from './place.ts';
import { SpoolError } from './spool-file.ts';

/**
 * Takes the folder, made when there is none, for this process; returns how to give it back. Throws SPOOL_PLACE where a
 * spool would not be safe, SPOOL_BUSY while another gateway has it.
 */
export function lockSpool(dir: string): () => void {
  checkPlace(dir);
  const path = join(dir, 'lock');
  const holder = holderOf(path);
  if (holder !== null) {
    throw new SpoolError(
      'SPOOL_BUSY',
      `the spool in ${dir} belongs to a running gateway (process ${holder}); stop it or name another spool`,
    );
  }
  rmSync(path, { force: true });
  const fd = openSync(path, 'wx', 0o600);
  writeSync(fd, `${process.pid}\n`);
  closeSync(fd);
  return () => rmSync(path, { force: true });
}

/** Counts this opening of the spool: 1 for the first. */
export function countBoot(dir: string): number {
  const path = join(dir, 'boots');
  const boot = Number(readOrEmpty(path)) + 1;
  writeFileSync(`${path}.new`, `${boot}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  return boot;
}

/** The process that holds the lock; null when there is none or it died without giving it back. */
function holderOf(path: string): number | null {
  const pid = Number(readOrEmpty(path));
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return null;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : null;
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
