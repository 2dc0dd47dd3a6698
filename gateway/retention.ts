/**
 * Removes sealed volumes of the archive by the rules of its configuration: each only after the log says so, on disk, and with a
 * signed note in its place, so that proofs of what remains hold. What is under a legal hold stays.
 */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Logger } from 'pino';
import { EVERYTHING, type Filter } from '../shared/filter/filter.ts';
import { parseFilter } from '../shared/filter/parse.ts';
import { holdsOn } from './archive/hold-file.ts';
import { activeHolds } from './archive/legal-holds.ts';
import { type Due, dueVolumes, type Kept } from './archive/retention.ts';
import { SEAL_SUFFIX } from './archive/sqlite/verify/seal.ts';
import type { VolumeFacts } from './archive/sqlite/volume-facts.ts';
import { volumeMatches } from './archive/sqlite/volume-matches.ts';
import type { Retention } from './config-archive.ts';
import { say } from './log.ts';
import type { Recording } from './recording.ts';

export interface RetentionOptions {
  /** The archive's folder. */
  readonly archive: string;
  readonly retention: Retention;
  /** What is to stay for now for another reason, by the name of its file; default nothing. */
  readonly stays?: (file: string) => boolean;
  /** Says in its log what is removed, whichever log that was of. */
  readonly recording: Pick<Recording, 'recorder' | 'head' | 'ask'>;
  readonly log: Logger;
}

/** How often it is looked whether something is to go, ms. */
const EVERY_MS = 60_000;

/** Begins to look, soon; the function it returns ends it, after what it is in the middle of. */
export function startRetention(options: RetentionOptions, every = EVERY_MS): () => Promise<void> {
  const pass = new RetentionPass(options);
  let passing: Promise<void> | null = null;
  const look = () => {
    passing ??= pass
      .run()
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        say(options.log, 'error', 'retention.failed', `volumes are kept for now: ${why}`);
      })
      .finally(() => (passing = null));
  };
  const timer = setInterval(look, every).unref();
  return async () => {
    clearInterval(timer);
    pass.stop();
    await passing;
  };
}

class RetentionPass {
  readonly #options: RetentionOptions;
  readonly #filters: readonly Filter[];
  /** Of sealed volumes, which change no more but by redactions. */
  readonly #facts = new Map<string, VolumeFacts>();
  readonly #matches = new Map<string, boolean>();
  #stopped = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#filters = options.retention.hold.map((text) => parseFilter(text).filter ?? EVERYTHING);
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    const { archive, retention } = this.#options;
    const volumes = await Promise.all((await volumePaths(archive)).map((path) => this.#kept(path)));
    const isHeld = (path: string) => this.#isHeld(path);
    const due = await dueVolumes(volumes, retention, { now: Date.now() * 1000, isHeld });
    for (const volume of due) if (!this.#stopped) await this.#expire(volume);
  }

  async #kept(path: string): Promise<Kept> {
    const { size: bytes } = await stat(path);
    if (!existsSync(path + SEAL_SUFFIX)) return { path, bytes, lastTime: null };
    const facts = this.#facts.get(path) ?? (await this.#options.recording.ask('describe', { path }));
    this.#facts.set(path, facts);
    return { path, bytes, lastTime: facts.lastTime, connections: facts.connections };
  }

  async #isHeld(path: string): Promise<boolean> {
    if (holdsOn(path).length > 0 || this.#options.stays?.(basename(path)) === true) return true;
    if (await this.#isLegallyHeld(path)) return true;
    let matches = this.#matches.get(path);
    if (matches === undefined) {
      matches = false;
      for (const filter of this.#filters) matches ||= await volumeMatches(path, filter);
      this.#matches.set(path, matches);
    }
    return matches;
  }

  /** Every hold is looked for once in a volume that is sealed: neither changes. */
  async #isLegallyHeld(path: string): Promise<boolean> {
    for (const { id, filter } of activeHolds(this.#options.archive)) {
      const name = `${id} ${path}`;
      const matches =
        this.#matches.get(name) ?? (await volumeMatches(path, parseFilter(filter).filter ?? EVERYTHING));
      this.#matches.set(name, matches);
      if (matches) return true;
    }
    return false;
  }

  async #expire({ path, reason }: Due): Promise<void> {
    const { recording, log } = this.#options;
    const facts = this.#facts.get(path);
    // A hold may have been put on it while others were removed.
    if (facts === undefined || holdsOn(path).length > 0 || (await this.#isLegallyHeld(path))) return;
    const { first, next, statements, seal, frontier } = facts;
    const tombstone = { log: facts.log, first, next, statements, reason, seal, frontier };
    if (!recording.recorder.record('volumeExpired', tombstone)) return;
    await recording.head(); // nothing is removed before the disk has the event that says so
    const file = basename(path);
    await recording.ask('expire', { path, expiry: { ...tombstone, file, time: Date.now() * 1000 } });
    this.#facts.delete(path);
    this.#matches.delete(path);
    say(log, 'info', 'retention.expired', `${file} was removed: ${reason}`, {
      file,
      first,
      next,
      statements,
    });
  }
}

/** As docs/format.md §4 has it; the module that says it too would load SQLite into a data path. */
const VOLUME_NAME = /^[0-9a-f]{32}-\d{12}\.audit$/;

async function volumePaths(archive: string): Promise<string[]> {
  const names = await readdir(archive);
  return names.filter((name) => VOLUME_NAME.test(name)).map((name) => join(archive, name));
}
