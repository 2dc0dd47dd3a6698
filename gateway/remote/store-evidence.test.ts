import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseCheckpoint } from '../../shared/recording/checkpoint.ts';
import { parseNote } from '../../shared/recording/note.ts';
import { toBase64 } from '../../shared/recording/base64.ts';
import {
  Frontier,
  leafHash,
  rootFromSelection,
  type Subtree,
  subtreesBeside,
} from '../../shared/recording/tree.ts';
import { readBody } from '../../shared/recording/record.ts';
import { sha256, signerOf } from '../archive/ed25519.ts';
import { TEST_SIGNER, TestLog } from '../archive/testing.ts';
import { FolderStore } from './folder-store.ts';
import { StoreEvidence } from './store-evidence.ts';
import { TestShipping } from './testing.ts';

const LOG = '03'.repeat(16);

/** So many statements of one session, shipped under as many manifests as there are sizes. */
async function shipped(sizes: readonly number[]): Promise<{ store: FolderStore; bodies: Uint8Array[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  const store = new FolderStore(folder);
  const log = new TestLog(3);
  const shipping = new TestShipping(store, log);
  onTestFinished(() => {
    shipping[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });
  const session = log.session(1);
  const all: Uint8Array[] = [];
  for (const size of sizes) {
    const bodies = Array.from({ length: size }, (_, i) =>
      all.length + i === 0 ? session.event('sessionOpened') : session.query(`SELECT ${all.length + i}`),
    );
    all.push(...bodies);
    await shipping.ship(bodies);
  }
  return { store, bodies: all };
}

/** Every perfect subtree of a tree over these events, by the code that grows one in memory. */
function grown(bodies: readonly Uint8Array[]): { subtree: Subtree; hash: string }[] {
  const all: { subtree: Subtree; hash: string }[] = [];
  const tree = new Frontier(sha256);
  for (const body of bodies)
    tree.add(leafHash(sha256, readBody(body).bytes), (subtree, hash) =>
      all.push({ subtree, hash: toBase64(hash) }),
    );
  return all;
}

test('every subtree of a log is told from its manifests, wherever these end', async () => {
  const { store, bodies } = await shipped([1, 6, 9, 2, 13, 4]);
  const all = grown(bodies);
  const told = await new StoreEvidence(store).subtrees(
    LOG,
    all.map(({ subtree }) => subtree),
  );
  expect(told.map((hash) => (hash === null ? null : toBase64(hash)))).toEqual(all.map(({ hash }) => hash));
});

test('what is beside some events leads to the root of the last checkpoint', async () => {
  const { store, bodies } = await shipped([5, 8, 3, 12]);
  const evidence = new StoreEvidence(store);
  const [log] = await evidence.logs();
  const checkpoint = parseCheckpoint(parseNote(log?.volumes[0]?.checkpoint ?? '')?.text ?? '');
  const indexes = [6, 7, 11];
  const beside = await evidence.subtrees(LOG, subtreesBeside(indexes, bodies.length));
  const leaves = indexes.map((index) => ({
    index,
    hash: leafHash(sha256, readBody(bodies[index] as Uint8Array).bytes),
  }));
  const root = rootFromSelection(
    sha256,
    bodies.length,
    leaves,
    beside.filter((hash) => hash !== null),
  );
  expect([log?.log, checkpoint?.size, root && toBase64(root)]).toEqual([
    LOG,
    bodies.length,
    toBase64(checkpoint?.root ?? new Uint8Array()),
  ]);
});

test('of what no manifest names yet nothing is told', async () => {
  const { store } = await shipped([3]);
  const evidence = new StoreEvidence(store);
  const asked = [
    { height: 2, number: 0 },
    { height: 0, number: 3 },
    { height: 0, number: 2 },
  ];
  const told = await evidence.subtrees(LOG, asked);
  expect([told.map((hash) => hash !== null), await evidence.subtrees('04'.repeat(16), asked)]).toEqual([
    [false, false, true],
    [null, null, null],
  ]);
});

test('after a key was replaced a checkpoint is found that both keys signed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = new FolderStore(folder);
  const log = new TestLog(3);
  let keys = { signer: TEST_SIGNER, previous: null as typeof TEST_SIGNER | null };
  using shipping = new TestShipping(store, log, { keys: () => keys });
  const session = log.session(1);
  await shipping.ship([session.event('sessionOpened')]);
  keys = {
    signer: signerOf(
      generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    ),
    previous: TEST_SIGNER,
  };
  await shipping.ship([session.query('SELECT 1'), session.query('SELECT 2')]);
  const evidence = new StoreEvidence(store);
  const both = await evidence.cosigned(LOG, 1);
  expect([parseNote(both ?? '')?.signatures.length, await evidence.cosigned(LOG, 9)]).toEqual([2, null]);
});
