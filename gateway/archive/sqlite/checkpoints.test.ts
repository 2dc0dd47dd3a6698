import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyRoot, Frontier, leafHash, rootOf } from '../../../shared/recording/tree.ts';
import { readBody } from '../../../shared/recording/record.ts';
import { checkSignature, ED25519, parseNote } from '../../../shared/recording/note.ts';
import { originOf } from '../../../shared/recording/checkpoint.ts';
import { sha256, verifyEd25519 } from '../ed25519.ts';
import { TEST_SIGNER, TestLog, testWriting } from '../testing.ts';
import { checkpointOf } from './checkpoints.ts';
import { TreeReader } from './tree-reader.ts';
import { volumeFilesOf } from './volume-files.ts';
import { openSqliteWriter } from './writer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Row {
  readonly size: number;
  readonly time: number;
  readonly note: string;
}

function stored(log: TestLog): Row[] {
  const db = new Database(volumeFilesOf(folder, log.log)[0]?.path ?? '', { readonly: true });
  try {
    return db.prepare<[], Row>('SELECT size, time, note FROM checkpoint ORDER BY size').all();
  } finally {
    db.close();
  }
}

/** Appends heartbeats and commits after each of the given numbers of them, at the given second. */
function beat(log: TestLog, commits: readonly { readonly events: number; readonly second: number }[]): void {
  let second = 0;
  const writer = openSqliteWriter({ path: folder, ...testWriting(), now: () => second * 1_000_000 });
  for (const commit of commits) {
    for (let i = 0; i < commit.events; i++) writer.append(log.event('heartbeat', { sessions: 0 }));
    ({ second } = commit);
    writer.commit();
  }
  writer.close();
}

test('kept are a checkpoint every thousand events, one every ten seconds, and the newest', () => {
  const log = new TestLog(1);
  beat(log, [
    { events: 600, second: 100 }, // the first since long ago
    { events: 300, second: 101 },
    { events: 700, second: 102 }, // the thousandth since
    { events: 1, second: 103 },
    { events: 1, second: 112 }, // ten seconds since
    { events: 1, second: 113 },
    { events: 0, second: 114 },
  ]);
  expect(stored(log).map(({ size, time }) => [size, time / 1_000_000])).toEqual([
    [600, 100],
    [1600, 102],
    [1602, 112],
    [1603, 113],
  ]);
});

test('a session’s end is kept', () => {
  const log = new TestLog(1);
  const session = log.session(1);
  let now = 0;
  const writer = openSqliteWriter({ path: folder, ...testWriting(), now: () => now });
  for (const body of [
    log.event('logOpened'),
    session.event('sessionOpened'),
    session.query('select 1'),
    session.event('sessionClosed'),
    log.event('heartbeat', { sessions: 0 }),
    log.event('heartbeat', { sessions: 0 }),
  ]) {
    now += 100_000;
    writer.append(body);
    writer.commit();
  }
  writer.close();
  expect(stored(log).map(({ size }) => size)).toEqual([4, 6]);
});

test('every checkpoint is a note of the log’s key over the tree of RFC 6962, which the tiles tell too', () => {
  const log = new TestLog(1);
  const bodies = Array.from({ length: 700 }, () => log.event('heartbeat', { sessions: 0 }));
  const oracle = new Frontier(sha256);
  const roots = [emptyRoot(sha256)];
  for (const body of bodies) {
    oracle.add(leafHash(sha256, readBody(body).bytes));
    roots.push(oracle.root());
  }
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  for (const [i, body] of bodies.entries()) {
    writer.append(body);
    if (i % 99 === 0) writer.commit();
  }
  writer.commit();
  writer.close();
  const key = { name: originOf(log.log), type: ED25519, key: TEST_SIGNER.publicKey } as const;
  const db = new Database(volumeFilesOf(folder, log.log)[0]?.path ?? '', { readonly: true });
  const { hashOf } = new TreeReader([{ first: 0, db: () => db }]);
  for (const { size, note } of stored(log)) {
    const parsed = parseNote(note);
    expect(parsed === null ? null : checkSignature(parsed, key, { sha256, verify: verifyEd25519 })).toEqual({
      result: 'good',
    });
    expect(Buffer.from(checkpointOf(note)?.root ?? [])).toEqual(roots[size]);
    expect(rootOf(sha256, size, hashOf)).toEqual(roots[size]);
  }
  db.close();
});
