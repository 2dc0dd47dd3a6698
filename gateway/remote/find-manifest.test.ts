import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signerOf } from '../archive/ed25519.ts';
import { TEST_KEY, TEST_SIGNER, TestLog } from '../archive/testing.ts';
import { shippedLogs } from './bundles.ts';
import { keysUpTo, lastManifest, manifestWith, reading } from './find-manifest.ts';
import { FolderStore } from './folder-store.ts';
import { TestShipping } from './testing.ts';

const LOG = '03'.repeat(16);
const SECOND = signerOf(TEST_KEY.replace('BwcHBw', 'CwsLCw'));
const THIRD = signerOf(TEST_KEY.replace('BwcHBw', 'DAwMDA'));
/** Manifests from which on another key signs, the one before having signed the first of these too. */
const ROTATIONS = [
  { from: 20, signer: SECOND, previous: TEST_SIGNER },
  { from: 30, signer: THIRD, previous: SECOND },
];

const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
const store = new FolderStore(folder);
const log = new TestLog(3);
let number = 0;
const shipping = new TestShipping(store, log, {
  keys: () => {
    const rotation = ROTATIONS.findLast(({ from }) => number >= from);
    return rotation ?? { signer: TEST_SIGNER, previous: null };
  },
});

beforeAll(async () => {
  await shipping.ship([log.event('logOpened')]);
  for (number = 1; number < 37; number++) await shipping.ship([log.event('heartbeat', { sessions: 0 })]);
});
afterAll(() => {
  shipping[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

/** A store that notes what it was asked for. */
function noting(): { readonly store: FolderStore; readonly asked: string[] } {
  const asked: string[] = [];
  const noted = new (class extends FolderStore {
    override get(key: string): Promise<Uint8Array> {
      asked.push(key);
      return super.get(key);
    }
  })(folder);
  return { store: noted, asked };
}

test('the last manifest is found from any that is known, and the logs without listing all of them', async () => {
  const found = [-1, 0, 7, 35, 36].map((known) => lastManifest(store, LOG, known));
  expect(await Promise.all(found)).toEqual([36, 36, 36, 36, 36]);
  expect(await lastManifest(store, '04'.repeat(16))).toBeNull();
  expect(await shippedLogs(store)).toEqual([LOG]);
});

test('the manifest that goes on from an event is found by reading a few', async () => {
  const { store: noted, asked } = noting();
  expect(await manifestWith(reading(noted, LOG), 36, 17)).toBe(17);
  expect(asked.length).toBeLessThan(9);
  expect(await manifestWith(reading(noted, LOG), 36, 37)).toBeNull();
});

test('with the first key alone the last manifest is trusted over two rotations', async () => {
  const keysOf = (trusted: readonly Uint8Array[]) =>
    keysUpTo(store, LOG, { read: reading(store, LOG), last: 36, trusted });
  const keys = await keysOf([TEST_SIGNER.publicKey]);
  expect(keys.some((key) => Buffer.from(key).equals(THIRD.publicKey))).toBe(true);
  await expect(keysOf([])).rejects.toMatchObject({ code: 'REFUSED' });
  await expect(keysOf([new Uint8Array(32)])).rejects.toMatchObject({ code: 'REFUSED' });
});
