import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { TestLog, testWriting } from '../testing.ts';
import { SqliteArchive } from './reader.ts';
import { warmUps } from './warm-up.ts';
import { openSqliteWriter } from './writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'auditorium-warm-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** How many rows, steps, … each question was answered with; null is no answer. */
function sizes(answers: readonly unknown[]): (number | null)[] {
  return answers.map((answer) => {
    if (answer === null || typeof answer !== 'object') return null;
    return 'items' in answer && Array.isArray(answer.items) ? answer.items.length : 1;
  });
}

test('each question can be asked, of an archive of a session and before there is one', () => {
  const path = join(folder, 'archive');
  const writer = openSqliteWriter({ path, ...testWriting() });
  const log = new TestLog(1);
  writer.append(log.event('logOpened'));
  writer.commit();
  const archive = new SqliteArchive(path);
  const empty = sizes(warmUps(archive).map((ask) => ask()));
  const session = log.session(1);
  for (const event of [session.event('sessionOpened'), session.query('SELECT 1')]) writer.append(event);
  writer.commit();
  const one = sizes(warmUps(archive).map((ask) => ask()));
  archive.close();
  writer.close();
  expect([empty, one]).toEqual([
    [0, 0, 0, 0, null, null, null, null],
    [1, 1, 1, 1, 1, 1, 1, 2],
  ]);
});
