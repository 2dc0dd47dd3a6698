/** Where a demo keeps what it makes, and how the next one removes what an earlier one could not. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isRunning } from './processes.ts';

/** Makes this run's folder, `demo/<time>-<process id>` under `userFolder`; only the user can look into it. */
export async function makeDemoFolder(userFolder: string, now: Date): Promise<string> {
  const time = now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
  const folder = join(userFolder, 'demo', `${time}-${process.pid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** What the key of the demo in this folder is pinned as, for as long as the folder is kept. */
export function keyNameOf(folder: string): string {
  return `demo-${basename(folder)}`;
}

/** Makes a folder for the database of this process, a watchdog, where the system keeps what need not last. */
export async function makeDatabaseFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `auditorium-postgres-${process.pid}-`));
}

/**
 * Removes the folders of demos that no longer run, and their keys: their names say whose they are, so nothing else is touched. Tells how
 * many.
 */
export async function removeOldDemos(userFolder: string): Promise<number> {
  await removeOld(join(userFolder, 'keys'), /^demo-\d{8}T\d{6}-(?<pid>\d+)\.pub$/);
  return removeOld(join(userFolder, 'demo'), /^\d{8}T\d{6}-(?<pid>\d+)$/);
}

/**
 * Removes the folders of databases whose watchdog was killed together with its demo. A server that was left with one
 * notices within a minute that its lock file is gone, and ends (PostgreSQL's postmaster.c, RecheckDataDirLockFile).
 */
export async function removeOldDatabases(): Promise<void> {
  await removeOld(tmpdir(), /^auditorium-postgres-(?<pid>\d+)-\w+$/);
}

async function removeOld(parent: string, pattern: RegExp): Promise<number> {
  const names = await readdir(parent).catch(() => []);
  const old = names.filter((name) => {
    const pid = pattern.exec(name)?.groups?.['pid'];
    // A process id given again to another program only keeps a folder longer.
    return pid !== undefined && !isRunning(Number(pid));
  });
  // A server left behind may still write; what cannot be removed at all is another user's.
  const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 };
  const removed = await Promise.allSettled(old.map((name) => rm(join(parent, name), options)));
  return removed.filter(({ status }) => status === 'fulfilled').length;
}
