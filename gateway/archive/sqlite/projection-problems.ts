/** Holds what lists and searches of a volume show to what its events make of them: INDEX_MISMATCH. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { FactsOf } from '../archive.ts';
import { differences } from './compare.ts';
import { rebuild } from './rebuild.ts';
import type { ProjectionProblems } from './verify/verify.ts';

/**
 * What verify.ts is given to hold projections to events with: `factsOf` says what SQL texts are, of which projections are made;
 * `scratch` is a folder for the volume that is made anew, which is as large as the one that is verified.
 */
export function projectionProblems(factsOf: FactsOf, scratch: string): ProjectionProblems {
  return function* ({ db }, onEvents) {
    yield* structureProblems(db);
    const path = join(scratch, 'made.audit');
    try {
      rebuild(db, path, { factsOf, onEvents });
      const made = new Database(path, { readonly: true });
      try {
        yield* differences(db, made);
      } finally {
        made.close();
      }
    } finally {
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    }
  };
}

/** An index that lacks rows of its table hides them from lists, whatever the table says. */
function structureProblems(db: Database.Database): string[] {
  return db
    .prepare<[], string>('PRAGMA integrity_check(20)')
    .pluck()
    .all()
    .filter((problem) => problem !== 'ok')
    .map((problem) => `the file is not laid out as SQLite lays it out: ${problem}`);
}
