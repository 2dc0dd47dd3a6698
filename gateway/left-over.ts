/** Spools that no worker uses any more because `gateway.workers` changed: what they hold still belongs into the archive. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { SigningKeys } from './archive/key-rotation.ts';
import type { Config } from './config.ts';
import { say } from './log.ts';
import { ballastPath } from './recorder/ballast.ts';
import { removeLogState } from './recorder/log-state.ts';
import { listSpoolFiles } from './recorder/spool-file.ts';
import { KeyDestroying } from './key-destroying.ts';
import { Redacting } from './redacting.ts';
import { startRecording } from './recording.ts';

/** The spool's folder of each worker: one has the whole folder, several a numbered one each and their share of the limit. */
export function spoolOf(
  { gateway }: Config,
  worker: number,
): { readonly dir: string; readonly limit: number; readonly deadline: number } {
  const { workers, spool } = gateway;
  if (workers === 1) return spool;
  return { ...spool, dir: join(spool.dir, String(worker)), limit: Math.floor(spool.limit / workers) };
}

/** Ends the logs of such spools, ships what they hold and removes them; they stay where the archive does not take it. */
export async function finishLeftOver(
  config: Config,
  { software, keys, log }: { readonly software: string; readonly keys: SigningKeys; readonly log: Logger },
): Promise<void> {
  for (const dir of leftOver(config)) {
    const recording = await startRecording({
      spool: { dir, limit: Number.MAX_SAFE_INTEGER },
      archive: config.archive,
      roll: config.volumes.roll,
      remote: config.volumes.remote,
      keys,
      durability: config.gateway.durability,
      software,
      log,
      onFailure: () => {},
    });
    const own = { archive: config.archive, spoolDir: dir, recording, log };
    const destroying = new KeyDestroying({ ...own, remote: config.volumes.remote });
    const redacting = new Redacting({ ...own, keys: destroying });
    await redacting.resume();
    await redacting.close();
    await destroying.resume();
    await destroying.close();
    await recording.close();
    const whole = recording.behind() === 0;
    if (whole) removeSpool(dir);
    const what = whole ? 'was shipped and removed' : 'could not be shipped whole and is kept';
    say(
      log,
      whole ? 'info' : 'warn',
      'spool.left-over',
      `the spool in ${dir}, which no worker uses, ${what}`,
    );
  }
}

function removeSpool(dir: string): void {
  for (const { path } of listSpoolFiles(dir)) rmSync(path);
  rmSync(ballastPath(dir), { force: true });
  rmSync(join(dir, 'remote'), { recursive: true, force: true });
  removeLogState(dir); // the next log here is another one
}

function leftOver({ gateway: { workers, spool } }: Config): string[] {
  if (!existsSync(spool.dir)) return [];
  const numbered = readdirSync(spool.dir).filter((name) => /^\d+$/.test(name));
  const unused = numbered.filter((name) => workers === 1 || Number(name) >= workers);
  const folders = unused.map((name) => join(spool.dir, name));
  if (workers > 1) folders.push(spool.dir);
  return folders.filter((dir) => listSpoolFiles(dir).length > 0);
}
