import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ArchiveWriter } from '../archive.ts';
import { filterOf } from '../conformance-story.ts';
import { errorResponse, rolling, TestLog, testWriting } from '../testing.ts';
import { SqliteArchive } from './reader.ts';
import { SEARCHED_BYTES } from '../fold/statement-texts.ts';
import { openSqliteWriter } from './writer.ts';

let folder: string;
let writer: ArchiveWriter;
let archive: SqliteArchive | null;

beforeEach(() => {
  archive = null;
  folder = mkdtempSync(join(tmpdir(), 'words-'));
  writer = rolling(openSqliteWriter({ path: folder, ...testWriting() }));
});
afterEach(() => {
  archive?.close();
  writer.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(...bodies: readonly Uint8Array[]): void {
  for (const body of bodies) writer.append(body);
  writer.commit();
}

function reader(): SqliteArchive {
  archive ??= new SqliteArchive(folder);
  return archive;
}

/** The shipper starts anew, and knows of open sessions what the volume tells. */
function reopen(): void {
  writer.close();
  writer = rolling(openSqliteWriter({ path: folder, ...testWriting() }));
}

function indexAll(): void {
  while (writer.index(100).more);
}

const found = (filter: string) =>
  reader()
    .statements({ filter: filterOf(filter), limit: 50 })
    .items.map(({ text }) => text);

/** Values as DataRow and Bind hold them (PostgreSQL manual §54.7). */
function cells(values: readonly (string | Uint8Array)[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16BE(values.length);
  return Buffer.concat([
    count,
    ...values.flatMap((value) => {
      const bytes = Buffer.from(value);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  ]);
}

function dataRow(...values: readonly (string | Uint8Array)[]): Buffer {
  const body = cells(values);
  const head = Buffer.from('D\0\0\0\0');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A session that has one open statement more for each time it is asked. */
function open(log: TestLog, id: number) {
  const session = log.session(id);
  return { session, opening: [session.event('sessionOpened'), session.event('identity')] };
}

test('statements are found by words of their text, parameters, error and rows as soon as they ended', () => {
  const { session, opening } = open(new TestLog(1), 1);
  write(...opening, session.query(`select 'Straße', 42 from orders`));
  write(session.outcome({ rows: 1, answer: dataRow('Ünïcode née', Uint8Array.of(0, 0, 0, 7)) }));
  write(
    session.event('statement', {
      statement: ++session.statements,
      protocol: 'extended',
      text: Buffer.from('insert into orders values ($1)'),
      parameters: cells(['jürgen@example.com']),
    }),
    session.outcome({ status: 'failed', sqlstate: '23505', answer: errorResponse('23505', 'duplicate key') }),
  );
  const [select, insert] = [`select 'Straße', 42 from orders`, 'insert into orders values ($1)'];
  expect(reader().info().behind).toBe(0);
  expect(Object.fromEntries(WORDS.map((words) => [words, found(words)]))).toEqual({
    straße: [select],
    '42': [select],
    orders: [insert, select],
    ORD: [],
    'ord*': [insert, select],
    unicode: [select],
    NÉE: [select],
    jurgen: [insert],
    '"jurgen example com"': [insert],
    '"example jurgen"': [],
    duplicate: [insert],
    '"duplicate key"': [insert],
    '"into orders"': [insert],
    '"orders duplicate"': [],
    '7': [],
  });
});

const WORDS = [
  'straße',
  '42',
  'orders',
  'ORD',
  'ord*',
  'unicode',
  'NÉE',
  'jurgen',
  '"jurgen example com"',
  '"example jurgen"',
  'duplicate',
  '"duplicate key"',
  '"into orders"',
  '"orders duplicate"',
  '7',
];

test('what another run of the shipper began is searchable when there is time', () => {
  const { session, opening } = open(new TestLog(1), 1);
  write(...opening, session.query('select 1'));
  reopen();
  write(session.outcome(), session.query('select 2'), session.outcome());
  expect([reader().info().behind, found('1'), found('2')]).toEqual([2, [], []]);
  indexAll();
  expect([reader().info().behind, found('1'), found('2')]).toEqual([0, ['select 1'], ['select 2']]);
});

test('a statement without an outcome waits, one that was skipped does not', () => {
  const { session, opening } = open(new TestLog(1), 1);
  const failed = { status: 'failed', sqlstate: '42P01', answer: errorResponse('42P01', 'no such table') };
  write(...opening, session.query('select * from nowhere; select 11'), session.outcome(failed));
  write(session.query('select 22'), session.outcome(), session.query('select 33'));
  indexAll();
  expect([found('11'), found('22'), found('33'), reader().info().behind]).toEqual([
    ['select 11'],
    ['select 22'],
    [],
    1,
  ]);
  write(session.outcome());
  indexAll();
  expect([found('33'), reader().info().behind]).toEqual([['select 33'], 0]);
});

test('of a large result the beginning is searchable, and the statement says so', () => {
  const { session, opening } = open(new TestLog(1), 1);
  const rows = Array.from({ length: 2_000 }, (_, i) => dataRow(`number${i} ${'x'.repeat(20)}`));
  write(...opening, session.query('select big'), session.outcome({ answer: Buffer.concat(rows) }));
  write(session.query('select small'), session.outcome({ answer: dataRow('number1') }));
  indexAll();
  const last = Math.floor(SEARCHED_BYTES / 'number100 xxxxxxxxxxxxxxxxxxxx'.length) - 10;
  expect([found('number1'), found(`number${last}`), found('number1999')]).toEqual([
    ['select small', 'select big'],
    ['select big'],
    [],
  ]);
  const { items } = reader().statements({ filter: filterOf(''), limit: 5 });
  expect(items.map(({ searchable }) => searchable)).toEqual(['whole', 'beginning']);
});

test('a volume that ended is searchable', () => {
  const { session, opening } = open(new TestLog(1, undefined, 5), 1);
  write(...opening, session.query('select 1001'), session.outcome(), session.query('select 1002'));
  write(session.outcome(), session.query('select 1003'), session.outcome());
  expect([reader().info().volumes, found('1001')]).toEqual([2, ['select 1001']]);
  indexAll();
  expect([found('1002'), found('1003')]).toEqual([['select 1002'], ['select 1003']]);
});
