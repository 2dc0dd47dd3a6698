import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { randomLog, type RandomLog } from '../../../test/evidence/random-log.ts';
import { Dice, rounds, seedOf } from '../../../test/torture/dice.ts';
import { TEST_SIGNER, testWriting } from '../testing.ts';
import { carriedEvents } from './carried-rows.ts';
import { LOCAL_COLUMNS } from './compare.ts';
import { wordTablesOf } from './compare-words.ts';
import { rawEvents } from './raw-events.ts';
import { verifyArchive } from './verify/verify.ts';
import { volumeFilesOf } from './volume-files.ts';
import { openSqliteWriter, type SqliteWriter } from './writer.ts';
import { zstdDecompressSync } from 'node:zlib';

const SEED = seedOf();
const EVENTS = 400;
const ROLLS = [90, 91, 240, 330];
const ROUNDS = rounds(2, 100);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolling-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const writing = (path: string): SqliteWriter => openSqliteWriter({ path, ...testWriting() });

/** Writes a log with commits, and opens the writer anew, as often as the dice say: one in so many events; 0: never. */
function write(
  path: string,
  { log, bodies }: RandomLog,
  { dice, commits, restarts }: { dice: Dice; commits: number; restarts: number },
): void {
  let writer = writing(path);
  for (let at = 0; at < bodies.length; at++) {
    writer.append(bodies[at] as Uint8Array);
    if (commits > 0 && dice.below(commits) === 0) writer.commit();
    if (commits > 0 && dice.below(commits) === 0) writer.index(1);
    if (restarts === 0 || dice.below(restarts) > 0) continue;
    writer.close();
    writer = writing(path);
    at = writer.watermark(log.log) - 1;
  }
  writer.commit();
  while (writer.index(1_000).more);
  writer.close();
}

function volumesOf<T>(path: string, { log }: RandomLog, read: (db: Database.Database) => T): T[] {
  return volumeFilesOf(path, log.log).map((file) => {
    const db = new Database(file.path, { readonly: true });
    try {
      return read(db);
    } finally {
      db.close();
    }
  });
}

