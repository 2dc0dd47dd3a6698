import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { originOf } from '../../shared/recording/checkpoint.ts';
import { checkSignature, ED25519 } from '../../shared/recording/note.ts';
import { sha256, verifyEd25519 } from './ed25519.ts';
import { type Expiry, parseExpiry, signExpiry } from './expiry-note.ts';
import { holdsOn, putHold, releaseHolds } from './hold-file.ts';
import { dueVolumes, type Kept } from './retention.ts';
import { TEST_SIGNER } from './testing.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'auditorium-expiry-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const log = new Uint8Array(16).fill(4);
const EXPIRY: Expiry = {
  log,
  file: 'a.audit',
  first: 0,
  next: 300,
  statements: 120,
  frontier: new Uint8Array(128).fill(1),
  time: 1_790_000_000_000_000,
  reason: 'older than “90 d”\nand a line more',
  seal: 'a seal\n\n— name AAAA\n',
};

it('reads the note of an expired volume as it was signed', () => {
  const text = signExpiry(EXPIRY, TEST_SIGNER);
  const read = parseExpiry(text);
  const key = { name: originOf(log), type: ED25519, key: TEST_SIGNER.publicKey } as const;
  expect(read?.expiry).toEqual(EXPIRY);
  expect(read && checkSignature(read.note, key, { sha256, verify: verifyEd25519 }).result).toBe('good');
});

it('takes no other text for the note of an expired volume', () => {
  const text = signExpiry(EXPIRY, TEST_SIGNER);
  const others = [
    text.replace('/expired', '/seal'),
    text.replace('0 300', '300 0'),
    text.replace('\n120\n', '\n1e2\n'),
    text.replace('"a seal', 'a seal'),
    text.replace('auditorium.local', 'example.com'),
    '',
  ];
  expect(others.map(parseExpiry)).toEqual(others.map(() => null));
});

const hold = (reason: string, filter = '') => ({
  time: '2026-11-22T10:00:00.000Z',
  by: 'ada',
  reason,
  filter,
});

it('holds a volume until what held it is released', () => {
  const path = join(dir, 'a.audit');
  const seen = [holdsOn(path)];
  putHold(path, hold('case 7', 'job:github/4713'));
  putHold(path, hold('case 8'));
  seen.push(holdsOn(path));
  expect(releaseHolds(path, hold('case 7 is over', 'job:github/4713'))).toBe(1);
  expect(releaseHolds(path, hold('again', 'job:github/4713'))).toBe(0);
  seen.push(holdsOn(path));
  expect(releaseHolds(path, hold('all is over'))).toBe(1);
  seen.push(holdsOn(path));
  expect(seen.map((holds) => holds.map(({ reason }) => reason))).toEqual([
    [],
    ['case 7', 'case 8'],
    ['case 8'],
    [],
  ]);
});

it('does not guess what a damaged file of holds says', () => {
  const path = join(dir, 'a.audit');
  putHold(path, hold('case 7'));
  appendFileSync(`${path}.hold`, '{"action":"rel');
  expect(() => holdsOn(path)).toThrow(`${path}.hold is damaged in line 2; mend it by hand`);
});

const DAY_MS = 86_400_000;
const NOW = 1_790_000_000_000_000;
/** A volume of 10 bytes whose newest event is so many days old; null: it is still written. */
const volume = (path: string, days: number | null): Kept => ({
  path,
  bytes: 10,
  lastTime: days === null ? null : NOW - days * DAY_MS * 1000,
});
const VOLUMES = [volume('b', 20), volume('a', 30), volume('d', null), volume('c', 10)];
const due = async (
  limits: { age: number | null; bytes: number | null },
  held: readonly string[] = [],
  now = NOW,
) =>
  (await dueVolumes(VOLUMES, limits, { now, isHeld: async (path) => held.includes(path) })).map(
    ({ path, reason }) => `${path}: ${reason}`,
  );

it('lets sealed volumes go by age, and the oldest by size, but none that is held', async () => {
  const age = 15 * DAY_MS;
  expect([
    await due({ age, bytes: null }),
    await due({ age: null, bytes: 25 }),
    await due({ age: null, bytes: 25 }, ['a']),
    await due({ age, bytes: 15 }),
    await due({ age: null, bytes: 0 }),
  ]).toEqual([
    ['a: older than 15d', 'b: older than 15d'],
    ['a: the archive is larger than 25 bytes', 'b: the archive is larger than 25 bytes'],
    ['b: the archive is larger than 25 bytes', 'c: the archive is larger than 25 bytes'],
    ['a: older than 15d', 'b: older than 15d', 'c: the archive is larger than 15 bytes'],
    [
      'a: the archive is larger than 0 bytes',
      'b: the archive is larger than 0 bytes',
      'c: the archive is larger than 0 bytes',
    ],
  ]);
});

it('lets nothing go for its age when the clock was set back a year', async () => {
  expect(await due({ age: 5 * DAY_MS, bytes: null }, [], NOW - 365 * DAY_MS * 1000)).toEqual([]);
});
