import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { liftLegalHold, placeLegalHold } from './archive/legal-holds.ts';
import { TEST_KEY, TestLog } from './archive/testing.ts';
import { KeyDestroying } from './key-destroying.ts';
import { type Recording, startRecording } from './recording.ts';
import { startRemoteRetention } from './remote-retention.ts';
import { keySource } from './remote/keys/key-source.ts';
import type { KeyStore } from './remote/keys/key-store.ts';
import { openKeys } from './remote/keys/open-keys.ts';
import { FolderVersions, TestShipping } from './remote/testing.ts';
import { verifyRemote } from './remote/verify/verify-remote.ts';
import { signerOf } from './archive/ed25519.ts';

const DAY = 86_400_000;
const silent = pino({ level: 'silent' });

/** A log of a given id, of some days ago. */
class OldLog extends TestLog {
  override readonly log: Uint8Array;
  constructor(log: Uint8Array, days: number) {
    super(1, (Date.now() - days * DAY) * 1000);
    this.log = log;
  }
}

let folder: string;
let archive: string;
let recording: Recording;
let keys: KeyStore;
let store: FolderVersions;
let id: string;
let ids: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'remote-retention-'));
  archive = join(folder, 'archive');
  recording = await startRecording({
    spool: { dir: join(folder, 'spool'), limit: 1 << 24 },
    archive,
    keys: { current: TEST_KEY, previous: null },
    durability: 'intent',
    software: 'test',
    log: silent,
    onFailure: () => {},
  });
  id = Buffer.from(recording.recorder.log).toString('hex');
  keys = await openKeys({ folder: join(folder, 'keys') }, null, {});
  store = new FolderVersions(join(folder, 'store'));
  const old = new OldLog(recording.recorder.log, 50);
  using shipping = new TestShipping(store, old, { sealing: { keys, tenant: null } });
  await shipping.ship([old.event('logOpened')]);
  ids = [];
  for (const [i, connection] of ['shop', 'vault'].entries()) {
    const session = old.session(i + 1);
    ids.push(session.hex);
    await shipping.ship([
      session.event('sessionOpened', { connection }),
      session.query(`SELECT ${i}`),
      session.outcome(),
      session.event('sessionClosed'),
    ]);
  }
  await shipping.ship([old.event('logClosed', { sessions: 0 })]);
});
afterEach(async () => {
  await recording.close();
  rmSync(folder, { recursive: true });
});

/** Applies the rules for as long as `until` says, and a little longer. */
async function retain(until: () => Promise<void>): Promise<void> {
  const remote = {
    bucket: 'evidence',
    prefix: '',
    gateway: 'test',
    every: 1000,
    rate: 1 << 20,
    retention: null,
    tenant: [],
    keys: { folder: join(folder, 'keys') },
    expire: { age: 30 * DAY, connections: { vault: 40 * DAY }, bundles: true },
  };
  const own = { archive, spoolDir: join(folder, 'spool'), recording, log: silent };
  const destroying = new KeyDestroying({ ...own, remote });
  const stop = startRemoteRetention({ ...own, remote, destroying, store }, 20);
  await until();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await stop();
  await destroying.close();
}

const withKeys = async () => (await keys.held()).map(({ session }) => session);
const bundles = async () => (await store.keys(`v1/${id}/bundles/`)).length;
const verified = () =>
  verifyRemote({
    store,
    keys: [signerOf(TEST_KEY).publicKey],
    now: Date.now(),
    seen: () => null,
    keySource: keySource(keys, null),
  });

test('what is over is taken back and removed but for what is held; all of it is told, and what remains verifies', async () => {
  const word = { time: new Date().toISOString(), by: 'ada', reason: 'matter 7' };
  const hold = placeLegalHold(archive, 'connection:vault', word);
  await retain(() => expect.poll(withKeys, { timeout: 10_000 }).toEqual([ids[1]]));
  // The log’s first events and the session’s; the one that is held, and what stands behind it, stays.
  expect(await bundles()).toBe(2);
  expect(await verified()).toMatchObject({ verdict: 'VERIFIED', findings: [], expired: 2 });
  expect((await keys.destroyed(id)).map(({ by, reason }) => [by, reason])).toEqual([
    ['retention', 'older than 30 days'],
  ]);
  liftLegalHold(archive, hold.id, word);
  await retain(() => expect.poll(bundles, { timeout: 10_000 }).toBe(1));
  expect(await withKeys()).toEqual([]);
  expect(await verified()).toMatchObject({ verdict: 'VERIFIED', findings: [], expired: 3 });
});
