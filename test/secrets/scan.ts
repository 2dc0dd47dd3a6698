/** Looks for secrets in whatever a gateway leaves behind: files as they are, and what they hold compressed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import type { Needle } from './needles.ts';

const SQLITE = Buffer.from('SQLite format 3\0');
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Says where which secret is found; nothing when none is. */
export function scanBytes(where: string, bytes: Buffer, needles: readonly Needle[]): string[] {
  return needles.filter((needle) => needle.isIn(bytes)).map(({ name }) => `${where}: ${name}`);
}

/** The same of every file under a folder. Databases are read as they lie there, with what their journal holds. */
export function scanFolder(folder: string, needles: readonly Needle[]): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const where = relative(folder, path);
    const isDatabase = bytes.subarray(0, SQLITE.length).equals(SQLITE);
    return scanBytes(where, bytes, needles).concat(isDatabase ? scanDatabase(path, where, needles) : []);
  });
}

/** Every value of every table, what is compressed in it included. */
function scanDatabase(path: string, where: string, needles: readonly Needle[]): string[] {
  using opened = openCopy(path);
  const { db } = opened;
  const find = db.prepare<[string], string>(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE ?`,
  );
  const tables = find.pluck().all('CREATE TABLE%');
  const found = find
    .pluck()
    .all(`CREATE VIRTUAL TABLE%tokenize='ascii'%`) // trigrams are of texts that are read as they are
    .flatMap((index) => scanWords(db, index, where, needles));
  return tables
    .flatMap((table) =>
      db
        .prepare(`SELECT * FROM "${table}"`)
        .all()
        .flatMap((row) =>
          Object.entries(row as object).flatMap(([column, value]) =>
            scanValue(`${where}, ${table}.${column}`, value, needles),
          ),
        ),
    )
    .concat(found);
}

/** An index of words keeps no text: whether one row of it has all words of a secret. */
function scanWords(
  db: Database.Database,
  index: string,
  where: string,
  needles: readonly Needle[],
): string[] {
  const match = db.prepare<[string]>(`SELECT rowid FROM "${index}" WHERE "${index}" MATCH ? LIMIT 1`);
  return needles
    .filter(({ words }) => {
      const query = words?.map((word) => `"${word}"`).join(' AND ') ?? '';
      return query !== '' && match.get(query) !== undefined;
    })
    .map(({ name }) => `${where}, words of ${index}: ${name}`);
}

function scanValue(where: string, value: unknown, needles: readonly Needle[]): string[] {
  if (typeof value === 'string') return scanBytes(where, Buffer.from(value), needles);
  if (!Buffer.isBuffer(value)) return [];
  const packed = value.subarray(0, ZSTD.length).equals(ZSTD);
  return scanBytes(where, packed ? zstdDecompressSync(value) : value, needles);
}

/** A copy, for a database that a gateway still writes must not be touched. */
function openCopy(path: string): { readonly db: Database.Database } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  for (const suffix of ['', '-wal']) {
    try {
      writeFileSync(join(folder, basename(path) + suffix), readFileSync(path + suffix));
    } catch {
      // There is no journal.
    }
  }
  const db = new Database(join(folder, basename(path)));
  return {
    db,
    [Symbol.dispose]() {
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
}
