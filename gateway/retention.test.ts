import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putHold } from './archive/hold-file.ts';
import { legalHolds, liftLegalHold, placeLegalHold } from './archive/legal-holds.ts';
import { verifyArchive } from './archive/sqlite/verify/verify.ts';
import { volumeFilesOf } from './archive/sqlite/volume-files.ts';
import { openSqliteWriter } from './archive/sqlite/writer.ts';
import { TEST_KEY, TEST_SIGNER, TestLog, testWriting } from './archive/testing.ts';
import type { Retention } from './config-archive.ts';
import { type Recording, startRecording } from './recording.ts';
import { startRetention } from './retention.ts';
import { logEvents } from './testing/evidence.ts';

const log = pino({ level: 'silent' });
const old = new TestLog(3);
let folder: string;
let archive: string;
let recording: Recording | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retention-'));
  archive = join(folder, 'archive');
  recording = null;
  writeOldLog();
});
afterEach(async () => {
  await recording?.close();
  await rm(folder, { recursive: true });
});

/** A log of three volumes, two of them sealed: a session with one statement in each. */
function writeOldLog(): void {
  const writer = openSqliteWriter({ path: archive, ...testWriting() });
  old.index = 0;
  writer.append(old.event('logOpened', { boot: 1 }));
  for (const number of [0, 1, 2]) {
    if (number > 0)
      writer.append(old.event('volumeRolled', { number, checkpoint: null, reason: 'statements' }));
    const session = old.session(number);
    writer.append(session.event('sessionOpened', { connection: `c${number}` }));
    writer.append(session.query(`SELECT * FROM t${number}`));
    writer.append(session.outcome({}));
    writer.append(session.event('sessionClosed', { outcome: 'completed' }));
    writer.commit();
  }
  writer.append(old.event('logClosed', { sessions: 0 }));
  writer.commit();
  writer.close();
}

async function record(): Promise<Recording> {
  recording = await startRecording({
    spool: { dir: join(folder, 'spool'), limit: 1 << 30 },
    archive,
    keys: { current: TEST_KEY, previous: null },
    durability: 'intent',
    software: 'test',
    log,
    onFailure: () => {},
  });
  return recording;
}

/** Applies the rules until so many volumes are gone, and a little longer. */
async function retain(rules: Partial<Retention>, gone: number): Promise<void> {
  const running = await record();
  const retention = { age: null, bytes: null, hold: [], ...rules };
  const stop = startRetention({ archive, retention, recording: running, log }, 20);
  await expect.poll(expired, { timeout: 10_000 }).toHaveLength(gone);
  await new Promise((resolve) => setTimeout(resolve, 60));
  await stop();
  await running.close();
  recording = null;
}

const names = (suffix: string) => readdirSync(archive).filter((name) => name.endsWith(suffix));
const expired = () => names('.expired');
const firsts = () => volumeFilesOf(archive, old.log).map(({ first }) => first);
const verdict = () =>
  verifyArchive({
    path: archive,
    keys: [TEST_SIGNER.publicKey],
    anchors: [],
    needSeals: true,
    now: Date.now() * 1000,
  });

test('sealed volumes go by age, and what remains is verified by what stands in their place', async () => {
  const before = firsts();
  await retain({ age: 1 }, 2);
  expect(firsts()).toEqual(before.slice(2));
  expect(names('.seal')).toEqual([]);
  const events = logEvents(archive, 'volumeExpired').map(
    ({ fields: { first, next, statements, reason } }) => ({
      first,
      next,
      statements,
      reason,
    }),
  );
  expect(events).toEqual([
    { first: 0, next: before[1], statements: 1, reason: 'older than 1ms' },
    { first: before[1], next: before[2], statements: 1, reason: 'older than 1ms' },
  ]);
  expect(verdict()).toMatchObject({ verdict: 'VERIFIED', findings: [] });
  // The log that told of it is gone too: the notes say the same.
  for (const name of names('.audit').filter((file) => !file.startsWith('0303'))) rmSync(join(archive, name));
  expect(verdict()).toMatchObject({ verdict: 'VERIFIED', findings: [] });
  for (const name of expired()) rmSync(join(archive, name));
  expect(verdict()).toMatchObject({
    verdict: 'INCOMPLETE',
    findings: [{ verdict: 'INCOMPLETE', event: 0, lastEvent: (before[2] ?? 0) - 1 }],
  });
});

test('a volume that is held stays, and those around it go', async () => {
  const [path = ''] = volumeFilesOf(archive, old.log).map((file) => file.path);
  putHold(path, { time: new Date().toISOString(), by: 'ada', reason: 'case 7', filter: '' });
  const before = firsts();
  await retain({ age: 1 }, 1);
  expect([existsSync(path), firsts()]).toEqual([true, [before[0], before[2]]]);
  expect(verdict()).toMatchObject({ verdict: 'VERIFIED', findings: [] });
});

test('a volume on which there is a legal hold stays until that is lifted', async () => {
  const word = { time: new Date().toISOString(), by: 'ada', reason: 'case 7' };
  const hold = placeLegalHold(archive, 'connection:c0', word);
  const before = firsts();
  await retain({ age: 1 }, 1);
  expect(firsts()).toEqual([before[0], before[2]]);
  expect(liftLegalHold(archive, hold.id, { ...word, by: 'bo' })).toMatchObject({ lifted: { by: 'bo' } });
  expect(liftLegalHold(archive, hold.id, word)).toBe(null);
  await retain({ age: 1 }, 2);
  expect([firsts(), legalHolds(archive).length]).toEqual([before.slice(2), 1]);
  expect(verdict()).toMatchObject({ verdict: 'VERIFIED', findings: [] });
});

test('a volume stays as long as the sessions of one of its connections must', async () => {
  const before = firsts();
  await retain({ age: 1, connections: { c1: 1e15 } }, 1);
  expect(firsts()).toEqual(before.slice(1));
});

test('while nobody can read which legal holds there are, nothing goes', async () => {
  writeFileSync(join(archive, 'legal-holds'), 'no hold\n');
  const running = await record();
  const retention = { age: 1, bytes: null, hold: [] };
  const stop = startRetention({ archive, retention, recording: running, log }, 5);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await stop();
  expect([expired(), firsts().length]).toEqual([[], 3]);
});

test('a volume in which a filter of the configuration matches stays', async () => {
  const before = firsts();
  await retain({ age: 1, hold: ['table:t1'] }, 1);
  expect(firsts()).toEqual(before.slice(1));
});

test('nothing goes that is young and little', async () => {
  const running = await record();
  const retention = { age: 1e15, bytes: 1e15, hold: [] };
  const stop = startRetention({ archive, retention, recording: running, log }, 5);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await stop();
  expect([expired(), firsts().length]).toEqual([[], 3]);
});
