/** Notes for this user what a gateway of theirs has where nobody would look for it: its archive, and its development issuer. */
import { noteOwnArchive } from '../gateway/archive/own-archives.ts';
import { type Config, developmentIssuer, type Environment, userFolder } from '../gateway/config.ts';
import { runtimeFileOf } from '../gateway/identity/issuer-files.ts';
import { noteIssuer } from '../gateway/identity/issuer-notes.ts';

/** The archive is then opened in place, and `auditorium token` and `login` find the issuer; a user without a home has neither. */
export async function noteOwnGateway(config: Config, env: Environment): Promise<void> {
  const folder = folderOf(env);
  if (folder === null) return;
  noteOwnArchive(folder, config.archive);
  const issuer = developmentIssuer(config);
  if (issuer !== null) await noteIssuer(folder, runtimeFileOf(issuer.dir));
}

function folderOf(env: Environment): string | null {
  try {
    return userFolder(env);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
