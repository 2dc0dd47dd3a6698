/** Compares the projections of two volumes of the same events, row by row (docs/format.md §8). */
import type Database from 'better-sqlite3';
import { wordDifferences, wordTablesOf } from './compare-words.ts';

/** Differences told of one table; those beyond are counted. */
const MOST = 20;

/** What the projections are made from (evidence-schema.ts). */
const EVIDENCE = new Set(['volume', 'segment', 'tile', 'checkpoint', 'carried', 'redaction']);

/** Columns that depend on when the writer committed (projection-schema.ts, LOCAL): they are compared by nobody. */
export const LOCAL_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  session: ['changed'],
  searchable: ['texts', 'statements'],
  session_searchable: ['number', 'ordinal'],
};

interface Column {
  readonly name: string;
  /** Place in the primary key, from 1; 0: none. */
  readonly pk: number;
}

type Row = Readonly<Record<string, unknown>>;

/** Tables that are filled behind the events: in a volume that is still written, rows of theirs may be still to come. */
const BEHIND = new Set(['session_searchable', 'statement_cut']);

/** What `stored` says otherwise than `made`, which was made from its events: each in words. */
export function* differences(stored: Database.Database, made: Database.Database): Generator<string> {
  const otherwise = new Set<string>();
  for (const { table, message } of schemaDifferences(stored, made)) {
    otherwise.add(table);
    yield message;
  }
  const isSealed = stored.prepare('SELECT sealed FROM volume').pluck().get() !== null;
  for (const table of projectionsOf(made)) {
    if (otherwise.has(table)) continue;
    const whole = isSealed || !BEHIND.has(table);
    const columns = made.prepare<[], Column>(`SELECT name, pk FROM pragma_table_info('${table}')`).all();
    yield* rowDifferences(table, columns, stored, made, whole);
  }
  for (const table of wordTablesOf(made)) {
    if (!otherwise.has(table)) yield* wordDifferences(table, stored, made, isSealed);
  }
}

/** `table`: the table that is defined otherwise, or whose index is. */
interface SchemaDifference {
  readonly table: string;
  readonly message: string;
}

interface Definition {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string | null;
}

/** Tables, indexes and all else that can be in a database; one more of them could show anything. */
function* schemaDifferences(stored: Database.Database, made: Database.Database): Generator<SchemaDifference> {
  const [is, should] = [definitionsOf(stored), definitionsOf(made)];
  for (const [key, { table, sql }] of is) {
    const expected = should.get(key);
    if (expected === undefined) yield { table, message: `${key} does not belong here` };
    else if (expected.sql !== sql) yield { table, message: `${key} is defined otherwise` };
  }
  for (const [key, { table }] of should) if (!is.has(key)) yield { table, message: `${key} is missing` };
}

function definitionsOf(db: Database.Database): Map<string, Definition> {
  const rows = db
    .prepare<[], Definition>('SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema')
    .all();
  return new Map(rows.map((row) => [`${row.type} ${row.name}`, row]));
}

/** Tables made from the events; those of full-text search are laid out as SQLite likes: see compare-words.ts. */
function projectionsOf(db: Database.Database): string[] {
  return db
    .prepare<[], string>(
      `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
    )
    .pluck()
    .all()
    .filter((name) => !EVIDENCE.has(name));
}

function* rowDifferences(
  table: string,
  columns: readonly Column[],
  stored: Database.Database,
  made: Database.Database,
  whole: boolean,
): Generator<string> {
  const local = LOCAL_COLUMNS[table] ?? [];
  const compared = columns.map(({ name }) => name).filter((name) => !local.includes(name));
  const key = columns
    .filter(({ pk }) => pk > 0)
    .toSorted((a, b) => a.pk - b.pk)
    .map(({ name }) => name);
  const sql = `SELECT ${compared.join(', ')} FROM ${table} ORDER BY ${key.join(', ')}`;
  let told = 0;
  for (const message of paired(rowsOf(stored, sql), rowsOf(made, sql), key, whole)) {
    told++;
    if (told <= MOST) yield `${table}: ${message}`;
  }
  if (told > MOST) yield `${table}: ${told - MOST} more rows are not what the events make them`;
}

function rowsOf(db: Database.Database, sql: string): Iterator<Row> {
  return db.prepare<[], Row>(sql).iterate();
}

/** Goes over two lists in the order of the same key; `whole`: none may be missing of the first. */
function* paired(
  stored: Iterator<Row>,
  made: Iterator<Row>,
  key: readonly string[],
  whole: boolean,
): Generator<string> {
  let [is, should] = [stored.next(), made.next()];
  while (is.done !== true || should.done !== true) {
    const order = is.done === true ? 1 : should.done === true ? -1 : compareKeys(is.value, should.value, key);
    if (order < 0 && is.done !== true) {
      yield `${nameOf(is.value, key)} is of no event`;
      is = stored.next();
    } else if (order > 0 && should.done !== true) {
      if (whole) yield `${nameOf(should.value, key)} is missing`;
      should = made.next();
    } else if (is.done !== true && should.done !== true) {
      const different = Object.keys(should.value).filter(
        (column) => !sameValue(is.value[column], should.value[column]),
      );
      if (different.length > 0)
        yield `${nameOf(is.value, key)} has another ${different.join(', ')} than its events`;
      is = stored.next();
      should = made.next();
    }
  }
}

function nameOf(row: Row, key: readonly string[]): string {
  return key.map((column) => `${column} ${String(row[column])}`).join(', ');
}

/** Keys are integers: ids, and numbers of statements. */
function compareKeys(a: Row, b: Row, key: readonly string[]): number {
  for (const column of key) {
    const order = Number(a[column]) - Number(b[column]);
    if (order !== 0) return order;
  }
  return 0;
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b);
}
