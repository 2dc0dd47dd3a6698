/**
 * The tables of a volume (`.audit`, one SQLite file). Those of evidence-schema.ts are the evidence; the ones here are
 * projections of its events: droppable, rebuildable. Text ids, token ids and job ids are dictionary keys, so that a
 * statement's row is a few small integers.
 */
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ArchiveError } from '../archive.ts';
import { EVIDENCE_SCHEMA } from './evidence-schema.ts';

/** "AUDI": tells a volume from other SQLite files. */
export const APPLICATION_ID = 0x41554449;

/** Version of this schema and of the events in it, in `user_version`: raised with EVENT_VERSION of event.ts too. */
export const SCHEMA_VERSION = 5;

/** File name ending of a volume. */
export const VOLUME_SUFFIX = '.audit';

/** The `session_id` of segments that hold events of the log itself. */
export const LOG_SESSION = 0;

export const SCHEMA = `
CREATE TABLE token (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,  -- hex
  issuer TEXT NOT NULL,
  profile TEXT NOT NULL,
  subject TEXT NOT NULL,
  client TEXT,
  jti TEXT,
  groups TEXT NOT NULL,              -- JSON array
  scopes TEXT NOT NULL,              -- JSON array
  expires INTEGER NOT NULL,          -- s
  user_id TEXT                       -- the person behind the token, where its issuer says so
) STRICT;
CREATE INDEX token_subject ON token (subject);

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,          -- all its facts, so that the same job has one row
  path TEXT NOT NULL,                -- provider/run/job
  provenance TEXT NOT NULL,          -- attested | asserted
  provider TEXT NOT NULL,
  run TEXT NOT NULL,
  job TEXT NOT NULL,
  repository TEXT,
  ref TEXT,
  actor TEXT,
  issuer TEXT
) STRICT;
CREATE INDEX job_path ON job (path);

CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  sid BLOB NOT NULL UNIQUE,          -- 16 bytes
  started INTEGER NOT NULL,          -- µs
  ended INTEGER,
  duration INTEGER,                  -- µs, null until it ended
  outcome TEXT NOT NULL,             -- live | completed | disconnected | refused | failed | unknown
  reason TEXT,
  connection TEXT NOT NULL,
  user TEXT NOT NULL,
  application TEXT NOT NULL,
  address TEXT NOT NULL,
  token_id INTEGER,
  job_id INTEGER,
  ci_mismatch TEXT,                  -- provider/run/job that the agent asserted though its job is another
  policy_hash TEXT,                  -- hex, of the latest policy applied
  policy_mode TEXT,                  -- enforce | observe
  statements INTEGER NOT NULL DEFAULT 0,
  rows INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  events INTEGER NOT NULL DEFAULT 0,
  denied INTEGER NOT NULL DEFAULT 0, -- statements that policy refused
  held INTEGER NOT NULL DEFAULT 0,   -- statements that were held, whatever became of them
  masked INTEGER NOT NULL DEFAULT 0, -- statements with something masked in their answers
  changed INTEGER NOT NULL DEFAULT 0 -- total of events in the volume when it last grew: for the live tail
) STRICT;
CREATE INDEX session_started ON session (started, id);
CREATE INDEX session_token ON session (token_id, started, id);
CREATE INDEX session_job ON session (job_id, started, id);
CREATE INDEX session_connection ON session (connection, started, id);
CREATE INDEX session_outcome ON session (outcome, started, id);
CREATE INDEX session_statements ON session (statements, id);
CREATE INDEX session_rows ON session (rows, id);
CREATE INDEX session_errors ON session (errors, id);
CREATE INDEX session_duration ON session (duration, id);
CREATE INDEX session_changed ON session (changed);

CREATE TABLE verb (id INTEGER PRIMARY KEY, verb TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE tbl (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,         -- as written: schema.table, or table
  bare TEXT NOT NULL                 -- without its schema
) STRICT;
CREATE INDEX tbl_bare ON tbl (bare);

CREATE TABLE text (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,       -- of the normalised text
  text TEXT NOT NULL,                -- normalised: holds no literal
  tables TEXT NOT NULL               -- JSON array
) STRICT;

-- What policy said of statements: few combinations, however many statements.
CREATE TABLE verdict (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,          -- all its facts
  decision TEXT NOT NULL,            -- see DECISIONS of shared/policy/recorded-decision.ts
  rules TEXT NOT NULL,               -- JSON array
  severity TEXT NOT NULL
) STRICT;

-- What is masked and what masks it: a column (schema.table.column), a rule, or a detector.
CREATE TABLE mask (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,                -- column | rule | detector
  name TEXT NOT NULL,
  UNIQUE (kind, name)
) STRICT;

CREATE TABLE statement (
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL,
  token_id INTEGER,
  job_id INTEGER,
  number INTEGER NOT NULL,           -- within the session, from 1
  ordinal INTEGER NOT NULL,          -- within its Query message, from 0
  sequence INTEGER NOT NULL,         -- event of the intent
  text_sequence INTEGER NOT NULL,    -- event whose payload holds the SQL (the intent, or the Parse before it)
  text_start INTEGER,                -- this statement's bytes of that payload, null when it holds nothing else
  text_length INTEGER,
  outcome_sequence INTEGER,
  time INTEGER NOT NULL,             -- µs
  duration INTEGER,                  -- µs
  text_id INTEGER NOT NULL,
  verb_id INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  status TEXT NOT NULL,
  sqlstate TEXT,
  transaction_status TEXT,           -- I, T or E: what the next ReadyForQuery said
  verdict_id INTEGER                 -- null: allowed by the policy's default, or there was no policy
) STRICT;
CREATE INDEX statement_session ON statement (session_id, number, ordinal);
CREATE INDEX statement_token ON statement (token_id, id);
CREATE INDEX statement_job ON statement (job_id, id) WHERE job_id IS NOT NULL;
CREATE INDEX statement_verb ON statement (verb_id, id);
CREATE INDEX statement_error ON statement (sqlstate, id) WHERE sqlstate IS NOT NULL;
CREATE INDEX statement_verdict ON statement (verdict_id, id) WHERE verdict_id IS NOT NULL;

-- Which statements touch a table, and which sessions use a table or a verb.
CREATE TABLE statement_table (table_id INTEGER NOT NULL, statement_id INTEGER NOT NULL, PRIMARY KEY (table_id, statement_id)) STRICT, WITHOUT ROWID;
CREATE TABLE session_table (table_id INTEGER NOT NULL, session_id INTEGER NOT NULL, PRIMARY KEY (table_id, session_id)) STRICT, WITHOUT ROWID;
CREATE TABLE session_verb (verb_id INTEGER NOT NULL, session_id INTEGER NOT NULL, PRIMARY KEY (verb_id, session_id)) STRICT, WITHOUT ROWID;
CREATE INDEX session_verb_session ON session_verb (session_id, verb_id);

-- The same for what was decided and what was masked; a session that held something has that verdict beside how it ended.
CREATE TABLE session_verdict (verdict_id INTEGER NOT NULL, session_id INTEGER NOT NULL, PRIMARY KEY (verdict_id, session_id)) STRICT, WITHOUT ROWID;
CREATE TABLE statement_mask (mask_id INTEGER NOT NULL, statement_id INTEGER NOT NULL, PRIMARY KEY (mask_id, statement_id)) STRICT, WITHOUT ROWID;
CREATE INDEX statement_mask_statement ON statement_mask (statement_id, mask_id);
CREATE TABLE session_mask (mask_id INTEGER NOT NULL, session_id INTEGER NOT NULL, PRIMARY KEY (mask_id, session_id)) STRICT, WITHOUT ROWID;

CREATE TABLE total (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  events INTEGER NOT NULL,
  statements INTEGER NOT NULL,
  sessions INTEGER NOT NULL,
  first_time INTEGER,
  last_time INTEGER
) STRICT;
INSERT INTO total VALUES (1, 0, 0, 0, NULL, NULL);
`;

/** Pages of the write-ahead log before it is copied back: at 8 KiB a page, few large checkpoints instead of many small ones. */
const AUTOCHECKPOINT_PAGES = 4_000;

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
  db.pragma('page_size = 8192');
  db.transaction(() => {
    db.exec(EVIDENCE_SCHEMA + SCHEMA);
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
