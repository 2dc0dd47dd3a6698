import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rounds } from '../torture/dice.ts';
import { volumeFileName } from '../../gateway/archive/sqlite/volume-files.ts';
import { verifyArchive } from '../../gateway/archive/sqlite/verify/verify.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting, TEST_SIGNER, TestLog } from '../../gateway/archive/testing.ts';

/** One byte of so many is looked at; every single one in `npm run test:torture`. Most are SQLite's own, and alike. */
const EVERY = rounds(997, 1);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-flipped-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test(
  'no byte of a sealed volume can be flipped without breaking its seal',
  () => {
    const path = sealedVolume();
    expect(verdictOf(path, true)).toBe('VERIFIED');
    const left: number[] = [];
    flip(path, everyByte(readFileSync(path).length), (at) => {
      if (verdictOf(path, true) === 'VERIFIED') left.push(at);
    });
    expect(left).toEqual([]);
    expect(verdictOf(path, true)).toBe('VERIFIED');
  },
  rounds(60_000, 7_200_000),
);

test('no byte of an event or a payload can be flipped unnoticed, seal or not', () => {
  const path = sealedVolume();
  rmSync(`${path}.seal`);
  expect(verdictOf(path, false)).toBe('VERIFIED');
  const before = contentsOf(path);
  const left: number[] = [];
  const file = readFileSync(path);
  let flipped = 0;
  for (const blob of blobsOf(path)) {
    const from = file.indexOf(blob);
    expect(from).toBeGreaterThan(0);
    flip(
      path,
      blob.map((_, i) => from + i),
      (at) => {
        flipped++;
        // What unpacks to the same bytes touches no event.
        if (verdictOf(path, false) === 'VERIFIED' && contentsOf(path) !== before) left.push(at);
      },
    );
  }
  expect(left).toEqual([]);
  expect(flipped).toBeGreaterThan(500);
});

/** A log of a session with its volume rolled: the first one is sealed. */
function sealedVolume(): string {
  const log = new TestLog(8);
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  const session = log.session(1);
  for (const body of [
    log.event('logOpened'),
    log.event('signingKey', { key: TEST_SIGNER.publicKey, previous: null, reason: 'first' }),
    session.event('sessionOpened'),
    session.event('identity'),
    session.query("select name from people where email = 'kim@example.org'"),
    session.outcome({ tag: 'SELECT 1', rows: 1, bytes: 9, answer: Buffer.from('Kim Müller') }),
    session.event('sessionClosed'),
  ])
    writer.append(body);
  writer.commit();
  writer.append(log.event('volumeRolled', { number: 1, checkpoint: null, reason: 'request' }));
  writer.commit();
  writer.close();
  return join(folder, volumeFileName(log.log, 0));
}

function verdictOf(path: string, needSeals: boolean): string {
  const keys = [TEST_SIGNER.publicKey];
  return verifyArchive({ path, keys, anchors: [], needSeals, now: Date.now() * 1_000 }).verdict;
}

function everyByte(length: number): number[] {
  return Array.from({ length: Math.ceil(length / EVERY) }, (_, i) => i * EVERY);
}

/** Flips a bit of each byte in turn, and puts it back. */
function flip(path: string, places: Iterable<number>, look: (at: number) => void): void {
  const bytes = readFileSync(path);
  for (const at of places) {
    put(path, at, (bytes[at] as number) ^ (1 << (at % 8)));
    look(at);
    put(path, at, bytes[at] as number);
  }
}

function put(path: string, at: number, byte: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.of(byte), 0, 1, at);
  closeSync(file);
}

interface Blobs {
  readonly events: Buffer;
  readonly payloads: Buffer;
}

function segmentsOf(path: string): Blobs[] {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare<[], Blobs>('SELECT events, payloads FROM segment ORDER BY id').all();
  } finally {
    db.close();
  }
}

function blobsOf(path: string): Buffer[] {
  return segmentsOf(path)
    .flatMap(({ events, payloads }) => [events, payloads])
    .filter((blob) => blob.length > 16);
}

/** All events and payloads, as text to compare. */
function contentsOf(path: string): string {
  return JSON.stringify(
    segmentsOf(path).flatMap(({ events, payloads }) =>
      [events, payloads].map((blob) => zstdDecompressSync(blob).toString('hex')),
    ),
  );
}
