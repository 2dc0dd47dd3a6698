import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TEST_KEY } from './archive/testing.ts';
import type { RemoteConfig } from './config-remote.ts';
import { KeyDestroying } from './key-destroying.ts';
import { startRecording, type Recording } from './recording.ts';
import { openKeys } from './remote/keys/open-keys.ts';
import type { KeyStore } from './remote/keys/key-store.ts';
import { logEvents } from './testing/evidence.ts';

const log = pino({ level: 'silent' });
const ONE = '01'.repeat(16);
const OTHER = '02'.repeat(16);
let folder: string;
let recording: Recording;
let store: KeyStore;
let own: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'destroying-'));
  store = await openKeys({ folder: join(folder, 'keys') }, null, {});
  recording = await startRecording({
    spool: { dir: join(folder, 'spool'), limit: 1 << 24 },
    archive: join(folder, 'archive'),
    keys: { current: TEST_KEY, previous: null },
    durability: 'intent',
    software: 'test',
    log,
    onFailure: () => {},
  });
  own = Buffer.from(recording.recorder.log).toString('hex');
});
afterEach(async () => {
  await recording.close();
  rmSync(folder, { recursive: true });
});

const remote = (keys: RemoteConfig['keys']): RemoteConfig => ({
  bucket: 'evidence',
  prefix: '',
  gateway: 'test',
  every: 1000,
  rate: 1 << 20,
  retention: null,
  tenant: [],
  ...(keys && { keys }),
});

function destroying(
  config: RemoteConfig | undefined = remote({ folder: join(folder, 'keys') }),
): KeyDestroying {
  return new KeyDestroying({
    archive: join(folder, 'archive'),
    spoolDir: join(folder, 'spool'),
    remote: config,
    recording,
    log,
  });
}

const call = (sessions: string[], apply: boolean) => ({
  request: { by: 'ada', reason: 'ticket 812', apply, sessions },
  open: [own],
  closed: true,
});

/** What the log says of keys, once it is in the archive. */
async function told(): Promise<unknown[]> {
  await recording.close();
  return logEvents(join(folder, 'archive'), 'keysDestroyed').map(
    ({ fields: { session, keys, by, reason } }) => [
      Buffer.from(session ?? []).toString('hex'),
      keys,
      by,
      reason,
    ],
  );
}

test('keys are told of first, and destroyed only where that is asked', async () => {
  const one = await store.keyFor({ log: own, session: ONE });
  await store.keyFor({ log: own, session: OTHER });
  await store.keyFor({ log: 'ff'.repeat(16), session: ONE });
  const keys = destroying();
  const named = [{ log: own, session: ONE, id: one.id }];
  expect(await keys.run(call([ONE], false))).toEqual({ destroyed: false, keys: named });
  expect((await store.held()).length).toBe(3);
  expect(await keys.run(call([ONE], true))).toEqual({ destroyed: true, keys: named });
  expect(await keys.run(call([ONE], true))).toEqual({ destroyed: false, keys: [] });
  expect((await store.held()).map((key) => [key.log, key.session])).toEqual([
    [own, OTHER],
    ['ff'.repeat(16), ONE],
  ]);
  expect((await store.destroyed(own)).map(({ by, reason }) => [by, reason])).toEqual([['ada', 'ticket 812']]);
  await keys.close();
  expect(await told()).toEqual([[ONE, [one.id], 'ada', 'ticket 812']]);
});

test('what a crash interrupted, or a key store that was away put off, is done at the next start', async () => {
  const one = await store.keyFor({ log: own, session: ONE });
  writeFileSync(join(folder, 'no-folder'), '');
  const away = destroying(remote({ folder: join(folder, 'no-folder', 'keys') }));
  away.intend([{ log: own, session: ONE }], { by: 'ada', reason: 'ticket 812' });
  await away.close();
  expect((await store.held()).length).toBe(1);
  const next = destroying();
  await next.resume();
  await next.resume();
  await next.close();
  expect([await store.held(), existsSync(join(folder, 'spool', 'keys.json'))]).toEqual([[], false]);
  expect(await told()).toEqual([[ONE, [one.id], 'ada', 'ticket 812']]);
});

test('a gateway without a key store says that it cannot take values back', async () => {
  const keys = destroying(remote(undefined));
  expect(keys.isOn).toBe(false);
  await expect(keys.run(call([ONE], true))).rejects.toThrow('archive.remote.keys');
});
