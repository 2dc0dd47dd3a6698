/** Where a demo keeps what it leaves behind: one folder a run under the user's, the older ones removed. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes this run's folder, `demo/<time>-<process id>` under `userFolder`; only the user can look into it. */
export async function makeDemoFolder(userFolder: string, now: Date): Promise<string> {
  const time = now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
  const folder = join(userFolder, 'demo', `${time}-${process.pid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Removes the folders of demos that no longer run. The name says whose they are, so nothing else is touched. */
export async function removeOldDemos(userFolder: string): Promise<void> {
  const parent = join(userFolder, 'demo');
  const names = await readdir(parent).catch(() => []);
  const old = names.filter((name) => {
    const pid = /^\d{8}T\d{6}-(?<pid>\d+)$/.exec(name)?.groups?.['pid'];
    return pid !== undefined && !isRunning(Number(pid));
  });
  await Promise.all(old.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

/** A process id given again to another program only keeps a folder longer. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
