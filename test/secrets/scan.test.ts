import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANY_SECRET, needlesOf, needlesOfToken } from './needles.ts';
import { scanBytes, scanFolder } from './scan.ts';

/** With what encodings write otherwise. */
const SECRET = "it's s3cret é>>>>>";
const NEEDLES = needlesOf('secret', SECRET);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scan-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['as it is', `x${SECRET}x`],
  ['in base64', Buffer.from(`x${SECRET}x`).toString('base64')],
  ['in base64', Buffer.from(`xx${SECRET}x`).toString('base64')],
  ['in base64', Buffer.from(SECRET).toString('base64')],
  ['in base64url', Buffer.from(`xx${SECRET}`).toString('base64url')],
  ['in hexadecimal', Buffer.from(`x${SECRET}x`).toString('hex')],
  ['for a URL', `https://x/?p=${encodeURIComponent(SECRET)}&y`],
  ['for SQL', `'${SECRET.replaceAll("'", "''")}'`],
  ['in UTF-16', Buffer.from(`x${SECRET}`, 'utf16le').toString('latin1')],
])('a secret is found %s', (form, text) => {
  const latin1 = form === 'in UTF-16';
  expect(scanBytes('there', Buffer.from(text, latin1 ? 'latin1' : 'utf8'), NEEDLES)).toContain(
    `there: secret ${form}`,
  );
});

test('a token is found by its signature alone', () => {
  const needles = needlesOfToken('token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJlLW9mLWl0');
  const found = (text: string) => scanBytes('there', Buffer.from(text), needles);
  expect([found('x c2lnbmF0dXJlLW9mLWl0 y'), found('signature-of-it'), found('eyJhbGciOiJub25lIn0')]).toEqual(
    [
      ['there: token, signature, as it is', 'there: token, bytes of the signature, in base64'],
      ['there: token, bytes of the signature, as it is'],
      [],
    ],
  );
});

test('a secret is found in files, in databases and their journals, and in what these hold compressed', () => {
  writeFileSync(join(folder, 'spool'), `\0\x01${SECRET}`);
  const db = new Database(join(folder, 'a.audit'));
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('wal_autocheckpoint = 0');
    db.exec('CREATE TABLE t (a TEXT, b BLOB, c BLOB) STRICT');
    const rows = Array.from({ length: 500 }, (_, i) => `row ${i * 7919}: it's not`).join();
    const packed = zstdCompressSync(Buffer.from(`${rows}${SECRET}${rows}`));
    db.prepare('INSERT INTO t VALUES (?, ?, ?)').run(null, packed, null);
    expect(scanFolder(folder, NEEDLES).toSorted()).toEqual([
      'a.audit, t.b: secret as it is',
      'spool: secret as it is',
    ]);
    db.prepare('UPDATE t SET a = ?, b = NULL').run(SECRET);
    expect(scanFolder(folder, NEEDLES).toSorted()).toEqual([
      'a.audit, t.a: secret as it is',
      'a.audit-wal: secret as it is',
      'spool: secret as it is',
    ]);
  } finally {
    db.close();
  }
});

test('any token and any stored password are found, and nothing that only looks like one', () => {
  const found = (text: string) => scanBytes('there', Buffer.from(text), ANY_SECRET);
  const header = Buffer.from('{"alg":"ES256"}').toString('base64url');
  const claims = Buffer.from('{"sub":"ci"}').toString('base64url');
  expect([
    found(`\0x${header}.${claims}.${'s1g-'.repeat(20)}\0`),
    found("PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy'"),
    found(`${header} SASL SCRAM-SHA-256 and ${claims}`),
  ]).toEqual([['there: a token'], ['there: a stored password'], []]);
});

test('what is no secret is not found', () => {
  writeFileSync(join(folder, 'log'), SECRET.slice(1));
  expect(scanFolder(folder, NEEDLES)).toEqual([]);
});
