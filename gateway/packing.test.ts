import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dropPacked, pack, takePacked, toBePacked } from './archive/sqlite/pack.ts';
import { isSealed } from './archive/sqlite/seal.ts';
import { verifyArchive } from './archive/sqlite/verify/verify.ts';
import { volumeFilesOf } from './archive/sqlite/volume-files.ts';
import { openSqliteWriter, type SqliteWriter } from './archive/sqlite/writer.ts';
import { TEST_SIGNER, TestLog, testWriting } from './archive/testing.ts';
import { VolumePacking } from './packing.ts';

let folder: string;
let warnings: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'packing-'));
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MB = 1e6;

/** A volume of 18 MB ends: rows of many sessions, which came in between each other, and answers. Returns its path. */
function record(writer: SqliteWriter): string {
  const log = new TestLog(5);
  const sessions = Array.from({ length: 20 }, (_, n) => log.session(n + 1));
  const take = (...bodies: Uint8Array[]) => {
    for (const body of bodies) writer.append(body);
    writer.commit();
  };
  take(
    log.event('logOpened'),
    ...sessions.flatMap((session) => [session.event('sessionOpened'), session.event('identity')]),
  );
  for (let i = 0; i < 20; i++)
    take(
      ...sessions.flatMap((session, n) =>
        Array.from({ length: 10 }, (_, k) => [
          session.query(`select ${n}`),
          session.outcome({ rows: 1, ...(k === 0 && { answer: randomBytes(46_000) }) }),
        ]).flat(),
      ),
    );
  take(log.event('volumeRolled', { number: 1, checkpoint: null, reason: 'statements' }));
  take(...sessions.map((session) => session.event('sessionClosed')), log.event('logClosed', { sessions: 0 }));
  return volumeFilesOf(folder, log.log)[0]?.path ?? '';
}

function verdict(): string {
  const keys = [TEST_SIGNER.publicKey];
  const request = { path: folder, keys, anchors: [], needSeals: true, now: Date.now() * 1000 };
  return verifyArchive(request).verdict;
}

test('a volume that ended is packed in a thread of its own, then sealed, and nothing is left beside it', async () => {
  const packing = new VolumePacking((warning) => warnings.push(warning));
  const writer = openSqliteWriter({ path: folder, ...testWriting(), packing });
  const path = record(writer);
  const before = statSync(path);
  const early = [packing.isRunning, isSealed(path)];
  await packing.ended();
  writer.index(0);
  const after = statSync(path);
  writer.close();
  expect({ early, sealed: isSealed(path), verdict: verdict(), warnings }).toEqual({
    early: [true, false],
    sealed: true,
    verdict: 'VERIFIED',
    warnings: [],
  });
  expect({
    other: after.ino !== before.ino,
    smaller: after.size < before.size,
    whole: after.size > 18 * MB,
  }).toEqual({
    other: true,
    smaller: true,
    whole: true,
  });
  expect(readdirSync(folder).filter((name) => name.endsWith('.packed'))).toEqual([]);
});

test('a volume that was redacted while it was packed stays as it was made then', () => {
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  const path = record(writer);
  writer.close();
  const source = toBePacked(path);
  if (source === null) throw new Error('there is room');
  pack(path);
  // As redact.ts does: what is packed goes first, then the path has another file.
  const other = `${path}.redacting`;
  pack(path);
  renameSync(`${path}.packed`, other);
  dropPacked(path);
  expect(() => takePacked(source)).toThrow('ENOENT');
  pack(path);
  renameSync(other, path);
  const { ino } = statSync(path);
  takePacked(source);
  expect([statSync(path).ino, existsSync(`${path}.packed`)]).toEqual([ino, false]);
});

test('a volume that cannot be packed is sealed as it is, and somebody is told', async () => {
  const packing = new VolumePacking((warning) => warnings.push(warning));
  const writer = openSqliteWriter({ path: folder, ...testWriting(), packing });
  const path = record(writer);
  await packing.ended();
  rmSync(`${path}.packed`);
  writer.index(0);
  writer.close();
  expect([isSealed(path), verdict(), warnings.map((warning) => /not packed: ENOENT/.test(warning))]).toEqual([
    true,
    'VERIFIED',
    [true],
  ]);
});
