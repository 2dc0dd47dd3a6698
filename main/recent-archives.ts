/** Archives that were opened on this machine, the last one first: in a file of the user folder, so that the next window can offer them. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'recent-archives.json';

/** As many as one looks through. */
const MOST = 12;

const Recent = z.array(z.object({ path: z.string(), opened: z.number() }));
export type RecentArchive = z.infer<typeof Recent>[number];

/** None where the file is not there or is not ours: it is only a help. */
export function readRecent(folder: string): RecentArchive[] {
  try {
    return Recent.parse(JSON.parse(readFileSync(join(folder, FILE), 'utf8')));
  } catch {
    return [];
  }
}

/** Forgets them all. */
export function forgetRecent(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/** `path` was opened at `now`, ms. Where it cannot be kept it is not: looking goes before. */
export function noteRecent(folder: string, path: string, now: number): void {
  const others = readRecent(folder).filter((other) => other.path !== path);
  const draft = join(folder, `${FILE}.${process.pid}.tmp`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(draft, JSON.stringify([{ path, opened: now }, ...others].slice(0, MOST)), { mode: 0o600 });
    renameSync(draft, join(folder, FILE));
  } catch {
    // A user folder that cannot be written, as that of a service.
  }
}
