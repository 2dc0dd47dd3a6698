import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseFilter } from '../../../shared/filter/parse.ts';
import { parseCheckpoint } from '../../../shared/recording/checkpoint.ts';
import { commit } from '../../../shared/recording/commitment.ts';
import { parseNote } from '../../../shared/recording/note.ts';
import { readPackedSegment } from '../../../shared/recording/record.ts';
import { publicKeyPem, sha256, signerOf } from '../ed25519.ts';
import { redactionsOf, type RedactionSelection } from '../redaction.ts';
import { plainFacts, TEST_SIGNER } from '../testing.ts';
import { projectionProblems } from './projection-problems.ts';
import { SqliteArchive } from './reader.ts';
import { finishRedactions, redactClosed } from './redact-closed.ts';
import { tellRedactions } from './redaction-log.ts';
import { planRedactions } from './redaction-plan.ts';
import { dataRow, everythingIn, PREPARED, QUERIED, recordLeak, SECRET, volumesIn } from './testing/leak.ts';
import { verifyArchive } from './verify/verify.ts';

let folder: string;
let scratch: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'redact-'));
  scratch = mkdtempSync(join(tmpdir(), 'redact-scratch-'));
});
afterEach(() => {
  for (const path of [folder, scratch]) rmSync(path, { recursive: true, force: true });
});

/** Events that hold the secret: a prepared text, a statement, and a row that goes on in the next event. */
const HOLDING = [3, 4, 5, 6];

const OPTIONS = { factsOf: plainFacts, keys: { signer: TEST_SIGNER }, software: 'test' };
const BY = { by: 'ada@example.com', reason: 'a card number', time: Date.UTC(2026, 10, 21) * 1000 };

const selection = (asked: Partial<RedactionSelection>): RedactionSelection => ({
  event: null,
  field: null,
  session: null,
  filter: null,
  value: null,
  keepRest: false,
  ...asked,
});

const plan = (asked: Partial<RedactionSelection>) => planRedactions(folder, selection(asked), () => true);
const redact = (asked: Partial<RedactionSelection>) => redactClosed(folder, plan(asked).targets, BY, OPTIONS);

function verify(anchors: Parameters<typeof verifyArchive>[0]['anchors'] = []) {
  return verifyArchive({
    path: folder,
    keys: [TEST_SIGNER.publicKey],
    anchors,
    needSeals: true,
    now: Date.now() * 1000,
    projectionProblems: projectionProblems(plainFacts, scratch),
  });
}

const record = (options = {}) => recordLeak(folder, options);
const volumes = () => volumesIn(folder);
const everything = () => everythingIn(folder);

function read<T>(question: (archive: SqliteArchive) => T): T {
  const archive = new SqliteArchive(folder);
  try {
    return question(archive);
  } finally {
    archive.close();
  }
}

/** Texts of the statements that a filter finds. */
const find = (text: string) =>
  read((archive) => {
    const filter = parseFilter(text).filter;
    if (filter === undefined) throw new Error(text);
    return archive.statements({ filter, limit: 10 }).items.map((row) => row.text);
  });

