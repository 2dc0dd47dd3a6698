import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../shared/filter/filter.ts';
import type { ArchiveReader } from '../archive.ts';
import { filterOf } from '../conformance-story.ts';
import { testWriting, TestLog } from '../testing.ts';
import { openArchive } from './open.ts';
import { SCHEMA_VERSION } from './schema.ts';
import { openSqliteWriter } from './writer.ts';

let folder: string;
let open: ArchiveReader[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-'));
  open = [];
});

afterEach(async () => {
  await Promise.all(open.map((reader) => reader.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function reading(path: string, options?: Parameters<typeof openArchive>[1]): Promise<ArchiveReader> {
  const reader = await openArchive(path, options);
  open.push(reader);
  return reader;
}

/** Records one session of `statements` queries in a log of its own. */
function record(path: string, log: TestLog, statements = 1): void {
  const writer = openSqliteWriter({ path, ...testWriting() });
  const session = log.session(log.index + 1);
  writer.append(log.event('logOpened'));
  writer.append(session.event('sessionOpened'));
  for (let i = 0; i < statements; i++) {
    writer.append(session.query(`select ${i} from t${i % 3}`));
    writer.append(session.outcome({ rows: i, duration: i }));
  }
  writer.append(session.event('sessionClosed'));
  writer.commit();
  writer.close();
}

function onlyVolume(path: string): string {
  return join(path, readdirSync(path).find((name) => name.endsWith('.audit')) ?? '');
}

describe('what cannot be opened says why', () => {
  test('nothing there', async () => {
    await expect(openArchive(join(folder, 'none'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a text file, an empty file, another SQLite database, a folder of something else', async () => {
    const text = join(folder, 'text.audit');
    writeFileSync(text, 'this is no archive, but long enough');
    const empty = join(folder, 'empty.audit');
    writeFileSync(empty, '');
    const other = join(folder, 'other.audit');
    new Database(other).exec('CREATE TABLE t (a)').close();
    const pictures = join(folder, 'pictures');
    mkdirSync(pictures);
    writeFileSync(join(pictures, 'cat.png'), 'meow');
    for (const path of [text, empty, other, pictures]) {
      await expect(openArchive(path)).rejects.toMatchObject({
        code: 'NOT_AN_ARCHIVE',
        message: expect.stringContaining(path),
      });
    }
  });

  test.each([
    [
      SCHEMA_VERSION - 1,
      'OLDER_VERSION',
      'an earlier version',
      'open it with that version, and keep it in a folder apart from new recordings',
    ],
    [SCHEMA_VERSION + 1, 'NEWER_VERSION', 'a newer version', 'open it with a newer Auditorium'],
  ])('a volume of format %i, to read and to write', async (version, code, whose, mending) => {
    record(folder, new TestLog(1));
    const path = onlyVolume(folder);
    const db = new Database(path);
    db.pragma(`user_version = ${version}`);
    db.close();
    const message = `${path} was recorded by ${whose} (format ${version}); this Auditorium reads format ${SCHEMA_VERSION}: ${mending}`;
    await expect(openArchive(folder)).rejects.toMatchObject({ code, message });
    expect(() => record(folder, new TestLog(1))).toThrow(expect.objectContaining({ code, message }));
  });

  test('a volume cut short', async () => {
    record(folder, new TestLog(1), 2000);
    const path = onlyVolume(folder);
    truncateSync(path, statSync(path).size / 2);
    const failure = openArchive(folder).then(async (reader) => {
      open.push(reader);
      await reader.statements({ filter: EVERYTHING, limit: 100 });
      return reader.facets(filterOf('table:t1'));
    });
    await expect(failure).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringContaining(path) });
  });
});

describe('an archive', () => {
  test('that nothing was recorded into yet is empty', async () => {
    const reader = await reading(folder);
    expect(await reader.info()).toMatchObject({
      volumes: 0,
      sessions: 0,
      events: 0,
      first: null,
      last: null,
    });
    expect(await reader.facets(EVERYTHING)).toMatchObject({ total: 0, histogram: { counts: [] } });
  });

  test('shows volumes that come while it is open', async () => {
    record(folder, new TestLog(1));
    const reader = await reading(folder);
    const { events } = await reader.info();
    record(folder, new TestLog(2), 3);
    expect(await reader.info()).toMatchObject({ volumes: 2, sessions: 2, statements: 4 });
    expect(await reader.changedSince(events)).toHaveLength(1);
  });

  test('may be one volume', async () => {
    record(folder, new TestLog(1));
    const path = onlyVolume(folder);
    expect(await (await reading(path)).info()).toMatchObject({ path, volumes: 1, sessions: 1 });
  });

  test('is readable while it is written', async () => {
    const log = new TestLog(1);
    record(folder, log);
    const reader = await reading(folder);
    for (let i = 2; i < 5; i++) {
      record(folder, log);
      expect(await reader.info()).toMatchObject({ sessions: i, statements: i });
    }
  });

  test('is readable where nothing can be written', async () => {
    record(folder, new TestLog(1));
    const frozen = join(folder, 'frozen');
    mkdirSync(frozen);
    copyFileSync(onlyVolume(folder), join(frozen, 'a.audit'));
    chmodSync(join(frozen, 'a.audit'), 0o400);
    chmodSync(frozen, 0o500);
    const reader = await reading(frozen);
    expect(await reader.info()).toMatchObject({ sessions: 1, statements: 1 });
    chmodSync(frozen, 0o700);
  });
});

describe('several volumes are one archive', () => {
  test('pages go through all of them, newest first, with nothing twice and nothing left out', async () => {
    const start = Date.UTC(2026, 10, 1) * 1000;
    record(folder, new TestLog(1, start), 30);
    record(folder, new TestLog(2, start + 500), 30);
    record(folder, new TestLog(3, start + 20_000), 30);
    const reader = await reading(folder);
    for (const filter of ['', 'table:t1', 'rows<25', 'session:00']) {
      const whole = await reader.statements({ filter: filterOf(filter), limit: 500 });
      const paged: unknown[] = [];
      let after: string | undefined;
      do {
        const page = await reader.statements({ filter: filterOf(filter), after, limit: 7 });
        paged.push(...page.items);
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(paged).toEqual(whole.items);
      const times = whole.items.map(({ time }) => time);
      expect(times).toEqual(times.toSorted((a, b) => b - a));
      expect(times.length).toBe({ '': 90, 'table:t1': 30, 'rows<25': 75, 'session:00': 90 }[filter]);
    }
  });
});

test('a place by number among logs of the same time is nearby, and says where', async () => {
  const start = Date.UTC(2026, 10, 1) * 1000;
  record(folder, new TestLog(1, start), 30);
  record(folder, new TestLog(2, start + 500), 30);
  record(folder, new TestLog(3, start + 20_000), 30);
  const reader = await reading(folder);
  for (const filter of ['', 'table:t1', 'session:00']) {
    const { items } = await reader.statements({ filter: filterOf(filter), limit: 500 });
    const keyOf = (rows: typeof items) => rows.map((row) => `${row.session}/${row.statement}`);
    for (let at = 0; at < items.length; at += 3) {
      const page = await reader.statements({ filter: filterOf(filter), at, limit: 5 });
      const { offset = -1 } = page;
      expect(keyOf(page.items)).toEqual(keyOf(items.slice(offset, offset + 5)));
      expect(Math.abs(offset - at)).toBeLessThan(10);
    }
  }
});

describe('a reader whose process', () => {
  test('takes too long is ended, and the next question is answered', async () => {
    record(folder, new TestLog(1));
    const holder = new Database(onlyVolume(folder));
    try {
      holder.pragma('journal_mode = DELETE');
      const reader = await reading(folder, { deadline: 500, processes: 1 });
      holder.exec('BEGIN EXCLUSIVE');
      await expect(reader.info()).rejects.toMatchObject({ code: 'TIMEOUT' });
      holder.exec('COMMIT');
      expect(await reader.info()).toMatchObject({ statements: 1 });
    } finally {
      holder.close();
    }
  });

  test('counts for somebody who left is free for the next, and tells them at once', async () => {
    record(folder, new TestLog(1));
    const holder = new Database(onlyVolume(folder));
    try {
      holder.pragma('journal_mode = DELETE');
      const reader = await reading(folder);
      await reader.facets(EVERYTHING);
      holder.exec('BEGIN EXCLUSIVE');
      const leaving = new AbortController();
      const left = reader.facets(EVERYTHING, leaving.signal);
      const waiting = new AbortController();
      const alsoLeft = reader.facets(EVERYTHING, waiting.signal);
      const next = reader.facets(EVERYTHING);
      waiting.abort();
      leaving.abort();
      await expect(alsoLeft).rejects.toMatchObject({ name: 'AbortError' });
      await expect(left).rejects.toMatchObject({ name: 'AbortError' });
      await expect(reader.facets(EVERYTHING, leaving.signal)).rejects.toMatchObject({ name: 'AbortError' });
      holder.exec('COMMIT');
      expect(await next).toMatchObject({ total: 1 });
    } finally {
      holder.close();
    }
  });

  test('many questions at once are all answered', async () => {
    record(folder, new TestLog(1), 50);
    const reader = await reading(folder);
    const infos = await Promise.all(Array.from({ length: 40 }, () => reader.info()));
    expect(new Set(infos.map(({ statements }) => statements))).toEqual(new Set([50]));
  });

  test('is closed answers no more', async () => {
    const reader = await openArchive(folder);
    await reader.close();
    await expect(reader.info()).rejects.toMatchObject({ code: 'BUSY' });
  });
});
