import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyArchive } from './archive/sqlite/verify/verify.ts';
import { TEST_KEY, TEST_SIGNER } from './archive/testing.ts';
import type { RedactionRequest } from './control-schema.ts';
import { KeyDestroying } from './key-destroying.ts';
import { PendingRedactions } from './pending-redactions.ts';
import { Redacting } from './redacting.ts';
import { type Recording, startRecording } from './recording.ts';

const log = pino({ level: 'silent' });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'redacting-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SECRET = '4111111111111111';
const archive = () => join(folder, 'archive');
const spoolDir = () => join(folder, 'spool');

function record(): Promise<Recording> {
  return startRecording({
    spool: { dir: spoolDir(), limit: 1 << 24 },
    archive: archive(),
    keys: { current: TEST_KEY, previous: null },
    durability: 'intent',
    software: 'test',
    log,
    onFailure: () => {},
  });
}

const ownOf = (recording: Recording) => ({ archive: archive(), spoolDir: spoolDir(), recording, log });

const redactingOf = (recording: Recording) =>
  new Redacting({ ...ownOf(recording), keys: new KeyDestroying({ ...ownOf(recording), remote: undefined }) });

const request = (asked: Partial<RedactionRequest>): RedactionRequest => ({
  by: 'ada',
  reason: 'a card number',
  apply: true,
  event: null,
  field: null,
  session: null,
  filter: null,
  value: null,
  keepRest: false,
  ...asked,
});

/** A session that prepares a text with the secret in it, asks with it, and stays open. */
function live({ recorder }: Recording) {
  const session = recorder.session();
  session.record('sessionOpened', {
    connection: 'shop',
    user: 'agent',
    applicationName: '',
    clientAddress: '127.0.0.1',
    clientPort: 1,
    tls: false,
    protocol: '3.0',
    durability: recorder.durability,
  });
  const text = Buffer.from(`select '${SECRET}' from cards`);
  const parsedAt = session.record('parse', { name: 's', text, parameterTypes: [], masked: false });
  session.record('functionCall', { statement: 1, function: 1, message: Buffer.from(SECRET) });
  recorder.write();
  return { session, parsedAt };
}

/** What any file of archive and spool holds, as bytes and unpacked. */
function everything(): Buffer {
  const paths = [archive(), spoolDir()].flatMap((dir) => readdirSync(dir).map((name) => join(dir, name)));
  const parts = paths.map((path) => readFileSync(path));
  for (const path of paths.filter((name) => name.endsWith('.audit'))) {
    const copy = join(folder, 'copy');
    for (const suffix of ['', '-wal']) rmSync(copy + suffix, { force: true });
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    const db = new Database(copy);
    const carried = db.prepare<[], Buffer>('SELECT payloads FROM carried').pluck().all();
    const segments = db.prepare<[], Buffer[]>('SELECT events, payloads FROM segment').raw().all();
    parts.push(
      ...carried.map((raw) => Buffer.from(raw)),
      ...segments.flat().map((part) => zstdDecompressSync(part)),
    );
    db.close();
  }
  return Buffer.concat(parts);
}

function verdict() {
  const { verdict: found, findings } = verifyArchive({
    path: archive(),
    keys: [TEST_SIGNER.publicKey],
    anchors: [],
    needSeals: true,
    now: Date.now() * 1000,
  });
  return { verdict: found, messages: new Set(findings.map(({ message }) => message)) };
}

test('a value is taken out of a log that is written, of its spool, and of what the next volumes repeat', async () => {
  const recording = await record();
  const { session, parsedAt } = live(recording);
  const redacting = redactingOf(recording);
  const { log: id } = await recording.head();
  const found = {
    sessions: 1,
    gone: 0,
    elsewhere: [],
    remote: { destroyed: 0, left: 0, keys: false },
    kinds: { 'parse.text': 1, 'functionCall.message': 1 },
  };
  const call = (asked: Partial<RedactionRequest>) =>
    redacting.redact({ request: request(asked), open: [id], closed: true });
  expect(await call({ value: SECRET, apply: false })).toEqual({ ...found, payloads: 2, redacted: false });
  expect(everything().includes(SECRET)).toBe(true);
  expect(await call({ value: SECRET })).toEqual({ ...found, payloads: 2, redacted: true });
  expect(everything().includes(SECRET)).toBe(false);
  await expect(call({ event: { log: null, index: 999 } })).rejects.toMatchObject({ code: 'EVENT_NOT_FOUND' });
  // The session goes on with what it prepared, in this volume and the next.
  recording.roll((await recording.ask('current', null)) ?? { number: 0, checkpoint: null });
  session.record('statement', {
    statement: 2,
    protocol: 'extended',
    name: 's',
    portal: '',
    text: null,
    parsedAt,
    boundAt: null,
    parameterTypes: [],
    parameterFormats: [],
    parameters: null,
    resultFormats: [],
    maxRows: 0,
    sync: true,
    masked: false,
  });
  session.record('sessionClosed', { outcome: 'completed', sqlstate: null, reason: '' });
  await redacting.close();
  await recording.close();
  expect(everything().includes(SECRET)).toBe(false);
  expect(readdirSync(archive()).filter((name) => name.endsWith('.audit'))).toHaveLength(3);
  expect(verdict()).toEqual({
    verdict: 'VERIFIED_WITH_REDACTIONS',
    messages: new Set(
      ['text', 'message'].map(
        (field) =>
          `the value of ${field} was taken out by ada on ${new Date().toISOString().slice(0, 10)}: a card number`,
      ),
    ),
  });
}, 20_000);

test('what a crash interrupted is done at the next start', async () => {
  const first = await record();
  const { session } = live(first);
  session.record('sessionClosed', { outcome: 'completed', sqlstate: null, reason: '' });
  const { log: id } = await first.head();
  await first.close();
  const words = { by: 'ada', reason: 'a card number', time: Date.now() * 1000, remainder: null };
  new PendingRedactions(spoolDir()).add([
    { log: id, index: 3, field: 'text', length: 36, ...words },
    { log: id, index: 4, field: 'message', length: 16, ...words },
  ]);
  const recording = await record();
  const redacting = redactingOf(recording);
  await redacting.resume();
  expect([everything().includes(SECRET), new PendingRedactions(spoolDir()).read()]).toEqual([false, []]);
  await redacting.close();
  await recording.close();
  expect(verdict().verdict).toBe('VERIFIED_WITH_REDACTIONS');
}, 20_000);
