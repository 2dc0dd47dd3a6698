/** Files that hold a secret: read only where nobody else could have read or changed them. */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

/** Rights of the group and of everybody. */
const OTHERS = 0o077;

/** What the group may not do with a file of root's, nor everybody. */
const OTHERS_BUT_READERS = 0o037;

export type PrivateFileErrorCode =
  /** It is not there, or this process may not read it. */
  | 'UNREADABLE'
  /** A folder, a pipe or a device. */
  | 'NOT_A_FILE'
  /** It belongs to neither this user nor root: its owner could change it. */
  | 'FOREIGN'
  /** Its mode lets others in. */
  | 'OPEN';

/** Why a file was not taken; `message` goes on from "a file that …". Never holds what is in the file. */
export class PrivateFileError extends Error {
  readonly code: PrivateFileErrorCode;
  constructor(code: PrivateFileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PrivateFileError';
    this.code = code;
  }
}

/** The text of a file that is its owner's alone; Windows has no such mode. Throws {@link PrivateFileError}. */
export function readPrivateFile(path: string): string {
  let file: number;
  try {
    // Without O_NONBLOCK a pipe would keep the gateway waiting for its writer.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw unreadable(cause);
  }
  try {
    // Of the opened file, not of the path: that may lead elsewhere a moment later.
    refuseShared(path, fstatSync(file));
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw cause instanceof PrivateFileError ? cause : unreadable(cause);
  } finally {
    closeSync(file);
  }
}

function refuseShared(path: string, stats: Stats): void {
  const { mode, uid } = stats;
  if (!stats.isFile()) throw new PrivateFileError('NOT_A_FILE', 'is not a regular file');
  if (process.platform === 'win32') return;
  if (uid !== 0 && uid !== process.getuid?.()) {
    throw new PrivateFileError(
      'FOREIGN',
      `belongs to another user; run: chown ${process.getuid?.()} ${path}`,
    );
  }
  if (isOpen({ mode, owner: uid, user: process.getuid?.() ?? uid })) {
    throw new PrivateFileError('OPEN', `others can read; run: chmod 600 ${path}`);
  }
}

/**
 * Whether others than its user could read or change a file. Root's may be read by a group: libpq takes keys so, and so do
 * Kubernetes and systemd give secrets to who is not root.
 */
export function isOpen(file: {
  readonly mode: number;
  readonly owner: number;
  readonly user: number;
}): boolean {
  const lent = file.owner === 0 && file.user !== 0;
  return (file.mode & (lent ? OTHERS_BUT_READERS : OTHERS)) !== 0;
}

function unreadable(cause: unknown): PrivateFileError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PrivateFileError('UNREADABLE', `cannot be read (${reason})`, { cause });
}