test('a value is gone from every file and is found by nothing, while what was proved before still is', () => {
  record();
  const held = everything();
  const salt = held.subarray(held.indexOf(PREPARED) - 16, held.indexOf(PREPARED));
  const { notes, commitment } = before();
  expect(find(SECRET)).toHaveLength(2);
  redact({ value: SECRET });
  expect([SECRET, 'alpha', salt].map((gone) => everything().includes(gone))).toEqual([false, false, false]);
  expect([find(SECRET), find('alpha'), find('verb:delete')]).toEqual([[], [], []]);
  const anchors = notes.map((note) => {
    const checkpoint = parseCheckpoint(parseNote(note)?.text ?? '');
    if (checkpoint === null) throw new Error(note);
    return { checkpoint, from: 'before', expected: true };
  });
  const { verdict, findings, logs } = verify(anchors);
  expect(verdict).toBe('VERIFIED_WITH_REDACTIONS');
  expect(new Set(findings.map(({ message }) => message))).toEqual(
    new Set(
      ['text', 'answer'].map(
        (field) => `the value of ${field} was taken out by ada@example.com on 2026-11-21: a card number`,
      ),
    ),
  );
  expect(logs.reduce((sum, { redactions }) => sum + redactions, 0)).toBe(HOLDING.length + 1); // one is repeated
  // Whoever knows what the value was, and all that is stored, finds nothing to hold it to.
  expect(everything().includes(commitment)).toBe(true);
  for (const guess of [Buffer.alloc(16), Buffer.alloc(16, 0xff), everything().subarray(0, 16)])
    expect(Buffer.from(commit(sha256, guess, Buffer.from(PREPARED))).equals(commitment)).toBe(false);
  expect(Buffer.from(commit(sha256, salt, Buffer.from(PREPARED))).equals(commitment)).toBe(true);
});

/** Checkpoints of all volumes, and the commitment to the prepared text. */
function before(): { readonly notes: readonly string[]; readonly commitment: Buffer } {
  const notes = volumes().flatMap((name) => {
    const db = new Database(join(folder, name), { readonly: true });
    try {
      return db.prepare<[], string>('SELECT note FROM checkpoint').pluck().all();
    } finally {
      db.close();
    }
  });
  const stored = sessionEvents().find(({ event }) => event.kind === 'parse');
  if (stored?.event.kind !== 'parse') throw new Error('no text was prepared');
  return { notes, commitment: Buffer.from(stored.event.fields.text.commitment) };
}

function sessionEvents() {
  return read((archive) => {
    const [session] = archive.sessions({
      filter: parseFilter('').filter ?? never(),
      sort: '-started',
      limit: 1,
    }).items;
    const id = session?.id ?? never();
    return archive
      .segments(id)
      .flatMap(({ number }) => Array.from(readPackedSegment(archive.segment(id, number) ?? never())));
  });
}

function never(): never {
  throw new Error('not in this test');
}

test('only the value goes and the rest is kept, shown and found; later that can go too', () => {
  record();
  redact({ value: SECRET, keepRest: true });
  expect(everything().includes(SECRET)).toBe(false);
  expect([find('alpha'), find('verb:delete')]).toEqual([
    [PREPARED.replace(SECRET, '*'.repeat(16))],
    [QUERIED.replace(SECRET, '*'.repeat(16))],
  ]);
  const told = sessionEvents().flatMap(({ event, payloads, redactions }) =>
    Object.keys(redactions ?? {}).map((field) => [event.kind, Buffer.from(payloads[field] ?? []).toString()]),
  );
  const row = Buffer.from(dataRow('*'.repeat(16)));
  expect(told).toEqual([
    ['parse', PREPARED.replace(SECRET, '*'.repeat(16))],
    ['statement', QUERIED.replace(SECRET, '*'.repeat(16))],
    ['rows', row.subarray(0, 18).toString()],
    ['outcome', row.subarray(18).toString()],
  ]);
  expect(verify().verdict).toBe('VERIFIED_WITH_REDACTIONS');
  redact({ filter: 'beta' });
  expect([
    everything().includes('beta'),
    everything().includes(Buffer.from('beta').toString('base64')),
  ]).toEqual([false, false]);
  expect([find('verb:delete'), find('alpha').length, verify().verdict]).toEqual([
    [],
    1,
    'VERIFIED_WITH_REDACTIONS',
  ]);
});

test('a selection means events, sessions, statements with what they were prepared by, or all', () => {
  record();
  const indexes = (asked: Partial<RedactionSelection>) =>
    plan(asked).targets.map(({ index, field }) => `${index} ${field}`);
  expect({
    event: indexes({ event: { log: null, index: 4 } }),
    field: indexes({ session: '0001', field: 'answer' }),
    session: indexes({ session: '0001' }),
    filter: indexes({ filter: 'alpha' }),
    value: indexes({ value: SECRET }),
    both: indexes({ filter: 'verb:delete', value: 'beta' }),
  }).toEqual({
    event: ['4 text'],
    field: ['5 answer', '6 answer'],
    session: ['3 text', '4 text', '5 answer', '6 answer'],
    filter: ['3 text'],
    value: ['3 text', '4 text', '5 answer', '6 answer'],
    both: ['4 text'],
  });
});

