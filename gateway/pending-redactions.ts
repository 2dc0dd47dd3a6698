/** Redactions that are under way, in a file beside the spool: what they took out by then, and what not, is known after a crash. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { syncFolder } from './archive/key-file.ts';
import type { LoggedRedaction } from './archive/redaction.ts';
import { replaceFile } from './archive/sqlite/replace-file.ts';

const Pending = z.array(
  z.object({
    log: z.string(),
    index: z.int(),
    field: z.string(),
    length: z.int(),
    time: z.int(),
    by: z.string(),
    reason: z.string(),
    /** Base64. */
    remainder: z.string().nullable(),
  }),
);

export class PendingRedactions {
  readonly #path: string;

  /** `dir` is the spool's folder. */
  constructor(dir: string) {
    this.#path = join(dir, 'redactions.json');
  }

  /** Those that a crash interrupted; the latest of each payload. Throws the errors of `node:fs`. */
  read(): LoggedRedaction[] {
    try {
      const stored = Pending.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
      return stored.map((one) =>
        Object.assign(one, {
          remainder: one.remainder === null ? null : Buffer.from(one.remainder, 'base64'),
        }),
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  /** Keeps them, on disk, beside what could not be finished before; returns all. */
  add(redactions: readonly LoggedRedaction[]): LoggedRedaction[] {
    const keyOf = ({ log, index, field }: LoggedRedaction) => `${log} ${index} ${field}`;
    const all = new Map([...this.read(), ...redactions].map((redaction) => [keyOf(redaction), redaction]));
    const stored = [...all.values()].map((redaction) => {
      const { remainder } = redaction;
      return Object.assign(
        { ...redaction },
        { remainder: remainder && Buffer.from(remainder).toString('base64') },
      );
    });
    replaceFile(this.#path, JSON.stringify(stored));
    return [...all.values()];
  }

  clear(): void {
    rmSync(this.#path, { force: true });
    syncFolder(dirname(this.#path));
  }
}
