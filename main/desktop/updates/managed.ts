/** What whoever runs this machine says about the desktop app, in a file that only they can write. */
import { readFileSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { z } from 'zod';
import { UPDATE_WISHES, type UpdateFacts } from './update-mode.ts';

const Managed = z.object({ updates: z.enum(UPDATE_WISHES).nullable().default(null) });

/** Where the file is. */
export function managedPath(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  if (platform === 'darwin') return '/Library/Application Support/Auditorium/managed.json';
  if (platform === 'win32')
    return win32.join(env['ProgramData'] ?? String.raw`C:\ProgramData`, 'Auditorium', 'managed.json');
  return posix.join('/etc/auditorium', 'managed.json');
}

/** null: there is none. One that cannot be understood still says that somebody manages this machine. */
export function readManaged(path: string): UpdateFacts['managed'] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return absent ? null : { updates: null };
  }
  try {
    return Managed.parse(JSON.parse(text));
  } catch {
    return { updates: null };
  }
}
