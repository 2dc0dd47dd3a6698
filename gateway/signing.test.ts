import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signerOf } from './archive/ed25519.ts';
import { openSigningKeys, replaceKey, sameKey, type SigningKeys } from './archive/key-rotation.ts';
import { type Recording, startRecording } from './recording.ts';
import { GatewayKey } from './signing.ts';
import { checkpoints, logEvents } from './testing/evidence.ts';

const log = pino({ level: 'silent' });
let folder: string;
let file: string;
let archive: string;
const open = new Set<Recording>();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signing-'));
  file = join(folder, 'signing.key');
  archive = join(folder, 'archive');
});
afterEach(async () => {
  for (const recording of open) await recording.close();
  open.clear();
  await rm(folder, { recursive: true });
});

async function record(keys: SigningKeys): Promise<Recording> {
  const recording = await startRecording({
    spool: { dir: join(folder, 'spool'), limit: 1 << 30 },
    archive,
    keys,
    durability: 'intent',
    software: 'test',
    log,
    onFailure: () => {},
  });
  open.add(recording);
  return recording;
}

async function close(recording: Recording): Promise<void> {
  open.delete(recording);
  await recording.close();
}

const publicOf = (pem: string) => signerOf(pem).publicKey;

/** What the log says of its keys, by the names that they are given here. */
function keyEvents(keys: Readonly<Record<string, Uint8Array>>): string[] {
  const nameOf = (wanted: Uint8Array | null) =>
    Object.entries(keys).find(([, key]) => wanted !== null && sameKey(key, wanted))?.[0] ?? 'none';
  return logEvents(archive, 'signingKey').map(
    ({ index, fields: { key, previous, reason } }) =>
      `${index}: ${nameOf(key)} after ${nameOf(previous)}, ${reason}`,
  );
}

test('a log names its key at its first opening, and not again while it stays', async () => {
  const keys = openSigningKeys(file);
  await close(await record(keys));
  await close(await record(keys));
  const key = publicOf(keys.current);
  expect(keyEvents({ key })).toEqual(['1: key after none, the first key of the log']);
  expect(logEvents(archive, 'logOpened').map(({ fields }) => fields.boot)).toEqual([1, 2]);
  const signed = checkpoints(archive, { key });
  expect(signed.map(({ by }) => by)).toEqual(signed.map(() => ['key']));
});

test('a running log goes over to another key, and the first checkpoint then is signed by both', async () => {
  const first = openSigningKeys(file);
  const recording = await record(first);
  const second = replaceKey(file, 'an operator left');
  await recording.rekey(second);
  await recording.rekey(second); // which has been done
  await close(recording);
  const [before, after] = [publicOf(first.current), publicOf(second.current)];
  expect(keyEvents({ before, after })).toEqual([
    '1: before after none, the first key of the log',
    '2: after after before, an operator left',
  ]);
  expect(checkpoints(archive, { before, after })).toEqual([
    { size: 2, by: ['before'] },
    { size: 3, by: ['before', 'after'] },
    { size: 4, by: ['after'] },
  ]);
});

test('a key that was replaced while nothing ran takes over at the next start', async () => {
  const first = openSigningKeys(file);
  await close(await record(first));
  const second = replaceKey(file, 'yearly');
  await close(await record(second));
  const [before, after] = [publicOf(first.current), publicOf(second.current)];
  expect(keyEvents({ before, after }).at(-1)).toBe('4: after after before, yearly');
  const signed = checkpoints(archive, { before, after });
  expect(signed.find(({ size }) => size > 4)?.by).toEqual(['before', 'after']);
});

test('a key that is lost is replaced without its signature', async () => {
  const first = openSigningKeys(file);
  await close(await record(first));
  const second = openSigningKeys(join(folder, 'another.key'));
  await close(await record(second));
  const [before, after] = [publicOf(first.current), publicOf(second.current)];
  expect(keyEvents({ before, after }).at(-1)).toBe(
    '4: after after before, the key before is not here to sign with',
  );
  const signed = checkpoints(archive, { before, after });
  expect(signed.filter(({ size }) => size > 3).map(({ by }) => by)).toEqual(
    signed.filter(({ size }) => size > 3).map(() => ['after']),
  );
});

test('the key before is given up only when every worker has gone over', async () => {
  const key = new GatewayKey(file, log);
  const recording = await record(key.keys);
  const dies = { rekey: () => Promise.reject(new Error('it died')) };
  const steps = [
    await key.rotate('once', [recording, null]),
    existsSync(`${file}.previous`),
    await key.settle([recording, dies]),
    existsSync(`${file}.previous`),
    await key.settle([recording]),
    existsSync(`${file}.previous`),
    await key.rotate('twice', [recording]),
    existsSync(`${file}.previous`),
  ];
  expect(steps).toEqual([false, true, false, true, true, false, true, false]);
  await close(recording);
  expect(keyEvents({}).map((said) => said.replace(/^.*, /, ''))).toEqual([
    'the first key of the log',
    'once',
    'twice',
  ]);
});