test('a log that may still be written, or is signed by others, stays as it is', () => {
  record({ isOpen: true });
  const left = everything();
  expect(() => redact({ value: SECRET })).toThrow(expect.objectContaining({ code: 'LOG_OPEN' }));
  rmSync(folder, { recursive: true });
  record();
  const keys = { signer: signerOf(OTHER_KEY) };
  expect(() => redactClosed(folder, plan({ value: SECRET }).targets, BY, { ...OPTIONS, keys })).toThrow(
    expect.objectContaining({ code: 'KEY_OF_OTHERS' }),
  );
  expect([left.includes(SECRET), everything().includes(SECRET), verify().verdict]).toEqual([
    true,
    true,
    'VERIFIED',
  ]);
});

const OTHER_KEY = `-----BEGIN PRIVATE KEY-----
${Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 8)]).toString('base64')}
-----END PRIVATE KEY-----
`;

test('what was told and then left undone is done with the next redaction', () => {
  record();
  const redactions = redactionsOf(plan({ value: SECRET }).targets, BY);
  tellRedactions(folder, redactions, OPTIONS);
  expect([everything().includes(SECRET), verify().verdict]).toEqual([true, 'VERIFIED']);
  const failing = { ...OPTIONS, onEvents: never };
  expect(() => finishRedactions(folder, failing)).toThrow('not in this test');
  expect(verify().verdict).toBe('VERIFIED');
  finishRedactions(folder, OPTIONS);
  expect([everything().includes(SECRET), verify().verdict]).toEqual([false, 'VERIFIED_WITH_REDACTIONS']);
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  finishRedactions(folder, OPTIONS);
  expect(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).toEqual(files);
});

const lacking = ['python3', 'zstd'].find((program) => spawnSync(program, ['--version']).status !== 0);

test.skipIf(lacking !== undefined)(
  `Python’s verifier comes to the same verdict${lacking === undefined ? '' : ` (skipped: no ${lacking} here)`}`,
  () => {
    record();
    redact({ value: SECRET });
    const key = join(scratch, 'key.pub');
    writeFileSync(key, publicKeyPem(TEST_SIGNER.publicKey));
    const verifier = join(import.meta.dirname, '../../../build/verify.py');
    const { status, stdout } = spawnSync('python3', [verifier, folder, '--key', key, '--seal', '--json']);
    expect([status, JSON.parse(stdout.toString())]).toEqual([
      21,
      expect.objectContaining({ verdict: 'VERIFIED_WITH_REDACTIONS', redactions: HOLDING.length + 1 }),
    ]);
  },
);

test('a process that is killed in the middle leaves an archive that verifies, and the next finishes', async () => {
  for (let after = 0; after < 40; after += 8) {
    rmSync(folder, { recursive: true });
    record();
    const child = spawn(process.execPath, [
      join(import.meta.dirname, 'testing/redacting-process.ts'),
      folder,
      SECRET,
    ]);
    await ready(child);
    await pause(after);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    const { verdict, findings } = verify();
    expect([
      after,
      ['VERIFIED', 'VERIFIED_WITH_REDACTIONS', 'INCOMPLETE'].includes(verdict),
      findings,
    ]).toEqual([after, true, expect.any(Array)]);
    finishRedactions(folder, OPTIONS);
    redact({ value: SECRET });
    expect([after, everything().includes(SECRET), verify().verdict]).toEqual([
      after,
      false,
      'VERIFIED_WITH_REDACTIONS',
    ]);
  }
}, 30_000);

/** Resolves when the process is about to begin. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.stdout?.once('data', () => resolve()));
}
