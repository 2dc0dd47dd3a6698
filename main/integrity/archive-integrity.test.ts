import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainFacts, TEST_SIGNER, TestLog, type TestSession } from '../../gateway/archive/testing.ts';
import { touchedBy } from '../../gateway/archive/sqlite/verify/touched.ts';
import { verifyArchive } from '../../gateway/archive/sqlite/verify/verify.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import type { Integrity } from '../../shared/api/integrity.ts';
import { otherTime } from '../../test/evidence/edits.ts';
import { Surgery } from '../../test/evidence/surgery.ts';
import { ArchiveIntegrity, type Verifying } from './archive-integrity.ts';
import { VerifiedArchives } from './verified-archives.ts';

const KEY = Buffer.from(TEST_SIGNER.publicKey).toString('hex');
const MINUTE = 60_000;

let root: string;
let archive: string;
let log: TestLog;
let opened: ArchiveIntegrity[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'auditorium-integrity-'));
  archive = join(root, 'archive');
  log = new TestLog(5);
  opened = [];
});
afterEach(() => {
  for (const integrity of opened) integrity.close();
  rmSync(root, { recursive: true });
});

/** Appends bodies; the writer is closed again, so that all is in the files. */
function write(...bodies: Uint8Array[]): void {
  const writer = openSqliteWriter({
    path: archive,
    factsOf: plainFacts,
    now: () => log.time,
    signer: TEST_SIGNER,
  });
  for (const body of bodies) writer.append(body);
  writer.commit();
  writer.close();
}

function began(): Uint8Array[] {
  return [
    log.event('logOpened'),
    log.event('signingKey', { key: TEST_SIGNER.publicKey, previous: null, reason: 'first' }),
  ];
}

function whole(session: TestSession): Uint8Array[] {
  return [
    session.event('sessionOpened'),
    session.event('identity'),
    session.query('select 1'),
    session.outcome({ rows: 1 }),
    session.event('sessionClosed'),
  ];
}

const rolled = (number: number): Uint8Array =>
  log.event('volumeRolled', { number, checkpoint: null, reason: 'statements' });

interface Bench {
  readonly integrity: ArchiveIntegrity;
  /** Which volumes were not read again, by verification. */
  readonly asked: Verifying[];
  readonly told: Integrity[];
  /** Lets so many ms pass. */
  readonly pass: (ms: number) => Promise<void>;
}

function open(): Bench {
  let now = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const asked: Verifying[] = [];
  const told: Integrity[] = [];
  const integrity = new ArchiveIntegrity({
    archive,
    keys: [KEY],
    verified: new VerifiedArchives(join(root, 'user')),
    events: async () => log.index,
    tell: (state) => void told.push(state),
    now: () => now,
    after: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
    verify: async (how) => {
      asked.push(how);
      const request = {
        path: archive,
        keys: [TEST_SIGNER.publicKey],
        anchors: [],
        needSeals: true,
        now: log.time,
      };
      const report = verifyArchive({ ...request, unchanged: how.unchanged }, how.onProgress);
      return { ...report, touched: touchedBy(archive, report.findings) };
    },
  });
  opened.push(integrity);
  const pass = async (ms: number): Promise<void> => {
    const end = now + ms;
    for (;;) {
      const next = timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      timers = timers.filter((timer) => timer !== next);
      now = next.at;
      next.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    now = end;
  };
  return { integrity, asked, told, pass };
}

test('an archive is verified once nobody asks for anything, and that is known at the next start', async () => {
  write(...began(), ...whole(log.session(1)), log.event('logClosed', { sessions: 0 }));
  const { integrity, asked, told, pass } = open();
  await pass(2_000);
  integrity.inUse();
  await pass(2_000);
  const before = [integrity.current().state, asked.length];
  await pass(3_000);
  const { result, ...state } = integrity.current();
  expect([before, told.map((news) => news.state).slice(0, 1), told.at(-1)?.state]).toEqual([
    ['unverified', 0],
    ['verifying'],
    'done',
  ]);
  expect([state.state, result?.verdict, result?.logs, result?.keys, result?.touched]).toEqual([
    'done',
    'VERIFIED',
    [{ log: Buffer.from(log.log).toString('hex'), next: 8, verifiedTo: 8, signedTo: 8 }],
    [KEY],
    [],
  ]);
  const again = open();
  await again.pass(10 * MINUTE);
  expect([again.integrity.current(), again.asked]).toEqual([integrity.current(), []]);
});

test('somebody who never rests hears of it all the same', async () => {
  write(...began(), ...whole(log.session(1)), log.event('logClosed', { sessions: 0 }));
  const { integrity, asked, pass } = open();
  const counts: number[] = [];
  for (let second = 0; second < 30; second += 2) {
    integrity.inUse();
    await pass(2_000);
    counts.push(asked.length);
  }
  expect([counts.slice(0, 9), counts.at(-1), integrity.current().result?.verdict]).toEqual([
    Array.from({ length: 9 }, () => 0),
    1,
    'VERIFIED',
  ]);
});

test('what has grown is verified again, without what was sealed and is as it was', async () => {
  const first = log.session(1);
  write(...began(), first.event('sessionOpened'), first.event('identity'), first.query('select 1'));
  write(rolled(1), first.outcome({ rows: 1 }), first.event('sessionClosed'), ...whole(log.session(2)));
  write(rolled(2), ...whole(log.session(3)));
  const { integrity, asked, pass } = open();
  await pass(5_000);
  write(...whole(log.session(4)));
  await pass(2 * MINUTE);
  const { result } = integrity.current();
  expect([
    asked.map(({ unchanged }) => unchanged.length),
    result?.verdict,
    result?.findings,
    result?.events,
  ]).toEqual([[0, 2], 'VERIFIED', [], log.index]);
  integrity.verify();
  await pass(0);
  expect(asked.at(-1)).toMatchObject({ unchanged: [], projections: true, background: false });
});

test('a sealed volume that is another is found out, with the sessions it touches', async () => {
  const session = log.session(2);
  write(...began(), ...whole(log.session(1)), ...whole(session));
  write(rolled(1), ...whole(log.session(3)));
  const { integrity, pass } = open();
  await pass(5_000);
  const [sealed = ''] = readdirSync(archive)
    .filter((name) => name.endsWith('.audit'))
    .toSorted();
  {
    using surgery = new Surgery(join(archive, sealed));
    surgery.edit(9, (piece) => ({ ...piece, bytes: otherTime(piece) }));
  }
  await pass(2 * MINUTE);
  const { result } = integrity.current();
  expect([result?.verdict, result?.logs[0]?.verifiedTo, result?.touched.map((one) => one.session)]).toEqual([
    'CORRUPT',
    expect.any(Number),
    expect.arrayContaining([session.hex]),
  ]);
});

test('an archive that cannot be read says why, and is tried again when it changed', async () => {
  write(...began(), ...whole(log.session(1)));
  const { integrity, pass } = open();
  await pass(5_000);
  const [name = ''] = readdirSync(archive);
  rmSync(join(archive, name));
  appendFileSync(join(archive, 'notes.txt'), 'nothing');
  await pass(2 * MINUTE);
  const other = integrity.current();
  rmSync(archive, { recursive: true });
  await pass(2 * MINUTE);
  const gone = integrity.current();
  expect([other, gone].map(({ state, problem, result }) => [state, problem, result?.verdict])).toEqual([
    ['failed', expect.stringContaining('is not an archive'), 'VERIFIED'],
    ['failed', expect.stringContaining('no such file'), 'VERIFIED'],
  ]);
});
