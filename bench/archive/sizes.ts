/** What an archive takes on disk, by what it is for. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { VOLUME_SUFFIX } from '../../gateway/archive/sqlite/schema.ts';

/** Tables by component: a name, or its beginning with a `*`; the first that fits. Anything else is `other`. */
const COMPONENTS: readonly (readonly [string, readonly string[]])[] = [
  ['segments', ['segment*', 'sqlite_autoindex_segment*']],
  ['proofs', ['tile*', 'checkpoint*', 'carried*', 'volume', 'redaction*', 'sqlite_autoindex_tile*']],
  ['words', ['*_words*', '*_grams*', '*searchable*', 'statement_cut']],
  ['texts', ['text*', 'fact*', 'sqlite_autoindex_text*', 'sqlite_autoindex_fact*']],
  ['sessions', ['session*', 'sqlite_autoindex_session*', 'agent*', 'token*', 'job*']],
  ['statements', ['statement', 'statement*']],
];

/** Bytes by component, the files' own bytes in all as `total`. */
export function sizesOf(archive: string): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  const add = (component: string, bytes: number) => sizes.set(component, (sizes.get(component) ?? 0) + bytes);
  for (const name of readdirSync(archive)) {
    const path = join(archive, name);
    add('total', statSync(path).size);
    if (name.endsWith(VOLUME_SUFFIX))
      for (const { name: table, bytes } of tablesOf(path)) add(componentOf(table), bytes);
  }
  return sizes;
}

/** The tables and indexes of an archive, the largest first. */
export function largestTables(
  archive: string,
  count: number,
): readonly { readonly name: string; readonly bytes: number }[] {
  const sizes = new Map<string, number>();
  for (const file of readdirSync(archive).filter((name) => name.endsWith(VOLUME_SUFFIX)))
    for (const { name, bytes } of tablesOf(join(archive, file)))
      sizes.set(name, (sizes.get(name) ?? 0) + bytes);
  return [...sizes]
    .map(([name, bytes]) => ({ name, bytes }))
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, count);
}

/** By SQLite's dbstat table, which reads the whole file. */
function tablesOf(path: string): { name: string; bytes: number }[] {
  const db = new Database(path, { readonly: true });
  try {
    return db
      .prepare<[], { name: string; bytes: number }>(
        'SELECT name, sum(pgsize) AS bytes FROM dbstat WHERE aggregate = TRUE GROUP BY name',
      )
      .all();
  } finally {
    db.close();
  }
}

function componentOf(table: string): string {
  const fits = (pattern: string) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(table);
  return COMPONENTS.find(([, patterns]) => patterns.some(fits))?.[0] ?? 'other';
}