/** Every row of every projection, but for what is a volume's own affair. */
function projections(db: Database.Database): Record<string, unknown[]> {
  const evidence = new Set(['volume', 'segment', 'tile', 'checkpoint', 'carried', 'redaction']);
  const tables = db
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%VIRTUAL%' AND name NOT LIKE '%words%' AND name NOT LIKE 'text_grams%' ORDER BY name`,
    )
    .pluck()
    .all();
  return Object.fromEntries(
    tables
      .filter((table) => !evidence.has(table))
      .map((table) => [
        table,
        db
          .prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`)
          .all()
          .map((row) => Object.assign(row, local(table))),
      ]),
  );
}

function local(table: string): Record<string, null> {
  return Object.fromEntries((LOCAL_COLUMNS[table] ?? []).map((column) => [column, null]));
}

/** Each word with the row that it finds, in every index of words. */
function wordsOf(db: Database.Database): string[] {
  return wordTablesOf(db).flatMap((table) => {
    db.exec(`CREATE VIRTUAL TABLE temp.told_${table} USING fts5vocab('main', '${table}', 'instance')`);
    return db
      .prepare<[], string>(`SELECT '${table} ' || doc || ' ' || term FROM temp.told_${table} ORDER BY 1`)
      .pluck()
      .all();
  });
}

/** What is told of statements, whichever volume tells it. */
function statements(db: Database.Database): unknown[] {
  return db
    .prepare(
      `SELECT hex(s.sid) AS sid, x.number, x.ordinal, x.sequence, x.text_sequence, x.outcome_sequence, x.time, x.duration, x.rows,
         x.status, x.sqlstate, x.transaction_status, t.text, t.tables, v.decision,
         (SELECT group_concat(b.name ORDER BY b.name) FROM statement_table y JOIN tbl b ON b.id = y.table_id WHERE y.statement_id = x.id) AS touches,
         (SELECT group_concat(m.name ORDER BY m.name) FROM statement_mask y JOIN mask m ON m.id = y.mask_id WHERE y.statement_id = x.id) AS masks
       FROM statement x JOIN session s ON s.id = x.session_id JOIN text t ON t.id = x.text_id LEFT JOIN verdict v ON v.id = x.verdict_id`,
    )
    .all();
}

const ordered = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted();

function verdict(path: string) {
  const { verdict: found, findings } = verifyArchive({
    path,
    keys: [TEST_SIGNER.publicKey],
    anchors: [],
    needSeals: true,
    now: Date.now() * 1000,
  });
  return { verdict: found, findings };
}

test(`a log in many volumes verifies, each is sealed, and all events are there (seed ${SEED})`, () => {
  const story = randomLog(new Dice(SEED), EVENTS, { rollsAt: ROLLS });
  write(folder, story, { dice: new Dice(SEED), commits: 20, restarts: 60 });
  const files = volumeFilesOf(folder, story.log.log);
  expect(files.map(({ path }) => existsSync(`${path}.seal`))).toEqual([true, true, true, true, false]);
  expect(readdirSync(folder).filter((name) => /-(?:wal|shm|journal)$|\.new$/.test(name))).toEqual([]);
  expect(verdict(folder)).toEqual({ verdict: 'VERIFIED', findings: [] });
  const events = volumesOf(folder, story, (db) =>
    db
      .prepare<[], { events: Buffer; payloads: Buffer }>('SELECT events, payloads FROM segment')
      .all()
      .flatMap(({ events: packed, payloads }) =>
        Array.from(rawEvents(zstdDecompressSync(packed), zstdDecompressSync(payloads))),
      )
      .map(({ event, bytes, payloads: raw }) => [event.index, bytes.length + raw.length + 4])
      .toSorted(([a = 0], [b = 0]) => a - b),
  ).flat();
  expect(events).toEqual(story.bodies.map((body, index) => [index, body.length]));
});

test(`what volumes tell does not depend on commits and restarts (seed ${SEED})`, () => {
  for (let round = 0; round < ROUNDS; round++) {
    const seed = SEED + round;
    const story = randomLog(new Dice(seed), EVENTS, { rollsAt: ROLLS });
    const [plain, cut] = ['plain', 'cut'].map((name) => join(folder, `${name}${round}`)) as [string, string];
    write(plain, story, { dice: new Dice(seed), commits: 0, restarts: 0 });
    write(cut, story, { dice: new Dice(seed), commits: 6, restarts: 25 });
    expect(volumesOf(cut, story, projections)).toEqual(volumesOf(plain, story, projections));
    const words = (path: string) => volumesOf(path, story, wordsOf);
    expect(words(cut)).toEqual(words(plain));
    expect(words(cut).flat().length).toBeGreaterThan(100);
  }
  // Every commit waits for the disk, which others keep busy.
}, 60_000);

test(`many volumes together tell of every statement what one volume does (seed ${SEED})`, () => {
  for (let round = 0; round < ROUNDS; round++) {
    const seed = SEED + round;
    const rolled = randomLog(new Dice(seed), EVENTS, { rollsAt: ROLLS });
    const whole = randomLog(new Dice(seed), EVENTS, { rollsAt: ROLLS, firstNumber: 1000 });
    const [many, one] = ['many', 'one'].map((name) => join(folder, `${name}${round}`)) as [string, string];
    write(many, rolled, { dice: new Dice(seed), commits: 20, restarts: 0 });
    write(one, whole, { dice: new Dice(seed), commits: 20, restarts: 0 });
    expect(ordered(volumesOf(many, rolled, statements).flat())).toEqual(
      ordered(volumesOf(one, whole, statements).flat()),
    );
    const sums = (db: Database.Database) =>
      db
        .prepare<[], object>(
          'SELECT hex(sid) AS sid, statements, rows, errors, bytes, events, denied, held, masked FROM session',
        )
        .all();
    expect(ordered(summed(volumesOf(many, rolled, sums).flat()))).toEqual(
      ordered(summed(volumesOf(one, whole, sums).flat())),
    );
  }
});

function summed(rows: readonly object[]): Record<string, unknown>[] {
  const sessions = new Map<unknown, Record<string, unknown>>();
  for (const row of rows as Record<string, unknown>[]) {
    const known = sessions.get(row['sid']);
    if (known === undefined) sessions.set(row['sid'], { ...row });
    else
      for (const [name, value] of Object.entries(row))
        if (name !== 'sid') known[name] = Number(known[name]) + Number(value);
  }
  return [...sessions.values()];
}

test('a volume repeats who its sessions are, and the texts that their names stand for', () => {
  const story = randomLog(new Dice(SEED), EVENTS, { rollsAt: [300] });
  write(folder, story, { dice: new Dice(SEED), commits: 20, restarts: 0 });
  const [before = [], after = []] = volumesOf(folder, story, (db) =>
    db
      .prepare<[], { sid: string; outcome: string; connection: string; carried: number }>(
        'SELECT hex(sid) AS sid, outcome, connection, carried FROM session',
      )
      .all(),
  );
  const open = before.filter(({ outcome }) => outcome === 'continued');
  expect(open.length).toBeGreaterThan(0);
  expect(
    after.filter(({ carried }) => carried === 1).map(({ sid, connection }) => [sid, connection]),
  ).toEqual(open.map(({ sid, connection }) => [sid, connection]));
  const kinds = volumesOf(
    folder,
    story,
    (db) => new Set([...carriedEvents(db)].map(({ event }) => event.kind)),
  );
  expect([...(kinds[1] ?? [])]).toEqual(
    expect.arrayContaining(['sessionOpened', 'identity', 'policyApplied']),
  );
});
