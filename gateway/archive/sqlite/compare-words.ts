/**
 * Compares what two volumes find by words: each word with the rows that hold it, as FTS5 tells its own index (SQLite manual,
 * FTS5 §"The fts5vocab Virtual Table Module"). How it is laid out depends on when it was filled, and is compared by nobody.
 */
import type Database from 'better-sqlite3';

interface Entry {
  readonly term: string;
  readonly doc: number;
}

/** The tables of full-text search. */
export function wordTablesOf(db: Database.Database): string[] {
  return db
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE % USING fts5(%' ORDER BY name`,
    )
    .pluck()
    .all();
}

/** Tells the first word that is found otherwise in `stored` than in `made`; `whole`: none may be still to come. */
export function* wordDifferences(
  table: string,
  stored: Database.Database,
  made: Database.Database,
  whole: boolean,
): Generator<string> {
  const [is, should] = [entriesOf(stored, table), entriesOf(made, table)];
  try {
    const difference = firstDifference(is, should, whole);
    if (difference !== null) yield `${table}: ${difference}`;
  } finally {
    is.return?.();
    should.return?.();
  }
}

function firstDifference(is: Iterator<Entry>, should: Iterator<Entry>, whole: boolean): string | null {
  let expected = should.next();
  for (let found = is.next(); found.done !== true; found = is.next()) {
    while (!whole && expected.done !== true && isBefore(expected.value, found.value))
      expected = should.next();
    if (expected.done === true || !isSame(found.value, expected.value))
      return `row ${found.value.doc} is found by “${found.value.term}” and should not be, or another is not`;
    expected = should.next();
  }
  if (!whole || expected.done === true) return null;
  return `row ${expected.value.doc} is not found by “${expected.value.term}”`;
}

/** In the order of the index: by the bytes of the word, then by row. The table that tells them is the connection's own. */
function entriesOf(db: Database.Database, table: string): Iterator<Entry> {
  db.pragma('query_only = OFF');
  db.exec(`CREATE VIRTUAL TABLE temp.vocabulary_of_${table} USING fts5vocab('main', '${table}', 'instance')`);
  return db.prepare<[], Entry>(`SELECT term, doc FROM temp.vocabulary_of_${table}`).iterate();
}

function isSame(a: Entry, b: Entry): boolean {
  return a.doc === b.doc && a.term === b.term;
}

function isBefore(a: Entry, b: Entry): boolean {
  if (a.term === b.term) return a.doc < b.doc;
  return Buffer.compare(Buffer.from(a.term), Buffer.from(b.term)) < 0;
}
