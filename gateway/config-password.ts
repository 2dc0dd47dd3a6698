/** From where a password is to what it is. */
import { resolve } from 'node:path';
import type { ConfigFile } from './config-schema.ts';
import { PasswordCommand } from './postgres/password-command.ts';
import { PrivateFileError, readPrivateFile } from './postgres/private-file.ts';

/** Secrets by the names that a configuration calls them. */
export type Secrets = Readonly<Record<string, string>>;

/** What places are looked up in; `fail` reports what is wrong with the setting and throws. */
export interface PasswordPlaces {
  /** Where relative paths start, and where commands run. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What a keychain holds, by name. */
  readonly secrets: Secrets;
  readonly fail: (why: string) => never;
}

type Written = ConfigFile['connections'][number]['password'];

/** Reads environment and files at once; a command runs when a session needs the password. */
export function readPassword(
  source: NonNullable<Written>,
  { dir, env, secrets, fail }: PasswordPlaces,
): string | PasswordCommand {
  if (typeof source === 'string') return source;
  if ('command' in source) return new PasswordCommand(source.command, dir);
  if ('env' in source)
    return env[source.env] ?? fail(`names the environment variable ${source.env}, which is not set`);
  if ('keychain' in source) return secrets[source.keychain] ?? fail(inNoKeychain(source.keychain));
  try {
    return readPrivateFile(resolve(dir, source.file)).replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof PrivateFileError) return fail(`names a file that ${error.message}`);
    throw error;
  }
}

/** Only the desktop app hands out what lies in a keychain. */
function inNoKeychain(name: string): string {
  return `names the secret ${name} of the desktop app’s keychain, which is not to be had here: run this gateway from the desktop app, or give { env: VARIABLE }, { file: PATH } or { command: [PROGRAM, …] }`;
}
