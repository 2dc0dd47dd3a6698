/**
 * Which development issuers this user's gateways run: most have their runtime file beside a configuration of their own, where nobody
 * who has only the user folder would look for it.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In the user folder: one file for each noted runtime file, which holds its path, so that gateways starting at once share nothing. */
const FOLDER = 'issuers';

/**
 * Notes an issuer by its runtime file, an absolute path. `userFolder`: see gateway/config.ts. Where it cannot be written, as by a
 * service without a home, nothing is noted: that issuer is found by its configuration alone.
 */
export async function noteIssuer(userFolder: string, runtimeFile: string): Promise<void> {
  try {
    await mkdir(join(userFolder, FOLDER), { recursive: true, mode: 0o700 });
    await writeFile(noteOf(userFolder, runtimeFile), runtimeFile, { mode: 0o600 });
  } catch {
    // The gateway runs without it.
  }
}

/** The runtime files that were noted; some may be gone. */
export async function notedIssuers(userFolder: string): Promise<string[]> {
  const folder = join(userFolder, FOLDER);
  const names = await readdir(folder).catch(() => []);
  const paths = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return paths.filter((path) => path !== '');
}

/** Forgets an issuer that is gone. */
export async function forgetIssuer(userFolder: string, runtimeFile: string): Promise<void> {
  await rm(noteOf(userFolder, runtimeFile), { force: true }).catch(() => {});
}

function noteOf(userFolder: string, runtimeFile: string): string {
  return join(userFolder, FOLDER, createHash('sha256').update(runtimeFile).digest('hex').slice(0, 32));
}
