/** The public keys that a verifier here trusts: named on the command line, those of a gateway's configuration, or pinned by the user. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeyError, publicKeyPath, publicKeysIn, readPublicKeys } from '../gateway/archive/key-file.ts';
import { type Environment, readSettings, userFolder } from '../gateway/config.ts';

/** Where keys may be named. */
export interface KeyOptions {
  /** Files of public keys, or keys as text: PEM, or a C2SP verifier key. */
  readonly key: readonly string[];
  /** A gateway's configuration. */
  readonly config?: string | undefined;
}

/**
 * The trusted keys, 32 bytes each; none when nothing is named and nothing is pinned. What lies beside an archive is never asked:
 * whoever sent the one may have written the other. Rejects with KeyError or ConfigError.
 */
export async function pinnedKeys({ key, config }: KeyOptions, env: Environment): Promise<Uint8Array[]> {
  if (key.length > 0)
    return key.flatMap((named) =>
      isKeyText(named) ? publicKeysIn(named, 'the key') : readPublicKeys(named),
    );
  if (config !== undefined) {
    const { gateway } = await readSettings(config);
    return readPublicKeys(publicKeyPath(gateway.key));
  }
  const folder = pinFolder(env);
  return pinnedNames(folder).flatMap((name) => readPublicKeys(join(folder, name)));
}

/**
 * Those to look at an archive with: a gateway that was configured and has not run yet has no key, and keeps nobody from looking; what
 * the user has pinned counts then. Rejects with KeyError or ConfigError.
 */
export async function keysForLooking(config: string | null, env: Environment): Promise<Uint8Array[]> {
  try {
    return await pinnedKeys({ key: [], config: config ?? undefined }, env);
  } catch (error) {
    if (!(error instanceof KeyError) || error.code !== 'KEY_NOT_FOUND' || config === null) throw error;
    return pinnedKeys({ key: [] }, env);
  }
}

/** Pins the keys in a text (see {@link publicKeysIn}) for this user, in place of what was pinned under the name; returns the file. */
export function pinKeys(name: string, text: string, env: Environment): string {
  publicKeysIn(text, `the key ${name}`);
  const folder = pinFolder(env);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${name}.pub`);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** What is pinned under a name; null when nothing is. */
export function pinnedText(name: string, env: Environment): string | null {
  const path = join(pinFolder(env), `${name}.pub`);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** Where pinned keys lie: each `.pub` file in it holds some. */
export function pinFolder(env: Environment): string {
  return join(userFolder(env), 'keys');
}

function pinnedNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.pub'))
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A path has neither. */
function isKeyText(text: string): boolean {
  return text.startsWith('-----BEGIN ') || /^\S+\+[0-9a-f]{8}\+\S+$/.test(text);
}
