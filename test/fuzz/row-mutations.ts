/** What is done to rows: of the evidence, and of what is made from it. */
import type Database from 'better-sqlite3';
import { attempt, type Mutation, someRow, sql } from './mutated.ts';
import { pick } from './weird-events.ts';

const VALUES: readonly (string | number | bigint | Buffer | null)[] = [
  0,
  1,
  -1,
  2 ** 31,
  9_223_372_036_854_775_807n,
  -9_223_372_036_854_775_808n,
  0.5,
  '',
  'x',
  'x'.repeat(100_000),
  Buffer.alloc(0),
  Buffer.alloc(33, 7),
  null,
];

export const ROWS: readonly Mutation[] = [
  {
    name: 'a value of a row changed',
    mutate: (m) =>
      sql(m, (db) => {
        const table = pick(m.dice, tablesOf(db));
        const column = pick(m.dice, columnsOf(db, table));
        attempt(() =>
          db
            .prepare(`UPDATE "${table}" SET "${column}" = ? WHERE rowid IN (${someRow(table)})`)
            .run(pick(m.dice, VALUES)),
        );
      }),
  },
  {
    name: 'a value of the evidence changed',
    mutate: (m) =>
      sql(m, (db) => {
        const table = pick(m.dice, ['volume', 'segment', 'checkpoint', 'carried', 'tile'] as const);
        const column = pick(m.dice, columnsOf(db, table));
        attempt(() =>
          db
            .prepare(`UPDATE "${table}" SET "${column}" = ? WHERE rowid IN (${someRow(table)})`)
            .run(pick(m.dice, VALUES)),
        );
      }),
  },
  {
    name: 'rows removed',
    mutate: (m) =>
      sql(m, (db) => {
        const table = pick(m.dice, tablesOf(db));
        attempt(() => db.exec(`DELETE FROM "${table}" WHERE rowid IN (${someRow(table)})`));
      }),
  },
  {
    name: 'all rows of a table removed',
    mutate: (m) => sql(m, (db) => attempt(() => db.exec(`DELETE FROM "${pick(m.dice, tablesOf(db))}"`))),
  },
  {
    name: 'segments told twice, or of each other',
    mutate: (m) =>
      sql(m, (db) => {
        const columns =
          'session_id, first_sequence, last_sequence, first_index, last_index, count, events_bytes, payloads_bytes, events, payloads';
        if (m.dice.below(2) === 0)
          db.exec(
            `INSERT INTO segment (number, ${columns}) SELECT number + 1000, ${columns} FROM segment WHERE id IN (${someRow('segment')})`,
          );
        else
          db.exec(
            `UPDATE segment SET events = (SELECT events FROM segment ORDER BY random() LIMIT 1) WHERE id IN (${someRow('segment')})`,
          );
      }),
  },
  {
    name: 'a note of a value that was never taken out',
    mutate: (m) =>
      sql(m, (db) =>
        db
          .prepare('INSERT INTO redaction VALUES (?, ?, ?)')
          .run(m.dice.below(60), 'text', 'auditorium.local/x/redaction\n1\n'),
      ),
  },
  {
    name: 'a blob of many megabytes',
    mutate: (m) =>
      sql(m, (db) =>
        db.exec(`UPDATE segment SET events = zeroblob(6000000) WHERE id IN (${someRow('segment')})`),
      ),
  },
];

function tablesOf(db: Database.Database): readonly string[] {
  return db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
}

function columnsOf(db: Database.Database, table: string): readonly string[] {
  return db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
}
