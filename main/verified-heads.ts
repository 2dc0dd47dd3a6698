/**
 * Remembers how far each log was verified on this machine. What was verified once is an anchor for the next time: an archive that
 * was put back to an older copy, or written anew with the gateway's own key, is found out by whoever looked at it before.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Anchor } from '../gateway/archive/sqlite/verify/anchors.ts';
import { fromBase64, toBase64 } from '../shared/recording/base64.ts';
import { HASH_BYTES } from '../shared/recording/tree.ts';

const FILE = 'verified-heads.json';

const headsSchema = z.record(
  z.string(),
  z.object({ size: z.int().nonnegative(), root: z.string(), verified: z.string(), archive: z.string() }),
);
type Heads = z.infer<typeof headsSchema>;

/** A log as it was just verified. */
export interface VerifiedHead {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

export class VerifiedHeads {
  readonly #path: string;

  /** `folder`: the user's own, see userFolder of gateway/config.ts. */
  constructor(folder: string) {
    this.#path = join(folder, FILE);
  }

  /** What was verified here before, for the archive at a path. A file that cannot be read remembers nothing. */
  anchors(path: string): Anchor[] {
    return Object.entries(this.#read()).flatMap(([origin, { size, root, verified, archive }]) => {
      const bytes = fromBase64(root);
      if (bytes?.length !== HASH_BYTES) return [];
      const from = `what was verified here on ${verified}`;
      return [{ checkpoint: { origin, size, root: bytes }, from, expected: archive === path }];
    });
  }

  /** Remembers logs of the archive at a path as of `now` (ms since 1970); a smaller size takes the place of a larger one only with `forget`. */
  remember(archive: string, verified: readonly VerifiedHead[], now: number, forget: boolean): void {
    const heads = this.#read();
    for (const { origin, size, root } of verified) {
      if (!forget && (heads[origin]?.size ?? -1) > size) continue;
      heads[origin] = { size, root: toBase64(root), verified: new Date(now).toISOString(), archive };
    }
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const written = `${this.#path}.${process.pid}`;
    writeFileSync(written, JSON.stringify(heads), { mode: 0o600 });
    renameSync(written, this.#path);
  }

  #read(): Heads {
    try {
      return headsSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch {
      return {};
    }
  }
}
