import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SessionId } from '../../../shared/api/session.ts';
import { EVERYTHING } from '../../../shared/filter/filter.ts';
import { readBody, readPackedSegment } from '../../../shared/recording/record.ts';
import type { ArchiveWriter } from '../archive.ts';
import { testWriting, TestLog, type TestSession } from '../testing.ts';
import { SqliteArchive } from './reader.ts';
import { openForWriting } from './schema.ts';
import { openSqliteWriter } from './writer.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writer-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writing(path = folder): ArchiveWriter {
  return openSqliteWriter({ path, ...testWriting() });
}

/** What `read` finds in the archive as it lies. */
function reading<T>(read: (archive: SqliteArchive) => T, path = folder): T {
  const archive = new SqliteArchive(path);
  try {
    return read(archive);
  } finally {
    archive.close();
  }
}

const idOf = (session: TestSession) => SessionId.parse(session.hex);

function eventsOf(archive: SqliteArchive, session: TestSession): Buffer[] {
  return archive.segments(idOf(session)).flatMap(({ number }) => {
    const packed = archive.segment(idOf(session), number);
    return packed === null ? [] : [...readPackedSegment(packed)].map(({ bytes }) => Buffer.from(bytes));
  });
}

/** A session of simple queries, opened but not closed. */
function queries(log: TestLog, count: number, length = 20): { session: TestSession; bodies: Uint8Array[] } {
  const session = log.session(log.index + 1);
  const bodies = [session.event('sessionOpened')];
  for (let i = 0; i < count; i++)
    bodies.push(session.query(`select '${'x'.repeat(length)}' from t`), session.outcome({ rows: 1 }));
  return { session, bodies };
}

test('every writing connection waits for the disk, and files are the owner’s alone', () => {
  const path = join(folder, 'a.audit');
  const db = openForWriting(path);
  expect([
    db.pragma('synchronous', { simple: true }),
    db.pragma('journal_mode', { simple: true }),
    db.pragma('page_size', { simple: true }),
  ]).toEqual([2, 'wal', 4096]);
  db.close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('an archive that is a file, or a volume that holds other things, is refused', () => {
  const writer = writing();
  writer.append(new TestLog(1).event('logOpened'));
  writer.commit();
  writer.close();
  const volume = join(folder, readdirSync(folder)[0] ?? '');
  expect(() => writing(volume).watermark(new TestLog(2).log)).toThrow(
    expect.objectContaining({ code: 'NOT_AN_ARCHIVE' }),
  );
});

test('events that are missing are not passed over', () => {
  const log = new TestLog(1);
  const writer = writing();
  writer.append(log.event('logOpened'));
  log.event('heartbeat', { sessions: 0 });
  const late = log.event('heartbeat', { sessions: 0 });
  expect(() => writer.append(late)).toThrow(expect.objectContaining({ code: 'DAMAGED' }));
  writer.close();
});

test('what was not committed is gone after closing, and comes again', () => {
  const log = new TestLog(1);
  const { session, bodies } = queries(log, 3);
  const first = writing();
  for (const body of bodies.slice(0, 3)) first.append(body);
  first.commit();
  for (const body of bodies.slice(3)) first.append(body);
  first.close();
  expect(reading((archive) => archive.info().events)).toBe(3);
  const second = writing();
  expect(second.watermark(log.log)).toBe(3);
  for (const body of bodies) second.append(body);
  second.commit();
  second.close();
  const row = reading((archive) => archive.session(idOf(session)));
  expect(row).toMatchObject({ events: 7, statements: 3, rows: 3, errors: 0, outcome: 'live' });
});

test('however events are cut into commits and restarts, the archive is the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('next', 'next', 'next', 'commit', 'restart'), {
        minLength: 60,
        maxLength: 120,
      }),
      (acts) => {
        const path = mkdtempSync(join(folder, 'cut-'));
        const log = new TestLog(1);
        const { session, bodies } = queries(log, 10, 5);
        bodies.push(
          session.query('delete from orders'),
          session.decision({ effect: 'hold', rules: ['where'], severity: 'high' }),
          session.holdEnded('approved'),
          session.columnsMasked(['public.orders.email'], 'pii'),
          session.outcome({ transaction: null }),
          session.event('ready', { transaction: 'T' }),
          session.event('transactionEnded', {
            outcome: 'rolled back',
            cause: 'session end',
            first: 11,
            firstOrdinal: 0,
            last: 11,
            lastOrdinal: 0,
          }),
          session.event('sessionClosed'),
        );
        let writer = writing(path);
        let at = 0;
        for (const act of acts) {
          const body = bodies[at];
          if (act === 'next' && body !== undefined) {
            writer.append(body);
            at++;
          } else if (act === 'commit') writer.commit();
          else if (act === 'restart') {
            writer.close();
            writer = writing(path);
            at = writer.watermark(log.log);
          }
        }
        for (const body of bodies) writer.append(body);
        writer.commit();
        writer.close();
        reading((archive) => {
          expect(archive.session(idOf(session))).toMatchObject({
            outcome: 'completed',
            events: 29,
            statements: 11,
            rows: 10,
            held: 1,
            masked: 1,
          });
          expect(eventsOf(archive, session)).toEqual(bodies.map((body) => Buffer.from(readBody(body).bytes)));
          const { items } = archive.statements({ filter: EVERYTHING, session: idOf(session), limit: 100 });
          expect(items.map(({ statement, status, transaction }) => [statement, status, transaction])).toEqual(
            Array.from({ length: 11 }, (_, i) =>
              i < 10 ? [i + 1, 'completed', 'I'] : [11, 'rolled-back', 'T'],
            ),
          );
          expect(items.at(-1)).toMatchObject({
            decision: 'approved',
            rules: ['where'],
            severity: 'high',
            maskedColumns: ['public.orders.email'],
          });
          expect(archive.info().statements).toBe(11);
        }, path);
      },
    ),
    { numRuns: 10 },
  );
});

