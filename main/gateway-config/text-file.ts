/** A file that people edit too: read with what tells its text from every other, written whole or not at all, and only over the text that was read. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { readFile, realpath, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ApiError } from '../../shared/api/error.ts';

/** Copies of what a file was before, beside it; more are as good as none. */
const COPIES = '.auditorium-before';
const MOST_COPIES = 20;

/** Rights of the group and of everybody. */
const OTHERS = 0o077;

/** A text as it was read. */
export interface ReadText {
  readonly text: string;
  readonly revision: string;
}

/** What tells one text from every other. */
export function revisionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Rejects with {@link ApiError}. */
export async function readTextFile(path: string): Promise<ReadText> {
  try {
    const text = await readFile(path, 'utf8');
    return { text, revision: revisionOf(text) };
  } catch (cause) {
    const absent = isCode(cause, 'ENOENT');
    const why = absent ? 'there is no such file' : `it cannot be read (${String(cause)})`;
    throw new ApiError(absent ? 'NOT_FOUND' : 'CONFIG_UNUSABLE', `${path}: ${why}`, { cause });
  }
}

/** What is written in place of what was read. */
interface Replacement {
  readonly text: string;
  readonly revision: string;
  readonly now: number;
  /** Whether a secret stands in it: then others may not read it, as they may not read a file of a password. */
  readonly secret?: boolean;
}

/** What was done. */
interface Replaced {
  /** Where what it was before lies. */
  readonly copy: string;
  /** Whether others could read the file, and cannot now. */
  readonly narrowed: boolean;
}

/**
 * Writes over the text of that revision, and keeps a copy of it. Rejects with {@link ApiError} CONFLICT where the file has another
 * text by now.
 */
export async function replaceTextFile(
  path: string,
  { text, revision, now, secret = false }: Replacement,
): Promise<Replaced> {
  const real = await realpath(path).catch(() => path); // a link stays a link
  const before = await readTextFile(real);
  if (before.revision !== revision)
    throw new ApiError(
      'CONFLICT',
      `${path} was changed by somebody else meanwhile; nothing was written. Look at what is there now, then change that.`,
    );
  const { mode } = await stat(real);
  // Windows has no such mode.
  const narrowed = secret && process.platform !== 'win32' && (mode & OTHERS) !== 0;
  const copy = keepCopy(real, before.text, now);
  await writeWhole(real, text, narrowed ? 0o600 : mode & 0o777);
  return { copy, narrowed };
}

/** Writes a file that is not there. Throws {@link ApiError} CONFLICT where it is. */
export function writeNewFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (cause) {
    if (!isCode(cause, 'EEXIST'))
      throw new ApiError('CONFIG_UNUSABLE', `${path} cannot be written (${String(cause)})`, { cause });
    throw new ApiError('CONFLICT', `${path} is there already: take it as it is, or name another file`, {
      cause,
    });
  }
  writeAndClose(file, text);
}

async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  const file = openSync(draft, 'w', mode);
  fchmodSync(file, mode); // whatever the umask is, or a draft that was left
  writeAndClose(file, text);
  await rename(draft, path);
}

function writeAndClose(file: number, text: string): void {
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function keepCopy(path: string, text: string, now: number): string {
  const folder = join(dirname(path), COPIES);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stamp = new Date(now).toISOString().replaceAll(/[-:]/g, '').replace('.', '');
  const copy = join(folder, `${basename(path)}.${stamp}`);
  writeAndClose(openSync(copy, 'w', 0o600), text);
  const kept = readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(path)}.`))
    .toSorted();
  for (const name of kept.slice(0, -MOST_COPIES)) rmSync(join(folder, name), { force: true });
  return copy;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
