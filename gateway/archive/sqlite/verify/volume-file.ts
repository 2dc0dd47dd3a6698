/** Opens a volume to verify it: as a file of whoever, of which nothing is believed. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { APPLICATION_ID, SCHEMA_VERSION } from '../schema.ts';

/** The row of `volume`, checked for its types. */
export interface VolumeRow {
  /** 16 bytes. */
  readonly log: Buffer;
  readonly number: number;
  readonly first: number;
  readonly next: number;
  readonly last_time: number;
  readonly frontier: Buffer;
  readonly opening: string | null;
  readonly sealed: number | null;
}

/** A volume open for reading, in one transaction: what it holds does not change while it is looked at. */
export interface VolumeFile {
  readonly db: Database.Database;
  readonly path: string;
  /** File name. */
  readonly name: string;
  readonly row: VolumeRow;
  close(): void;
}

/** Why a file cannot be verified: what it makes the verdict, and in words. */
export class VolumeError extends Error {
  readonly code: 'CORRUPT' | 'UNSUPPORTED_VERSION';
  constructor(code: VolumeError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VolumeError';
    this.code = code;
  }
}

/** The evidence, each with its columns: docs/format.md §4. */
const TABLES = {
  volume: 'log, number, first, next, last_time, frontier, opening, sealed',
  segment:
    'id, session_id, number, first_sequence, last_sequence, first_index, last_index, count, events_bytes, payloads_bytes, events, payloads',
  tile: 'level, number, start, hashes',
  checkpoint: 'size, time, note',
  carried: 'idx, event, payloads, path',
  redaction: 'idx, field, note',
} as const;

const MAGIC = 'SQLite format 3\0';
const BUSY_MS = 5_000;

/** Opens the volume at `path`, which exists. Throws {@link VolumeError}. */
export function openVolumeFile(path: string): VolumeFile {
  expectSqlite(path);
  return guarded(() => {
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
    try {
      for (const pragma of [
        'trusted_schema = OFF',
        'cell_size_check = ON',
        'mmap_size = 0',
        'query_only = ON',
      ])
        db.pragma(pragma);
      db.exec('BEGIN');
      const row = readRow(db);
      return { db, path, name: basename(path), row, close: () => db.close() };
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** Runs `action` on a volume; what SQLite says of a damaged file is a {@link VolumeError}. */
export function guarded<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    throw new VolumeError('CORRUPT', `SQLite cannot read it: ${error.message}`, { cause: error });
  }
}

function expectSqlite(path: string): void {
  const head = Buffer.alloc(MAGIC.length);
  if (!statSync(path).isFile()) throw new VolumeError('CORRUPT', 'it is no file');
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  if (head.toString('latin1') !== MAGIC) throw new VolumeError('CORRUPT', 'it is no SQLite file');
}

function readRow(db: Database.Database): VolumeRow {
  const application = db.pragma('application_id', { simple: true });
  if (application !== APPLICATION_ID)
    throw new VolumeError('CORRUPT', 'it is a SQLite file of another program');
  const version = db.pragma('user_version', { simple: true });
  if (version !== SCHEMA_VERSION)
    throw new VolumeError(
      'UNSUPPORTED_VERSION',
      `it has format ${String(version)}; this verifier reads format ${SCHEMA_VERSION}`,
    );
  expectTables(db);
  const rows = db.prepare<[], VolumeRow>(`SELECT ${TABLES.volume} FROM volume LIMIT 2`).all();
  const [row] = rows;
  if (row === undefined || rows.length > 1 || !isVolumeRow(row))
    throw new VolumeError('CORRUPT', 'its table volume does not hold one row of the right types');
  return row;
}

/** A view or a virtual table under one of these names could say anything, and run anything. */
function expectTables(db: Database.Database): void {
  const find = db
    .prepare<[string], string>(
      `SELECT sql FROM sqlite_schema WHERE name = ? AND type = 'table' AND sql LIKE 'CREATE TABLE %'`,
    )
    .pluck();
  for (const [name, columns] of Object.entries(TABLES)) {
    if (find.get(name) === undefined) throw new VolumeError('CORRUPT', `it has no table ${name}`);
    db.prepare(`SELECT ${columns} FROM "${name}" LIMIT 0`);
  }
}

function isVolumeRow(row: VolumeRow): boolean {
  const { log, number, first, next, last_time, frontier, opening, sealed } = row;
  return (
    Buffer.isBuffer(log) &&
    log.length === 16 &&
    [number, first, next].every((value) => Number.isSafeInteger(value) && value >= 0) &&
    Number.isSafeInteger(last_time) &&
    first <= next &&
    Buffer.isBuffer(frontier) &&
    (opening === null || typeof opening === 'string') &&
    (sealed === null || Number.isSafeInteger(sealed))
  );
}
