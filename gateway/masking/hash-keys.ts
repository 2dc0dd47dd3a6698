/**
 * The keys of style `hash`: one per session for the wire, so that agents cannot compare what they saw with what others did; one per
 * archive for the record, so that investigators can. The archive's key is a file of the gateway's own and never in the archive.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  openSync,
  readSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';

/** As long as what HMAC-SHA-256 gives (RFC 2104 §3). */
const KEY_LENGTH = 32;

const OWNER_ONLY = 0o600;
/** Rights of the group and of everybody. */
const OTHERS = 0o077;

/**
 * `not-private`: others than its owner may read or write the file. `damaged`: it is no key. `unreadable`: it is no file, or cannot
 * be made or read; `cause` says why.
 */
export type HashKeyErrorCode = 'not-private' | 'damaged' | 'unreadable';

export class HashKeyError extends Error {
  override readonly name = 'HashKeyError';
  readonly code: HashKeyErrorCode;

  constructor(code: HashKeyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface HashKeys {
  readonly archive: Buffer;
  /** A fresh one. */
  session(): Buffer;
}

/**
 * The key in the file at `path`, which is made if there is none; processes that start at once agree on one.
 * @throws HashKeyError
 */
export function hashKeys(path: string, random: (size: number) => Buffer = randomBytes): HashKeys {
  try {
    const archive = read(path) ?? made(path, random);
    return { archive, session: () => random(KEY_LENGTH) };
  } catch (cause) {
    if (cause instanceof HashKeyError) throw cause;
    throw new HashKeyError('unreadable', `${path}: the key for hashes cannot be read`, { cause });
  }
}

/** Null when there is no such file. A link is refused: whoever made it chose the key. */
function read(path: string): Buffer | null {
  let fd: number;
  try {
    // Windows has neither; a pipe would keep the gateway waiting for its writer.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const file = fstatSync(fd);
    if (!isPrivate(file))
      throw new HashKeyError(
        'not-private',
        `${path}: others may read or write the key for hashes; it must be its owner's alone (mode 0600)`,
      );
    const key = Buffer.alloc(KEY_LENGTH);
    if (!file.isFile() || file.size !== KEY_LENGTH || readSync(fd, key) !== KEY_LENGTH)
      throw new HashKeyError('damaged', `${path}: this is no key for hashes`);
    return key;
  } finally {
    closeSync(fd);
  }
}

/** Windows has no such modes. */
function isPrivate({ mode, uid }: Stats): boolean {
  return process.platform === 'win32' || ((mode & OTHERS) === 0 && uid === process.getuid?.());
}

/** Whole under its name at once, and only if nobody else was quicker. */
function made(path: string, random: (size: number) => Buffer): Buffer {
  const key = random(KEY_LENGTH);
  const draft = `${path}.${random(6).toString('hex')}`;
  try {
    writeFileSync(draft, key, { flag: 'wx', mode: OWNER_ONLY, flush: true });
    linkSync(draft, path);
    return key;
  } catch (error) {
    const other = (error as NodeJS.ErrnoException).code === 'EEXIST' ? read(path) : null;
    if (other === null) throw error;
    return other;
  } finally {
    rmSync(draft, { force: true });
  }
}
