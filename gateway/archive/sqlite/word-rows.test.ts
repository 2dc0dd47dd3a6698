import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestLog, testWriting } from '../testing.ts';
import { Volumes } from './open-volumes.ts';
import { WordRows } from './word-rows.ts';
import { openSqliteWriter } from './writer.ts';

let folder: string;
let writer: ReturnType<typeof openSqliteWriter>;
let volumes: Volumes;
let record: (...texts: readonly string[]) => void;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'word-rows-'));
  writer = openSqliteWriter({ path: folder, ...testWriting() });
  const log = new TestLog(1);
  const session = log.session(1);
  writer.append(log.event('logOpened'));
  writer.append(session.event('sessionOpened'));
  record = (...texts) => {
    for (const text of texts) {
      writer.append(session.query(`select '${text}'`));
      writer.append(session.outcome({}));
    }
    writer.commit();
    while (writer.index(100).more);
  };
  record('blue', 'moon', 'bluebell', 'moon');
  volumes = new Volumes(folder);
});

afterAll(() => {
  volumes.close();
  writer.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Ids of the statements among those that a query finds, as SQL is told. */
function found(match: string): number[] {
  const [volume] = volumes.current();
  if (volume === undefined) throw new Error('no volume');
  const words = WordRows.of(volume.db);
  words.begin();
  const { sql, values } = words.find('statement_words', match).among('x.id');
  return volume.db
    .prepare<unknown[], number>(`SELECT x.id FROM statement x WHERE ${sql} ORDER BY x.id`)
    .pluck()
    .all(...values);
}

test('rows that hold a word are told, and those that hold what begins so', () => {
  expect([found('"moon"'), found('"blue"'), found('"blue"*'), found('"sun"')]).toEqual([
    [2, 4],
    [1],
    [1, 3],
    [],
  ]);
});

test('what came since a word was asked for is told too', () => {
  expect(found('"star"')).toEqual([]);
  record('star');
  expect(found('"star"')).toEqual([5]);
});

test('words are told apart however many are asked for', () => {
  const names = Array.from({ length: 60 }, (_, n) => `w${n}x`);
  record(...names);
  const all = () => names.map((name) => found(`"${name}"`));
  const once = all();
  expect(once).toEqual(names.map((_, n) => [6 + n]));
  expect(all()).toEqual(once);
});
