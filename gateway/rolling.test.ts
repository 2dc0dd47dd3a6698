import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyArchive } from './archive/sqlite/verify/verify.ts';
import { TEST_KEY, TEST_SIGNER } from './archive/testing.ts';
import { listSpoolFiles } from './recorder/spool-file.ts';
import type { SessionRecorder } from './recorder/recorder.ts';
import { type Recording, startRecording } from './recording.ts';

const log = pino({ level: 'silent' });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolling-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const COMPLETED = {
  ordinal: 0,
  status: 'completed',
  tag: '',
  rows: 0,
  bytes: 0,
  sqlstate: null,
  transaction: 'I',
  duration: 10,
  describedAt: null,
  answer: null,
} as const;

const archive = () => join(folder, 'archive');

function record(statements = 1_000_000): Promise<Recording> {
  return startRecording({
    spool: { dir: join(folder, 'spool'), limit: 1 << 20 },
    archive: archive(),
    keys: { current: TEST_KEY, previous: null },
    roll: { statements, bytes: 2 ** 40, age: 86_400_000 },
    durability: 'intent',
    software: 'test',
    log,
    onFailure: () => {},
  });
}

function open({ recorder }: Recording): SessionRecorder {
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
  return session;
}

let statement: number;
beforeEach(() => {
  statement = 0;
});

/** Calls with text of so many bytes; resolves when the archive has them. */
async function call(
  recording: Recording,
  session: SessionRecorder,
  calls: number,
  bytes = 20,
): Promise<void> {
  for (let i = 0; i < calls; i++) {
    statement++;
    session.record('functionCall', { statement, function: 1, message: Buffer.alloc(bytes, 'x') });
    session.record('outcome', { ...COMPLETED, statement });
  }
  recording.recorder.write();
  await shipped(recording);
}

/** Resolves when the archive has all that was recorded. */
async function shipped(recording: Recording): Promise<void> {
  while (recording.depth().unshippedEvents > 0) await pause(10);
}

function close(session: SessionRecorder): void {
  session.record('sessionClosed', { outcome: 'completed', sqlstate: null, reason: '' });
}

const volumes = () => readdirSync(archive()).filter((name) => name.endsWith('.audit'));

function verdict() {
  return verifyArchive({
    path: archive(),
    keys: [TEST_SIGNER.publicKey],
    anchors: [],
    needSeals: true,
    now: Date.now() * 1000,
  });
}

test('a gateway begins another volume when one is full, and a session goes on in it', async () => {
  const recording = await record(3);
  const session = open(recording);
  for (let i = 0; i < 3; i++) await call(recording, session, 4);
  while (volumes().length < 3) {
    recording.recorder.record('heartbeat', { sessions: 1 });
    await shipped(recording);
  }
  close(session);
  await recording.close();
  const files = volumes();
  expect(files.map((name) => existsSync(join(archive(), `${name}.seal`)))).toEqual(
    files.map((_, i) => i < files.length - 1),
  );
  expect(verdict()).toMatchObject({ verdict: 'VERIFIED', findings: [] });
});

/** Events enough that the spool frees its first file. */
async function fill(): Promise<void> {
  const recording = await record();
  const session = open(recording);
  while (listSpoolFiles(join(folder, 'spool'))[0]?.position === 0) await call(recording, session, 2, 80_000);
  close(session);
  await recording.close();
}

test('a log whose archive was lost goes on in another, which says so', async () => {
  await fill();
  rmSync(archive(), { recursive: true });
  const recording = await record();
  const session = open(recording);
  while (volumes().length < 2) {
    recording.recorder.record('heartbeat', { sessions: 1 });
    await pause(20);
  }
  close(session);
  await recording.close();
  const { verdict: found, findings } = verdict();
  expect([found, new Set(findings.map((finding) => finding.verdict))]).toEqual([
    'INCOMPLETE',
    new Set(['INCOMPLETE']),
  ]);
});

test('where nobody knows how the tree of a lost archive went on, the gateway refuses and says what to do', async () => {
  await fill();
  rmSync(archive(), { recursive: true });
  rmSync(join(folder, 'spool', 'tree'));
  await expect(record()).rejects.toThrow(/put the volumes that hold them back; .* gateway\.spool\.dir/);
});

test('a spool that was put back from an older copy is refused: its next events would be taken for known ones', async () => {
  const copy = join(folder, 'copy');
  for (let run = 0; run < 2; run++) {
    const recording = await record();
    await recording.close();
    if (run === 0) cpSync(join(folder, 'spool'), copy, { recursive: true });
  }
  rmSync(join(folder, 'spool'), { recursive: true });
  renameSync(copy, join(folder, 'spool'));
  chmodSync(join(folder, 'spool'), 0o700);
  // A start that fails adds events: with the next there are as many as the archive has.
  for (let start = 0; start < 2; start++)
    await expect(record()).rejects.toThrow(/put back from an older copy/);
});
