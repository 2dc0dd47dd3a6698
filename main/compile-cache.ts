/**
 * Modules that were compiled once are kept in the user's cache, so that the next start reads them: in a checkout that saves taking
 * their types out too. The folder is its owner's alone, since what lies there is run.
 */
import { mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from '../gateway/user-folders.ts';

/** For what is loaded from here on, in this process and those that it starts. What cannot be kept is compiled as ever. */
export function keepCompiled(): void {
  const folder = join(cacheFolder(process.env), 'compiled');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    return;
  }
  enableCompileCache(folder);
  process.env['NODE_COMPILE_CACHE'] ??= folder;
}
