/**
 * Holds a file that somebody sent to be laid out as our own writer lays out volumes, before any table of it is read: nothing in
 * it can then run (views, triggers, generated columns), and its pages do not lead in circles.
 */
import Database from 'better-sqlite3';
import { ArchiveError } from '../../archive.ts';
import { EVIDENCE_SCHEMA } from '../evidence-schema.ts';
import { PROJECTIONS } from '../projection-schema.ts';

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

const SCHEMA = 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name';

/** The tables that are read; projections are not. */
const EVIDENCE_TABLES = ['volume', 'segment', 'tile', 'checkpoint', 'carried', 'redaction'] as const;

/** What quick_check says of a page that is reached twice: whoever follows the tree may never come to an end. */
const CIRCLE = /2nd reference to page/;

let expected: readonly SchemaRow[] | null = null;

/** Throws {@link ArchiveError} REFUSED where the schema has anything more, less or other. `path` is what messages name. */
export function expectOwnSchema(db: Database.Database, path: string): void {
  expected ??= ownSchema();
  const found = db.prepare<[number], SchemaRow>(`${SCHEMA} LIMIT ?`).all(expected.length + 1);
  const odd = found.find((row, i) => !isSame(row, expected?.[i])) ?? (found.length < expected.length && null);
  if (odd === false) return;
  const what =
    odd === null ? 'a table of it is missing' : `${odd.type} ${odd.name} is none that belongs there`;
  throw new ArchiveError(
    'REFUSED',
    `${path} is not opened: it is not laid out as Auditorium lays out volumes (${what})`,
  );
}

/** Throws {@link ArchiveError} DAMAGED where tables lead in circles. What else is wrong with them is found when they are read. */
export function expectTrees(db: Database.Database, path: string): void {
  for (const table of EVIDENCE_TABLES)
    if (problemsOf(db, table).some((problem) => CIRCLE.test(String(problem))))
      throw new ArchiveError(
        'DAMAGED',
        `${path} cannot be read: the pages of its table ${table} lead in circles`,
      );
}

function problemsOf(db: Database.Database, table: string): readonly unknown[] {
  try {
    return db.prepare<[]>(`PRAGMA quick_check(${table})`).pluck().all();
  } catch (error) {
    if (error instanceof Database.SqliteError) return [];
    throw error;
  }
}

function ownSchema(): readonly SchemaRow[] {
  const db = new Database(':memory:');
  try {
    db.exec(EVIDENCE_SCHEMA + PROJECTIONS);
    return db.prepare<[], SchemaRow>(SCHEMA).all();
  } finally {
    db.close();
  }
}

function isSame(row: SchemaRow, other: SchemaRow | undefined): boolean {
  return (
    row.type === other?.type &&
    row.name === other.name &&
    row.tbl_name === other.tbl_name &&
    row.sql === other.sql
  );
}
