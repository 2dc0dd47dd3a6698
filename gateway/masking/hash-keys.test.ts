import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HashKeyError, hashKeys } from './hash-keys.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hash-keys-'));
  path = join(folder, 'hash.key');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Why a key was not taken. */
function refusal(): string {
  try {
    hashKeys(path);
    return 'taken';
  } catch (error) {
    return error instanceof HashKeyError ? error.code : String(error);
  }
}

test('the key of the archive is made once, for its owner alone', () => {
  const first = hashKeys(path);
  const again = hashKeys(path);
  expect([
    first.archive.length,
    again.archive.equals(first.archive),
    readFileSync(path).equals(first.archive),
    statSync(path).mode & 0o777,
    readdirSync(folder),
  ]).toEqual([32, true, true, 0o600, ['hash.key']]);
});

test('each session has a key of its own', () => {
  const keys = hashKeys(path);
  const made = [keys.archive, keys.session(), keys.session()].map((key) => key.toString('hex'));
  expect([new Set(made).size, made.map((key) => key.length)]).toEqual([3, [64, 64, 64]]);
});

test('who comes second takes the key of who came first', () => {
  const theirs = Buffer.alloc(32, 1);
  const quicker = (size: number) => {
    if (size === 32) writeFileSync(path, theirs, { mode: 0o600 });
    return Buffer.alloc(size, 2);
  };
  expect([hashKeys(path, quicker).archive, readdirSync(folder)]).toEqual([theirs, ['hash.key']]);
});

test('a link, a shared file, one of another size and a folder are refused', () => {
  const refused: string[] = [];
  writeFileSync(join(folder, 'elsewhere'), Buffer.alloc(32), { mode: 0o600 });
  symlinkSync(join(folder, 'elsewhere'), path);
  refused.push(refusal());
  rmSync(path);
  writeFileSync(path, Buffer.alloc(32));
  chmodSync(path, 0o640);
  refused.push(refusal());
  writeFileSync(path, Buffer.alloc(31));
  chmodSync(path, 0o600);
  refused.push(refusal());
  path = join(folder, 'none', 'hash.key');
  refused.push(refusal());
  path = folder;
  refused.push(refusal());
  expect(refused).toEqual(['unreadable', 'not-private', 'damaged', 'unreadable', 'damaged']);
});
