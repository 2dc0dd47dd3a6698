/** What verifications on this machine came to, a file for each archive: the next one need not read again what has not changed. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { IntegrityResult } from '../../shared/api/integrity.ts';
import { VolumeStat } from './volume-stats.ts';

const Verified = z.object({
  archive: z.string(),
  /** Public keys that were trusted, hex: with others the same files may come to something else. */
  keys: z.array(z.string()),
  volumes: z.array(VolumeStat),
  result: IntegrityResult,
});

/** How an archive stood when it was verified, and of which files that was said. */
export type Verified = z.infer<typeof Verified>;

export class VerifiedArchives {
  readonly #folder: string;

  /** `folder`: the user's own, see userFolder of gateway/config.ts. */
  constructor(folder: string) {
    this.#folder = join(folder, 'verified');
  }

  /** null where it never was, or was with other keys. */
  read(archive: string, keys: readonly string[]): Verified | null {
    try {
      const verified = Verified.parse(JSON.parse(readFileSync(this.#file(archive), 'utf8')));
      return verified.archive === archive && verified.keys.join() === keys.join() ? verified : null;
    } catch {
      return null;
    }
  }

  keep(verified: Verified): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.#file(verified.archive);
    const written = `${file}.${process.pid}`;
    writeFileSync(written, JSON.stringify(verified), { mode: 0o600 });
    renameSync(written, file);
  }

  #file(archive: string): string {
    return join(this.#folder, `${createHash('sha256').update(archive).digest('hex').slice(0, 32)}.json`);
  }
}
