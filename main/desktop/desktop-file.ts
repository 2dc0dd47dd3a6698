/**
 * What the desktop app remembers from one start to the next, in a file of the user folder: written whole or not at all, so that
 * after a crash it says how things stood a moment before. It is a convenience: one that cannot be understood is begun anew.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { userFolder } from '../../gateway/config.ts';
import { UPDATE_WISHES } from './updates/update-mode.ts';

const Coordinate = z.int().min(-100_000).max(100_000);

const Remembered = z.object({
  version: z.literal(1),
  window: z
    .object({
      bounds: z.object({ x: Coordinate, y: Coordinate, width: Coordinate, height: Coordinate }),
      maximised: z.boolean(),
    })
    .nullable(),
  /** What was shown, and where in it one was. */
  last: z
    .object({ archive: z.string().max(4_096), address: z.string().startsWith('/').max(8_192) })
    .nullable(),
  /** The configuration of the gateway that this app runs. */
  gateway: z.string().max(4_096).nullable(),
  /** Hosts that the person has added to those whose pages may be opened. */
  linkHosts: z.array(z.string().max(253)).max(100),
  /** Whether new versions are looked for; null: as by default. */
  updates: z.enum(UPDATE_WISHES).nullable().default(null),
});
export type Remembered = z.infer<typeof Remembered>;

const NOTHING: Remembered = {
  version: 1,
  window: null,
  last: null,
  gateway: null,
  linkHosts: [],
  updates: null,
};

export class DesktopFile {
  readonly path: string;
  /** The user's own. */
  readonly folder: string;
  #now: Remembered;

  /** `folder` is the user's own, made when something is kept. */
  constructor(folder: string) {
    this.folder = folder;
    this.path = join(folder, 'desktop.json');
    this.#now = read(this.path);
  }

  get now(): Remembered {
    return this.#now;
  }

  /** Remembers more. That it cannot be written is no reason to stop: the next start knows less. */
  keep(change: Partial<Remembered>): void {
    const next = { ...this.#now, ...change };
    if (JSON.stringify(next) === JSON.stringify(this.#now)) return;
    this.#now = next;
    try {
      write(this.folder, this.path, `${JSON.stringify(next, null, 2)}\n`);
    } catch {
      // A full or read-only disk is told of by whatever matters more.
    }
  }
}

/** That of the user who runs this process. */
export function desktopFileOfUser(): DesktopFile {
  return new DesktopFile(userFolder(process.env));
}

function read(path: string): Remembered {
  try {
    return Remembered.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return NOTHING;
  }
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.tmp`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}
