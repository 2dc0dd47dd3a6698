/** The user's own folders. Apart from the configuration: they are known before anything that takes time is loaded. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the user's own data lies: `$AUDITORIUM_HOME`, else the operating system's place for it. */
export function userFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (env['AUDITORIUM_HOME']) return resolve(env['AUDITORIUM_HOME']);
  const home = env['HOME'] ?? homedir();
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Auditorium');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Auditorium');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'auditorium');
}

/** Where what can be made anew is kept for the user: a folder of its own. */
export function cacheFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (env['AUDITORIUM_HOME']) return join(resolve(env['AUDITORIUM_HOME']), 'cache');
  const home = env['HOME'] ?? homedir();
  if (platform === 'win32') return join(userFolder(env, platform), 'Cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'Auditorium');
  return join(env['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'auditorium');
}
