import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Frontier, leafHash } from '../../shared/recording/tree.ts';
import type { ReadShipped } from '../../shared/remote/manifest.ts';
import { sha256, signerOf } from '../archive/ed25519.ts';
import { TEST_KEY, TEST_SIGNER, TestLog } from '../archive/testing.ts';
import { eventsOf, fetchBundle, shippedManifests } from './bundles.ts';
import { FolderStore } from './folder-store.ts';
import { DyingStore, TestShipping } from './testing.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shipper-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const LOG = '03'.repeat(16);

/** All bodies of a log: so many sessions of a few statements. */
function bodiesOf(sessions: number): Uint8Array[] {
  const log = new TestLog(3);
  const bodies = [log.event('logOpened')];
  for (let id = 1; id <= sessions; id++) {
    const session = log.session(id);
    bodies.push(session.event('sessionOpened'), session.query(`SELECT * FROM t${id}`), session.outcome());
    bodies.push(session.event('sessionClosed'));
  }
  return bodies;
}

async function read(store: FolderStore): Promise<{ manifests: ReadShipped[]; places: string[] }> {
  const manifests: ReadShipped[] = [];
  const places: string[] = [];
  for await (const manifest of shippedManifests(store, LOG, { keys: [TEST_SIGNER.publicKey] })) {
    manifests.push(manifest);
    for (const bundle of manifest.bundles)
      for (const { event } of await eventsOf(await fetchBundle(store, bundle), bundle.key))
        places.push(`${Buffer.from(event.session ?? []).toString('hex')}/${event.sequence}/${event.index}`);
  }
  return { manifests, places };
}

test('whoever dies between any two steps ships every event exactly once, and leaves nothing that is not named', async () => {
  const bodies = bodiesOf(6);
  const parts = [bodies.slice(0, 7), bodies.slice(7, 12), bodies.slice(12)];
  for (let steps = 0; steps < 24; steps++) {
    const store = new DyingStore(mkdtempSync(join(folder, 'store-')));
    using shipping = new TestShipping(store, { log: new Uint8Array(16).fill(3) });
    store.left = steps;
    // The spool is read from its start again after each death, in other portions than before.
    const run = async (upTo: number) => {
      for (const part of parts.slice(0, upTo)) await shipping.ship(part);
    };
    await run(3).catch(() => {});
    store.left = Infinity;
    shipping.restart();
    await shipping.shipper.reconcile();
    for (const body of bodies) shipping.shipper.append(body);
    await shipping.shipper.ship(true);
    const { manifests, places } = await read(store);
    expect([steps, new Set(places).size, places.length]).toEqual([steps, bodies.length, bodies.length]);
    expect(places.map((place) => Number(place.split('/')[2]))).toEqual(bodies.map((_, index) => index));
    const named = manifests.flatMap(({ bundles, left }) => left.concat(bundles.map(({ key }) => key)));
    expect(new Set(named)).toEqual(new Set(await store.keys(`v1/${LOG}/bundles/`)));
    expect(shipping.shipper.shipped.events).toBe(bodies.length);
  }
});

test('roots and frontier are those of the tree over all events', async () => {
  const store = new FolderStore(folder);
  using shipping = new TestShipping(store, { log: new Uint8Array(16).fill(3) });
  const bodies = bodiesOf(5);
  await shipping.ship(bodies.slice(0, 9));
  await shipping.ship(bodies.slice(9));
  const tree = new Frontier(sha256);
  for (const body of bodies) {
    const bytes = Buffer.from(body);
    tree.add(leafHash(sha256, bytes.subarray(4, 4 + bytes.readUInt32BE(0))));
  }
  const last = (await read(store)).manifests.at(-1);
  expect([last?.root, last?.frontier]).toEqual([
    Buffer.from(tree.root()).toString('base64'),
    Buffer.from(tree.bytes()).toString('base64'),
  ]);
  expect(last?.checkpoint).toContain(`auditorium.local/${LOG}\n${bodies.length}\n${last?.root}\n`);
});

test('a key that replaces another is named by a manifest that both sign', async () => {
  const store = new FolderStore(folder);
  const next = signerOf(TEST_KEY.replace('BwcH', 'BwcI'));
  let keys: ReturnType<TestShipping['options']['keys']> = { signer: TEST_SIGNER, previous: null };
  using shipping = new TestShipping(store, { log: new Uint8Array(16).fill(3) }, { keys: () => keys });
  const bodies = bodiesOf(3);
  await shipping.ship(bodies.slice(0, 4));
  keys = { signer: next, previous: TEST_SIGNER };
  await shipping.ship(bodies.slice(4, 8));
  keys = { signer: next, previous: null };
  await shipping.ship(bodies.slice(8));
  expect((await read(store)).manifests.map(({ note }) => note.signatures.length)).toEqual([1, 2, 1]);
});

test('a store that went on without this spool is refused; one that lost the last manifest is given it again', async () => {
  const store = new FolderStore(folder);
  using shipping = new TestShipping(store, { log: new Uint8Array(16).fill(3) });
  const bodies = bodiesOf(3);
  await shipping.ship(bodies.slice(0, 4));
  const state = readFileSync(join(shipping.options.folder, 'manifest'), 'utf8');
  rmSync(store.named(`v1/${LOG}/manifests/000000000`));
  shipping.restart();
  expect(await shipping.shipper.reconcile()).toEqual({ restored: null });
  expect(Buffer.from(await store.get(`v1/${LOG}/manifests/000000000`)).toString()).toBe(state);
  using copy = new TestShipping(store, { log: new Uint8Array(16).fill(3) });
  await expect(copy.shipper.reconcile()).rejects.toThrow(
    'the spool was copied, or put back to an older state',
  );
});

test('a spool that begins behind what the store has goes on from there, and the manifest says so', async () => {
  const store = new FolderStore(folder);
  const bodies = bodiesOf(5);
  const tree = new Frontier(sha256);
  for (const body of bodies.slice(0, 9)) {
    const bytes = Buffer.from(body);
    tree.add(leafHash(sha256, bytes.subarray(4, 4 + bytes.readUInt32BE(0))));
  }
  const openingOf = (size: number) => ({ size, frontier: size === 9 ? tree.bytes() : new Uint8Array() });
  using shipping = new TestShipping(store, { log: new Uint8Array(16).fill(3) }, { openingOf });
  await shipping.ship(bodies.slice(0, 4));
  shipping.restart();
  await shipping.ship(bodies.slice(9));
  expect((await read(store)).manifests.map(({ first, next }) => [first, next])).toEqual([
    [0, 4],
    [9, bodies.length],
  ]);
});
