/**
 * A volume (`.audit`, one SQLite file): the tables of evidence-schema.ts are the evidence, those of projection-schema.ts are
 * made from its events.
 */
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ArchiveError } from '../archive.ts';
import { EVIDENCE_SCHEMA } from './evidence-schema.ts';
import { PROJECTIONS } from './projection-schema.ts';

/** "AUDI": tells a volume from other SQLite files. */
export const APPLICATION_ID = 0x41554449;

/** Version of this schema and of the events in it, in `user_version`: raised with EVENT_VERSION of event.ts too. */
export const SCHEMA_VERSION = 5;

/** File name ending of a volume. */
export const VOLUME_SUFFIX = '.audit';

/** The `session_id` of segments that hold events of the log itself. */
export const LOG_SESSION = 0;

/** Pages kept in memory, KiB: those that a busy volume's indexes grow at. With SQLite's own 2 MiB a statement costs a third more. */
const CACHE_KIB = 64 * 1024;

/**
 * Segments are the larger part of a volume, and each leaves half of a page empty where it begins or ends: pages of 8 KiB cost 7 bytes a
 * small statement more. FTS5 lays its blocks out for pages of 4 KiB too.
 */
const PAGE_BYTES = 4096;

/** Pages of the write-ahead log before it is copied back: few large checkpoints instead of many small ones. */
const AUTOCHECKPOINT_PAGES = (32 << 20) / PAGE_BYTES;

/**
 * Opens the volume at `path` for writing, made when absent (mode 0600) with what `begin` puts into it: all of it or nothing.
 * Throws {@link ArchiveError}.
 */
export function openForWriting(
  path: string,
  begin: (db: Database.Database) => void = () => {},
): Database.Database {
  const isNew = !existsSync(path);
  if (isNew) closeSync(openSync(path, 'a', 0o600));
  else chmodSync(path, 0o600);
  const db = new Database(path, { timeout: 5_000 });
  try {
    if (isNew || db.pragma('page_count', { simple: true }) === 0) create(db, begin);
    else checkVersion(db, path);
    // An insert of many rows journals the pages it touches, to undo it alone: in memory, not in a file of its own.
    db.pragma('temp_store = MEMORY');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.pragma('journal_mode = WAL');
    // better-sqlite3 is compiled so that WAL means NORMAL, which may lose what was acknowledged in a power cut.
    db.pragma('synchronous = FULL');
    if (db.pragma('synchronous', { simple: true }) !== 2)
      throw new ArchiveError('DAMAGED', `${path}: SQLite refuses synchronous=FULL`);
    db.pragma(`wal_autocheckpoint = ${AUTOCHECKPOINT_PAGES}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function create(db: Database.Database, begin: (db: Database.Database) => void): void {
  db.pragma(`page_size = ${PAGE_BYTES}`);
  db.transaction(() => {
    db.exec(EVIDENCE_SCHEMA + PROJECTIONS);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
    begin(db);
  })();
}

/** Tells a volume from another file, and this version from others. Throws {@link ArchiveError}. */
export function checkVersion(db: Database.Database, path: string): void {
  let application: unknown;
  let version: unknown;
  try {
    application = db.pragma('application_id', { simple: true });
    version = db.pragma('user_version', { simple: true });
  } catch (cause) {
    throw new ArchiveError(
      'NOT_AN_ARCHIVE',
      `${path} is not an archive: it is not a SQLite file, or it is damaged`,
      { cause },
    );
  }
  if (application !== APPLICATION_ID)
    throw new ArchiveError(
      'NOT_AN_ARCHIVE',
      `${path} is not an archive: it is a SQLite file of another program`,
    );
  if (version !== SCHEMA_VERSION) throw otherVersion(path, Number(version));
}

function otherVersion(path: string, version: number): ArchiveError {
  const formats = `(format ${version}); this Auditorium reads format ${SCHEMA_VERSION}`;
  return version > SCHEMA_VERSION
    ? new ArchiveError(
        'NEWER_VERSION',
        `${path} was recorded by a newer version ${formats}: open it with a newer Auditorium`,
      )
    : new ArchiveError(
        'OLDER_VERSION',
        `${path} was recorded by an earlier version ${formats}: open it with that version, and keep it in a folder apart from new recordings`,
      );
}