test('small segments of a long session are merged as it goes, and all when it ends', () => {
  const log = new TestLog(1);
  const { session, bodies } = queries(log, 200, 1000);
  const writer = writing();
  for (const body of bodies) {
    writer.append(body);
    writer.commit();
  }
  const live = reading((archive) => archive.segments(idOf(session)).length);
  expect(live).toBeLessThan(40);
  writer.append(session.event('sessionClosed'));
  writer.commit();
  writer.close();
  reading((archive) => {
    const segments = archive.segments(idOf(session));
    expect(segments.length).toBeLessThan(5);
    expect(segments.every(({ bytes }) => bytes <= 300 * 1024)).toBe(true);
    expect(eventsOf(archive, session).length).toBe(402);
    // The segment a client saw before it was merged is the one that holds its events now.
    expect(archive.segment(idOf(session), (segments[0]?.number ?? 0) + 1)).not.toBeNull();
  });
});

test('a text prepared before a restart is known after it', () => {
  const log = new TestLog(1);
  const session = log.session(1);
  const first = writing();
  first.append(session.event('sessionOpened'));
  first.append(session.event('parse', { name: 's', text: Buffer.from('delete from orders') }));
  first.commit();
  first.close();
  const second = writing();
  second.append(
    session.event('statement', { statement: 1, protocol: 'extended', name: 's', portal: '', parsedAt: 1 }),
  );
  second.append(session.outcome({ statement: 1, rows: 2 }));
  second.commit();
  second.close();
  const { items } = reading((archive) => archive.statements({ filter: EVERYTHING, limit: 10 }));
  expect(items).toMatchObject([
    {
      text: 'delete from orders',
      verb: 'DELETE',
      tables: ['orders'],
      rows: 2,
      sequence: 2,
      outcomeSequence: 3,
    },
  ]);
});

test('an attested job outranks an asserted one, whichever comes first', () => {
  const log = new TestLog(1);
  const asserted = { provenance: 'asserted', provider: 'word', run: '1', job: '1' };
  const sessions = [true, false].map((assertedFirst) => {
    const session = log.session(log.index + 1);
    const contexts = [
      session.event.bind(session, 'ciContext', asserted),
      session.event.bind(session, 'ciContext', {}),
    ];
    return {
      session,
      bodies: [
        session.event('sessionOpened'),
        ...(assertedFirst ? contexts : contexts.toReversed()).map((event) => event()),
      ],
    };
  });
  const writer = writing();
  for (const { bodies } of sessions) for (const body of bodies) writer.append(body);
  writer.commit();
  writer.close();
  reading((archive) => {
    for (const { session } of sessions)
      expect(archive.session(idOf(session))?.ci).toMatchObject({
        provenance: 'attested',
        provider: 'github',
      });
  });
});

test('a statement says that secrets were taken out of it, of its own text or of its parameters', () => {
  const log = new TestLog(1);
  const session = log.session(1);
  const masked = (statement: number, text: string) =>
    session.event('statement', { statement, text: Buffer.from(text), masked: true });
  const writer = writing();
  for (const body of [
    log.event('logOpened'),
    session.event('sessionOpened'),
    masked(1, "alter role a password '[masked]'; select 1"),
    session.event('outcome', { statement: 1 }),
    session.event('outcome', { statement: 1, ordinal: 1 }),
    masked(2, "select set_config('app.token', $1, false)"),
    session.event('outcome', { statement: 2 }),
    session.event('statement', { statement: 3, text: Buffer.from("select '[masked]'") }),
  ]) {
    writer.append(body);
  }
  writer.commit();
  writer.close();
  const found = reading((archive) =>
    archive.statements({ session: idOf(session), filter: EVERYTHING, limit: 9 }),
  );
  expect(found.items.map(({ text, masked: is }) => [text, is])).toEqual([
    ["alter role a password '[masked]'", true],
    ['select 1', false],
    ["select set_config('app.token', $1, false)", true],
    ["select '[masked]'", false],
  ]);
});

test('a statement that only the server saw in a text is listed by its command tag', () => {
  const log = new TestLog(1);
  const session = log.session(1);
  const writer = writing();
  for (const body of [
    log.event('logOpened'),
    session.event('sessionOpened'),
    // Two statements to a server with standard_conforming_strings off, one to any parser.
    session.query("select 'hidden'"),
    session.outcome({ tag: 'SELECT 1', rows: 1, transaction: null }),
    session.outcome({ tag: 'DROP TABLE', ordinal: 1, transaction: 'I' }),
  ]) {
    writer.append(body);
  }
  writer.commit();
  writer.close();
  const found = reading((archive) =>
    archive.statements({ session: idOf(session), filter: EVERYTHING, limit: 9 }),
  );
  expect(found.items.map(({ verb, ordinal, status }) => [verb, ordinal, status])).toEqual([
    ['SELECT', 0, 'completed'],
    ['DROP TABLE', 1, 'completed'],
  ]);
});

test('a volume that was moved away while it is written takes nothing as shipped', () => {
  const log = new TestLog(1);
  const writer = writing();
  writer.append(log.event('logOpened'));
  writer.commit();
  const { bodies } = queries(log, 2);
  const volume = readdirSync(folder).find((name) => name.endsWith('.audit')) ?? '';
  renameSync(join(folder, volume), join(folder, 'elsewhere'));
  for (const body of bodies) writer.append(body);
  expect(() => writer.commit()).toThrow(expect.objectContaining({ code: 'DAMAGED' }));
  writer.close();
});
