import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AskedSession, AskedStatement } from '../../../shared/filter/asked.ts';
import { matchesSession, matchesStatement } from '../../../shared/filter/matches.ts';
import { randomLog } from '../../../test/evidence/random-log.ts';
import { Dice } from '../../../test/torture/dice.ts';
import type { ArchiveWriter } from '../archive.ts';
import { recordDecisions } from '../conformance-decisions.ts';
import { filterOf, recordStory } from '../conformance-story.ts';
import { FILTER_SAMPLES } from '../filter-samples.ts';
import { testWriting } from '../testing.ts';
import { askedSession, askedStatement } from './asked-rows.ts';
import { Volumes } from './open-volumes.ts';
import { SqliteArchive } from './reader.ts';
import { joinedRow, partsOf } from './session-parts.ts';
import { compareStatements } from './statement-query.ts';
import { filtersOf, RANDOM_SAMPLES } from './testing/random-filters.ts';
import { openSqliteWriter } from './writer.ts';

/** SQL over indexes is held to what shared/filter/matches.ts says, over everything that the archives below hold. */

interface Held {
  readonly path: string;
  readonly archive: SqliteArchive;
  readonly sessions: readonly { readonly session: AskedSession; readonly statements: readonly Found[] }[];
}

interface Found {
  readonly key: string;
  readonly place: { readonly time: number; readonly volume: string; readonly id: number };
  readonly asked: AskedStatement;
}

/** Writes an archive and reads everything in it, without any filter. */
function held(write: (writer: ArchiveWriter) => void): Held {
  const path = mkdtempSync(join(tmpdir(), 'filters-'));
  const writer = openSqliteWriter({ path, ...testWriting() });
  write(writer);
  writer.commit();
  while (writer.index(100).more);
  writer.close();
  const archive = new SqliteArchive(path);
  const { items } = archive.sessions({ filter: filterOf(''), sort: 'started', limit: 10_000 });
  const volumes = new Volumes(path);
  try {
    const open = volumes.current();
    const sessions = items.map(({ id }) => {
      const parts = partsOf(open, id);
      const row = joinedRow(parts);
      if (row === null) throw new Error(`no session ${id}`);
      const statements = parts.flatMap(({ volume, id: own }): Found[] =>
        volume.db
          .prepare<[number], { id: number; time: number }>(
            'SELECT id, time FROM statement WHERE session_id = ?',
          )
          .all(own)
          .flatMap(({ id: statement, time }) => {
            const found = volume.statements.row(statement);
            if (found === null) return [];
            const { normalised, texts } = volume.statements.searched(statement);
            const key = `${found.session}/${found.statement}/${found.ordinal}`;
            const place = { time, volume: volume.name, id: statement };
            return [{ key, place, asked: askedStatement(found, normalised, texts) }];
          }),
      );
      return { session: askedSession(row), statements };
    });
    return { path, archive, sessions };
  } finally {
    volumes.close();
  }
}

function remove({ archive, path }: Held): void {
  archive.close();
  rmSync(path, { recursive: true, force: true });
}

/** Every page of the list of a filter, a few at a time. */
function statementsOf({ archive }: Held, text: string): string[] {
  const filter = filterOf(text);
  const found: string[] = [];
  let after: string | undefined;
  do {
    const { items, next } = archive.statements({ filter, after, limit: 40 });
    found.push(...items.map((row) => `${row.session}/${row.statement}/${row.ordinal}`));
    after = next ?? undefined;
  } while (after !== undefined);
  return found;
}

function sessionsOf({ archive }: Held, text: string): string[] {
  const filter = filterOf(text);
  const found: string[] = [];
  let after: string | undefined;
  do {
    const { items, next } = archive.sessions({ filter, sort: 'started', after, limit: 5 });
    found.push(...items.map(({ id }) => id));
    after = next ?? undefined;
  } while (after !== undefined);
  return found;
}

function expectAsMeant(all: Held, text: string): void {
  const filter = filterOf(text);
  const statements = all.sessions
    .flatMap(({ session, statements: own }) =>
      own.filter(({ asked }) => matchesStatement(filter, session, asked)),
    )
    .toSorted((a, b) => compareStatements(a.place, b.place))
    .map(({ key }) => key);
  const sessions = all.sessions
    .filter(({ session, statements: own }) =>
      matchesSession(
        filter,
        session,
        own.map(({ asked }) => asked),
      ),
    )
    .map(({ session }) => session.id);
  expect({ text, statements: statementsOf(all, text), sessions: sessionsOf(all, text) }).toEqual({
    text,
    statements,
    sessions,
  });
}

describe('over sessions of every ending, decisions and masks', () => {
  let all: Held;
  beforeAll(() => {
    all = held((writer) => {
      const { log } = recordStory(writer);
      recordDecisions({ log, writer });
    });
  });
  afterAll(() => remove(all));

  test.each(FILTER_SAMPLES)('%s finds what it means', (text) => expectAsMeant(all, text));

  test('terms joined in any way find what they mean', () => {
    fc.assert(
      fc.property(filtersOf(FILTER_SAMPLES), (text) => expectAsMeant(all, text)),
      { numRuns: 80 },
    );
  });
});

describe('over a log in many volumes, with sessions that go on from one to the next', () => {
  let all: Held;
  beforeAll(() => {
    all = held((writer) => {
      const { bodies } = randomLog(new Dice(7), 700, { rollsAt: [90, 91, 240, 330, 600] });
      for (const [at, body] of bodies.entries()) {
        writer.append(body);
        if (at % 50 === 0) writer.commit();
      }
    });
  });
  afterAll(() => remove(all));

  test.each(RANDOM_SAMPLES)('%s finds what it means', (text) => expectAsMeant(all, text));

  test('terms joined in any way find what they mean', () => {
    fc.assert(
      fc.property(filtersOf(RANDOM_SAMPLES), (text) => expectAsMeant(all, text)),
      { numRuns: 40 },
    );
  });
});
