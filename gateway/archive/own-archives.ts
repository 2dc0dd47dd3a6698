/**
 * Which archives this user's own programs write: they are opened in place. All others may be of whoever sent them, whatever
 * keys they are signed with, since lists and indexes beside signed events can be anybody's.
 */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One path a line, links resolved. */
const FILE = 'archives';

/**
 * Notes the archive at `path`, which is there, as one that this user writes. `userFolder`: see gateway/config.ts. Where it cannot be
 * written, as by a service without a home, nothing is noted: the archive is opened from a private copy then.
 */
export function noteOwnArchive(userFolder: string, path: string): void {
  try {
    const real = realpathSync(path);
    if (real.includes('\n') || noted(userFolder).has(real)) return;
    mkdirSync(userFolder, { recursive: true, mode: 0o700 });
    writeFileSync(join(userFolder, FILE), `${real}\n`, { flag: 'a', mode: 0o600 });
  } catch {
    // Recording goes before looking.
  }
}

/** Whether the path is an archive that was noted, or a volume in one. */
export function isOwnArchive(userFolder: string, path: string): boolean {
  const own = noted(userFolder);
  if (own.size === 0) return false;
  try {
    const real = realpathSync(path);
    return own.has(real) || (real.endsWith('.audit') && own.has(dirname(real)));
  } catch {
    return false; // whoever opens it says what is wrong with the path
  }
}

function noted(userFolder: string): ReadonlySet<string> {
  try {
    return new Set(
      readFileSync(join(userFolder, FILE), 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    );
  } catch {
    return new Set();
  }
}
