import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toBase64 } from '../shared/recording/base64.ts';
import { type Checkpoint, originOf, parseCheckpoint } from '../shared/recording/checkpoint.ts';
import { ED25519, parseNote, printKey } from '../shared/recording/note.ts';
import { startWitness, type TestWitness } from './anchors/testing/witness.ts';
import { sha256 } from './archive/ed25519.ts';
import { TEST_KEY, TEST_SIGNER } from './archive/testing.ts';
import type { AnchorConfig } from './config-archive.ts';
import { type Recording, startRecording } from './recording.ts';
import { checkpoints, logEvents } from './testing/evidence.ts';

let folder: string;
let archive: string;
let lines: { event: string; message: string; code?: string }[];
let witness: TestWitness;
const open = new Set<Recording>();
let recording: Recording | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anchoring-'));
  archive = join(folder, 'archive');
  lines = [];
  witness = await startWitness(() => {
    const log = recording?.recorder.log;
    return log === undefined ? null : { name: originOf(log), type: ED25519, key: TEST_SIGNER.publicKey };
  });
});
afterEach(async () => {
  for (const running of open) await running.close();
  open.clear();
  await witness.close();
  await rm(folder, { recursive: true });
});

const log = pino(
  { messageKey: 'message' },
  { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]) },
);

async function record(anchors: readonly AnchorConfig[]): Promise<Recording> {
  recording = await startRecording({
    spool: { dir: join(folder, 'spool'), limit: 1 << 30 },
    archive,
    keys: { current: TEST_KEY, previous: null },
    anchors,
    durability: 'intent',
    software: 'test',
    log,
    onFailure: () => {},
  });
  open.add(recording);
  return recording;
}

async function close(running: Recording): Promise<void> {
  open.delete(running);
  await running.close();
}

function write({ recorder }: Recording, events: number): void {
  for (let i = 0; i < events; i++) recorder.record('heartbeat', { sessions: i });
}

const witnessed = (): AnchorConfig => ({
  kind: 'witness',
  url: witness.url,
  key: printKey(sha256, witness.key),
  every: 20,
});

/** The checkpoints in a file of anchors: notes, each with an empty line behind it. */
function notesIn(path: string): Checkpoint[] {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const notes = text.match(/auditorium\.local\/[^]*?\n\n— [^]*?\n(?=\n)/g) ?? [];
  return notes.map((note) => parseCheckpoint(parseNote(note)?.text ?? '')).filter((read) => read !== null);
}

const lastSize = (path: string) => notesIn(path).at(-1)?.size ?? 0;

test('checkpoints are left in a file and in the log, the last when the log ends', async () => {
  const path = join(folder, 'anchors');
  const running = await record([
    { kind: 'file', path, every: 20 },
    { kind: 'log', every: 3_600_000 },
  ]);
  await expect.poll(() => lastSize(path)).toBeGreaterThan(2);
  write(running, 5);
  await expect.poll(() => lastSize(path)).toBe(running.recorder.events);
  await close(running);
  const { events, log: id } = running.recorder;
  expect(lastSize(path)).toBe(events);
  const root = notesIn(path).at(-1)?.root ?? new Uint8Array();
  const said = lines.filter(({ event }) => event === 'anchor.checkpoint').map(({ message }) => message);
  expect(said.length).toBe(2);
  expect(said.at(-1)).toBe(`auditorium checkpoint ${originOf(id)} ${events} ${toBase64(root)}`);
  const anchored = logEvents(archive, 'anchored').map(({ fields: { kind, target, error } }) => ({
    kind,
    target,
    error,
  }));
  expect(anchored).toEqual([
    { kind: 'file', target: path, error: null },
    { kind: 'log', target: 'log', error: null },
  ]);
});

test('a witness that was away cosigns what came meanwhile, and its cosignature is kept', async () => {
  const first = await record([witnessed()]);
  await expect.poll(() => witness.seen.size).toBeGreaterThan(0);
  await close(first);
  const before = witness.seen.size;
  expect(before).toBe(first.recorder.events);
  witness.away = true;
  const second = await record([witnessed()]);
  write(second, 2_000);
  await expect.poll(() => lines.some(({ event }) => event === 'anchor.failed')).toBe(true);
  expect(witness.seen.size).toBe(before);
  witness.away = false;
  await expect.poll(() => witness.seen.size, { timeout: 10_000 }).toBeGreaterThan(before + 2_000);
  await close(second);
  const cosigned = checkpoints(archive, { log: TEST_SIGNER.publicKey, witness: witness.key })
    .filter(({ by }) => by.includes('witness'))
    .map(({ by }) => by.join(' '));
  expect(new Set(cosigned)).toEqual(new Set(['log witness']));
  expect(cosigned.length).toBeGreaterThan(1);
  const errors = logEvents(archive, 'anchored').map(({ fields }) => fields.error);
  expect(errors).toEqual([null, 'witness.test/w1 answers 503']);
});

test('a witness that has seen another history is told of loudly and stops nothing', async () => {
  const running = await record([witnessed()]);
  await expect.poll(() => witness.seen.size).toBeGreaterThan(0);
  witness.seen = { size: witness.seen.size, root: new Uint8Array(32).fill(1) };
  write(running, 10);
  await expect
    .poll(() => lines.find(({ event }) => event === 'anchor.failed')?.code)
    .toBe('WITNESS_CONTRADICTS');
  await close(running);
  expect(running.behind()).toBe(0);
});
