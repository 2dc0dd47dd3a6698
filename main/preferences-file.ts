/**
 * The person's preferences in a file of the user folder. Each change reads the file anew, so that hosts which run side by side
 * lose nothing of each other; it is written whole or not at all, and only its owner reads it. A file that cannot be understood
 * is set aside under another name, told of once, and never lost.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { userFolder } from '../gateway/config.ts';
import { changePreferences, excessOf } from '../shared/api/change-preferences.ts';
import { ApiError } from '../shared/api/error.ts';
import {
  NO_PREFERENCES,
  Preferences,
  type KeptPreferences,
  type PreferencesChange,
} from '../shared/api/preferences.ts';

const FILE = 'preferences.json';
const VERSION = 1;

const Envelope = z.object({ version: z.unknown() });

/** Where preferences are kept. */
export interface PreferencesStore {
  read(): KeptPreferences;
  /** Makes a change and gives what is kept then. Throws {@link ApiError} when that would be too much. */
  change(change: PreferencesChange): KeptPreferences;
}

/** Preferences that nobody keeps: gone with the host. */
export function preferencesInMemory(): PreferencesStore {
  let kept: Preferences = NO_PREFERENCES;
  return {
    read: () => ({ ...kept, problem: null }),
    change(change) {
      kept = checked(changePreferences(kept, change));
      return { ...kept, problem: null };
    },
  };
}

export interface PreferencesFileOptions {
  /** The user's own folder (gateway/config.ts, `userFolder`); made when something is kept. */
  readonly folder: string;
  /** The time, in ms since 1970. */
  readonly now: () => number;
  /** Told when a file was set aside. */
  readonly say: (line: string) => void;
}

/** Preferences in `preferences.json` of the user folder. */
export function preferencesInFile(options: PreferencesFileOptions): PreferencesStore {
  const path = join(options.folder, FILE);
  let problem: string | null = null;
  const read = (): Preferences => {
    const text = textOf(path);
    if (text === null) return NO_PREFERENCES;
    const found = understood(text);
    if (typeof found !== 'string') return found;
    const aside = join(options.folder, `preferences.${asideName(options.now())}.json`);
    renameSync(path, aside);
    problem = `${path} ${found}; it was set aside as ${aside}, and Auditorium goes on without it. Mend it and put it back, or delete it.`;
    options.say(problem);
    return NO_PREFERENCES;
  };
  return {
    read: () => ({ ...read(), problem }),
    change(change) {
      const kept = checked(changePreferences(read(), change));
      write(options.folder, path, kept);
      return { ...kept, problem };
    },
  };
}

/** Those of the user who runs this process. */
export function preferencesOfUser(say: (line: string) => void): PreferencesStore {
  return preferencesInFile({ folder: userFolder(process.env), now: Date.now, say });
}

function checked(preferences: Preferences): Preferences {
  const excess = excessOf(preferences);
  if (excess !== null) throw new ApiError('BAD_REQUEST', excess);
  return preferences;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** What a file says, or why that is not understood. */
function understood(text: string): Preferences | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is no JSON';
  }
  const envelope = Envelope.safeParse(value);
  if (!envelope.success) return 'holds no preferences';
  const { version } = envelope.data;
  if (version !== VERSION)
    return `is of version ${JSON.stringify(version)}, and this Auditorium knows version ${VERSION}`;
  const preferences = Preferences.safeParse(value);
  if (preferences.success) return preferences.data;
  const place = preferences.error.issues[0]?.path.join('.') ?? '';
  return `does not hold what it should at "${place}"`;
}

/** Whole or not at all, also when the machine stops. */
function write(folder: string, path: string, preferences: Preferences): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.tmp`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify({ version: VERSION, ...preferences }, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/** `unreadable-20261101T091402123`: as good as unique, and sorted by time. */
function asideName(now: number): string {
  return `unreadable-${new Date(now).toISOString().replaceAll(/[^\dT]/g, '')}`;
}
