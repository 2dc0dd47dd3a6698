import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SessionId } from '../../../shared/api/session.ts';
import { TEST_SIGNER, TestLog, testWriting, type TestSession } from '../testing.ts';
import { openArchive } from './open.ts';
import { isSealed, sealVolume } from './seal.ts';
import { verifyArchive } from './verify/verify.ts';
import { volumeFilesOf } from './volume-files.ts';
import { openSqliteWriter, type SqliteWriter } from './writer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = () => new TestLog(5);
const writing = (): SqliteWriter => openSqliteWriter({ path: folder, ...testWriting() });
const keys = { signer: TEST_SIGNER };

/** A session of three statements in the first volume, which ends, and one in the second. */
function record(of: TestLog, writer: SqliteWriter, whenFull: () => void = () => {}): TestSession {
  const session = of.session(1);
  const take = (...bodies: Uint8Array[]) => {
    for (const body of bodies) writer.append(body);
    writer.commit();
  };
  if (of.index === 0) take(of.event('logOpened'));
  take(session.event('sessionOpened'), session.event('identity'));
  for (let i = 0; i < 3; i++) take(session.query(`select ${i}`), session.outcome({ rows: 1 }));
  whenFull();
  take(of.event('volumeRolled', { number: 1, checkpoint: null, reason: 'statements' }));
  take(
    session.query('select 4'),
    session.outcome({ rows: 1 }),
    session.event('sessionClosed'),
    of.event('logClosed', { sessions: 0 }),
  );
  return session;
}

function verdict(path = folder): string {
  const request = {
    path,
    keys: [TEST_SIGNER.publicKey],
    anchors: [],
    needSeals: true,
    now: Date.now() * 1000,
  };
  return verifyArchive(request).verdict;
}

test('a volume is sealed under the eyes of who reads it, who reads on', async () => {
  const of = log();
  const writer = writing();
  writer.append(of.event('logOpened'));
  writer.commit();
  const reader = await openArchive(folder);
  const session = record(of, writer);
  writer.close();
  const [first] = volumeFilesOf(folder, of.log);
  expect([isSealed(first?.path ?? ''), verdict()]).toEqual([true, 'VERIFIED']);
  expect(
    readdirSync(folder).filter((name) => /-(?:wal|shm)$/.test(name) && name.startsWith(first?.path ?? '')),
  ).toEqual([]);
  expect(await reader.session(SessionId.parse(session.hex))).toMatchObject({
    statements: 4,
    outcome: 'completed',
  });
  await reader.close();
  expect(verdict()).toBe('VERIFIED');
});

test('a sealed volume is read as it lies on media that nobody can write', () => {
  const of = log();
  const writer = writing();
  record(of, writer);
  writer.close();
  const [first] = volumeFilesOf(folder, of.log);
  const frozen = join(folder, 'frozen');
  mkdirSync(frozen);
  copyFileSync(first?.path ?? '', join(frozen, 'a.audit'));
  chmodSync(join(frozen, 'a.audit'), 0o400);
  chmodSync(frozen, 0o500);
  const db = new Database(join(frozen, 'a.audit'), { readonly: true });
  const counted = db.prepare('SELECT count(*) FROM statement').pluck().get();
  const mode = db.pragma('journal_mode', { simple: true });
  db.close();
  chmodSync(frozen, 0o700);
  expect([mode, counted, readdirSync(frozen)]).toEqual(['delete', 3, ['a.audit']]);
});

test('a volume that a reader is in the middle of is sealed when it is done', () => {
  const of = log();
  const writer = writing();
  let reading: Database.Database | null = null;
  record(of, writer, () => {
    reading = new Database(volumeFilesOf(folder, of.log)[0]?.path ?? '', { readonly: true });
    reading.exec('BEGIN');
    reading.prepare('SELECT count(*) FROM statement').get();
  });
  writer.close();
  const path = volumeFilesOf(folder, of.log)[0]?.path ?? '';
  const before = isSealed(path);
  (reading as Database.Database | null)?.close();
  expect([before, sealVolume(path, keys), isSealed(path), verdict()]).toEqual([
    false,
    'sealed',
    true,
    'VERIFIED',
  ]);
});

test('what a crash left of a roll is finished by the next start', () => {
  const of = log();
  const writer = writing();
  record(of, writer);
  writer.close();
  const [first] = volumeFilesOf(folder, of.log);
  const seal = `${first?.path}.seal`;
  const noted = readFileSync(seal);
  rmSync(seal);
  expect(verdict()).toBe('INCOMPLETE');
  const again = writing();
  again.watermark(of.log);
  again.commit();
  again.close();
  expect([readFileSync(seal).equals(noted), verdict()]).toEqual([true, 'VERIFIED']);
});

test('a volume whose events are not those that were signed gets no seal, and the log goes on', () => {
  const of = log();
  const writer = writing();
  record(of, writer);
  writer.close();
  const path = volumeFilesOf(folder, of.log)[0]?.path ?? '';
  rmSync(`${path}.seal`);
  const db = new Database(path);
  db.prepare('UPDATE volume SET frontier = frontier, next = next - 1').run();
  db.close();
  const warnings: string[] = [];
  const again = openSqliteWriter({
    path: folder,
    ...testWriting(),
    warn: (message) => warnings.push(message),
  });
  again.append(of.event('logOpened', { boot: 2 }));
  again.commit();
  again.close();
  expect([existsSync(`${path}.seal`), warnings.length]).toEqual([false, 1]);
  expect(warnings[0]).toMatch(/cannot be sealed/);
});
