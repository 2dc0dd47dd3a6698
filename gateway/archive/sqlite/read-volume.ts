/** Opens volumes to read, telling apart what is none, what is too new and what is damaged. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { ArchiveError } from '../archive.ts';
import { checkVersion } from './schema.ts';
import { volumeName } from './volume-files.ts';

/** A volume open for reading; `name` orders volumes and stands in cursors: the log it holds, hex, and its first index in 12 digits. */
export interface Volume {
  readonly db: Database.Database;
  readonly path: string;
  readonly name: string;
}

/** How long a reader waits for a lock, in ms. */
const BUSY_MS = 5000;

const MAGIC = 'SQLite format 3\0';

/** Opens a volume; one on read-only media without its write-ahead log as immutable. Throws {@link ArchiveError}. */
export function openVolume(path: string): Volume {
  expectSqlite(path);
  return guarded(path, () => {
    const db = openReadable(path);
    try {
      db.pragma('trusted_schema = OFF');
      db.pragma('cell_size_check = ON');
      db.pragma('temp_store = MEMORY');
      checkVersion(db, path);
      const row = db.prepare<[], { log: Buffer; first: number }>('SELECT log, first FROM volume').get();
      return { db, path, name: row === undefined ? '' : volumeName(row.log, row.first) };
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * SQLite must create the index of the write-ahead log beside a volume in WAL mode. Where it cannot and no such log is there,
 * nobody writes the volume and it may be read as it lies. Needs SQLITE_USE_URI=1 in the environment, which open.ts sets.
 */
function openReadable(path: string): Database.Database {
  const options = { readonly: true, fileMustExist: true, timeout: BUSY_MS };
  const db = new Database(path, options);
  try {
    db.prepare('SELECT 1 FROM sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    if (!isSqlite(error, ['SQLITE_CANTOPEN', 'SQLITE_READONLY']) || existsSync(`${path}-wal`)) throw error;
    return new Database(`${pathToFileURL(path).href}?immutable=1`, options);
  }
}

/** Looks at a file's first bytes before SQLite does: it would call any other file damaged. */
function expectSqlite(path: string): void {
  const head = Buffer.alloc(MAGIC.length);
  try {
    if (statSync(path).isDirectory()) throw notAnArchive(path, 'is a folder');
    const file = openSync(path, 'r');
    try {
      readSync(file, head, 0, head.length, 0);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof ArchiveError) throw cause;
    throw new ArchiveError(
      'NOT_FOUND',
      `${path} cannot be read (${messageOf(cause)}); check the path and its permissions`,
      { cause },
    );
  }
  if (head.toString('latin1') !== MAGIC) throw notAnArchive(path, 'is not an archive: it is no SQLite file');
}

function notAnArchive(path: string, what: string): ArchiveError {
  return new ArchiveError(
    'NOT_AN_ARCHIVE',
    `${path} ${what}; name the archive folder of a gateway, or one .audit file`,
  );
}

/** Runs `action` on the volume at `path`; SQLite's errors become {@link ArchiveError}. */
export function guarded<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (isSqlite(error, ['SQLITE_BUSY', 'SQLITE_LOCKED'])) {
      const message = `${path} is locked by another program; try again when it is done`;
      throw new ArchiveError('BUSY', message, { cause: error });
    }
    if (isSqlite(error, DAMAGE)) {
      const message = `${path} is damaged (${messageOf(error)}); restore it from a copy`;
      throw new ArchiveError('DAMAGED', message, { cause: error });
    }
    if (isPacking(error)) {
      const message = `${path} is damaged (what it holds cannot be unpacked); restore it from a copy`;
      throw new ArchiveError('DAMAGED', message, { cause: error });
    }
    throw error;
  }
}

/** Of node:zlib: bytes that no compressor wrote. */
function isPacking(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^Z(?:STD)?_/.test(error.code)
  );
}

const DAMAGE = [
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_IOERR',
  'SQLITE_CANTOPEN',
  'SQLITE_ERROR',
] as const;

function isSqlite(error: unknown, codes: readonly string[]): boolean {
  if (!(error instanceof Database.SqliteError)) return false;
  return codes.some((code) => error.code === code || error.code.startsWith(`${code}_`));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
