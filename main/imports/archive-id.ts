/**
 * What tells an archive from others when files are imported into it: chance, in a file beside its volumes. The log of a file follows from
 * it too, so that the same file in another archive is another log, and nobody signs two histories of one.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../failure.ts';

const FILE = 'imports.id';
const FORM = /^[0-9a-f]{32}$/;

/** The archive's own 32 hex digits; made, with its folder, where there are none. Throws {@link CommandError}. */
export function archiveId(folder: string): string {
  const path = join(folder, FILE);
  const known = read(path);
  if (known !== null) return known;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, `${randomBytes(16).toString('hex')}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    // Another import was faster.
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST' && read(path) !== null)) {
      const message = `${path} cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`;
      throw new CommandError('NOT_AN_ARCHIVE', message, { cause });
    }
  }
  const made = read(path);
  if (made === null) throw new CommandError('NOT_AN_ARCHIVE', `${path} cannot be read`);
  return made;
}

function read(path: string): string | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
  if (FORM.test(text)) return text;
  throw new CommandError(
    'NOT_AN_ARCHIVE',
    `${path} is damaged: restore it, or remove it, and what is imported again is added again`,
  );
}
