/** The user's own folders. Apart from the configuration: they are known before anything that takes time is loaded. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws a TypeError for a user who has none, such as a number without a name in a container. */
function homeOf(env: Environment): string {
  try {
    return env['HOME'] ?? homedir();
  } catch (cause) {
    throw new TypeError('this user has no home folder: set AUDITORIUM_HOME to a folder of theirs', { cause });
  }
}

/** Where the user's own data lies: `$AUDITORIUM_HOME`, else the operating system's place for it. */
export function userFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (env['AUDITORIUM_HOME']) return resolve(env['AUDITORIUM_HOME']);
  const home = homeOf(env);
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Auditorium');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Auditorium');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'auditorium');
}

/** Where what can be made anew is kept for the user: a folder of its own. */
export function cacheFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (env['AUDITORIUM_HOME']) return join(resolve(env['AUDITORIUM_HOME']), 'cache');
  const home = homeOf(env);
  if (platform === 'win32') return join(userFolder(env, platform), 'Cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'Auditorium');
  return join(env['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'auditorium');
}
