/** A case on disk: signed entries in an SQLite file of its owner alone. What they say is nothing that this file looks at. */
import { closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { isCaseBytes } from '../../shared/findings/case-bytes.ts';
import type { SignedEntry } from '../../shared/findings/entry.ts';
import { CaseError } from './case-error.ts';

/** `ACAS`: what tells a case from other SQLite files. */
const APPLICATION_ID = 0x41434153;
const VERSION = 1;

const SCHEMA = `CREATE TABLE entry (
  place INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  bytes BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT`;

/** Another process writes for a few milliseconds; one that stands still for so long has died in it. */
const BUSY_MS = 5_000;

/** How an SQLite file begins, and with how many bytes. */
const SQLITE = 'SQLite format 3\0';

/** An entry with where it stands in the file. */
export interface PlacedEntry extends SignedEntry {
  readonly place: number;
}

export interface EntryRow extends SignedEntry {
  /** Hex. */
  readonly id: string;
}

export class CaseFile {
  readonly path: string;
  readonly #db: Database.Database;

  /** Opens the file, or makes it where there is none and `make` says so. Throws {@link CaseError}. */
  static open(path: string, { make }: { readonly make: boolean }): CaseFile {
    if (existsSync(path)) refuseOthers(path);
    else if (!make) throw new CaseError('CASE_NOT_FOUND', `there is no case ${path}`);
    else makeEmpty(path);
    try {
      return new CaseFile(path);
    } catch (cause) {
      if (!(cause instanceof Database.SqliteError)) throw cause;
      throw new CaseError('CASE_UNREADABLE', `the case ${path} cannot be read: ${cause.message}`, { cause });
    }
  }

  private constructor(path: string) {
    this.path = path;
    this.#db = new Database(path, { timeout: BUSY_MS });
    try {
      this.#db.pragma('trusted_schema = OFF');
      this.#db.pragma('cell_size_check = ON');
      prepare(this.#db, path);
      // What was written stays, whatever happens to the machine.
      this.#db.pragma('journal_mode = WAL');
      this.#db.pragma('synchronous = FULL');
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** The entries behind `place`, as they came. */
  after(place: number): PlacedEntry[] {
    return this.#db
      .prepare<[number], PlacedEntry>(
        'SELECT place, bytes, signature FROM entry WHERE place > ? ORDER BY place',
      )
      .all(place);
  }

  /** Changes whenever another process wrote. */
  get version(): number {
    return Number(this.#db.pragma('data_version', { simple: true }));
  }

  /** Adds what `make` gives while nobody else writes, all or none, passing over what is here; the place of the last one. */
  add(make: () => readonly EntryRow[]): number {
    const insert = this.#db.prepare(
      'INSERT INTO entry (id, bytes, signature) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
    return this.#db
      .transaction(() => {
        let last = 0;
        for (const { id, bytes, signature } of make())
          last = Number(insert.run(Buffer.from(id, 'hex'), bytes, signature).lastInsertRowid);
        return last;
      })
      .immediate();
  }

  close(): void {
    this.#db.close();
  }
}

/** Files of somebody else’s making are not given to SQLite to act on. */
function refuseOthers(path: string): void {
  const head = Buffer.alloc(64);
  const fd = openSync(path, 'r');
  let length: number;
  try {
    length = readSync(fd, head);
  } finally {
    closeSync(fd);
  }
  if (isCaseBytes(head))
    throw new CaseError(
      'CASE_UNREADABLE',
      `${path} is an exported case: take it into one of yours with auditorium case merge`,
    );
  // An empty file is a case whose first entry did not come to be written.
  if (length === 0 || head.toString('latin1', 0, SQLITE.length) === SQLITE) return;
  throw new CaseError('CASE_UNREADABLE', `${path} is no case`);
}

function makeEmpty(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

/** Makes the table in an empty file; refuses what is no case, or one with more in it than a case has. */
function prepare(db: Database.Database, path: string): void {
  const schema = () => db.prepare<[], string | null>('SELECT sql FROM sqlite_schema').pluck().all();
  if (schema().length === 0)
    db.transaction(() => {
      // Another process may have made it in between.
      if (schema().length > 0) return;
      db.exec(SCHEMA);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${VERSION}`);
    }).immediate();
  const found = schema().filter((sql) => sql !== null);
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID)
    throw new CaseError('CASE_UNREADABLE', `${path} is no case`);
  if (db.pragma('user_version', { simple: true }) !== VERSION)
    throw new CaseError(
      'CASE_NEWER',
      `the case ${path} is of another version of Auditorium: update this one`,
    );
  if (found.length !== 1 || found[0] !== SCHEMA)
    throw new CaseError('CASE_UNREADABLE', `the case ${path} is damaged: its tables are not those of a case`);
}
