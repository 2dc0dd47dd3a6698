import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filterOf } from '../conformance-story.ts';
import { TestLog, testWriting } from '../testing.ts';
import { Volumes } from './open-volumes.ts';
import { sessionPage } from './session-lists.ts';
import { partsOf, sessionsInParts } from './session-parts.ts';
import { newestStatements, statementsOfSession } from './statement-lists.ts';
import { openSqliteWriter } from './writer.ts';

/** Both words of the phrase are in every statement; in every third they follow each other. */
const SESSIONS = 6;
const STATEMENTS = 9;
const PHRASE = filterOf('"blue moon"');

let folder: string;
let volumes: Volumes;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'looks-'));
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  const log = new TestLog(1);
  writer.append(log.event('logOpened'));
  for (let id = 1; id <= SESSIONS; id++) {
    const session = log.session(id);
    writer.append(session.event('sessionOpened'));
    for (let n = 1; n <= STATEMENTS; n++) {
      const words = n % 3 === 0 ? 'blue moon' : 'moon blue';
      writer.append(session.query(`select '${words}', ${n}`));
      writer.append(session.outcome({}));
    }
    writer.append(session.event('sessionClosed'));
  }
  writer.commit();
  while (writer.index(100).more);
  writer.close();
  volumes = new Volumes(folder);
});

afterAll(() => {
  volumes.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A clock by which every look takes as long as all that a page may take. */
function slow(): () => number {
  let time = 0;
  return () => (time += 1_000);
}

interface Listed<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** The pages of a list, from its start to its end. */
function pagesOf<T>(page: (after: string | undefined) => Listed<T>): (readonly T[])[] {
  const pages: (readonly T[])[] = [];
  for (let after: string | undefined; ;) {
    const { items, next } = page(after);
    pages.push(items);
    if (next === null) return pages;
    after = next;
  }
}

test('statements that are looked at for too long come on several pages, none of them lost', () => {
  const all = (now: () => number) =>
    pagesOf((after) => newestStatements(volumes.current(), { filter: PHRASE, after, limit: 100 }, now));
  const at = all(() => 0);
  const pages = all(slow());
  expect(at.map((page) => page.length)).toEqual([(SESSIONS * STATEMENTS) / 3]);
  expect(pages.length).toBe(SESSIONS * STATEMENTS);
  expect(pages.flat()).toEqual(at.flat());
});

test('sessions that are looked at for too long come on several pages, none of them lost', () => {
  const all = (now: () => number) =>
    pagesOf((after) => {
      const open = volumes.current();
      const request = { filter: PHRASE, sort: '-started', after, limit: 100 } as const;
      return sessionPage(open, sessionsInParts(open), request, { total: null, now });
    });
  const at = all(() => 0);
  const pages = all(slow());
  expect(at.map((page) => page.length)).toEqual([SESSIONS]);
  expect(pages.length).toBe(SESSIONS);
  expect(pages.flat()).toEqual(at.flat());
});

test('statements of one session that are looked at for too long come on several pages, none of them lost', () => {
  const [session] = newestStatements(volumes.current(), { filter: PHRASE, limit: 1 }, () => 0).items;
  if (session === undefined) throw new Error('no statement holds the phrase');
  const all = (now: () => number, limit: number) =>
    pagesOf((after) => {
      const open = volumes.current();
      const request = { filter: PHRASE, after, limit };
      return statementsOfSession(open, partsOf(open, session.session), request, now);
    });
  const at = all(() => 0, 100);
  expect(at.map((page) => page.length)).toEqual([STATEMENTS / 3]);
  expect(all(slow(), 1).flat()).toEqual(at.flat());
});
