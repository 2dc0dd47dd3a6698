import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoredEvent } from '../../shared/recording/record.ts';
import type { ReadShipped } from '../../shared/remote/manifest.ts';
import { signerOf } from '../archive/ed25519.ts';
import { TEST_KEY, TEST_SIGNER, TestLog } from '../archive/testing.ts';
import {
  eventsOf,
  fetchBundle,
  fetchDirectory,
  fetchSegment,
  shippedLogs,
  shippedManifests,
} from './bundles.ts';
import { FolderStore } from './folder-store.ts';
import { TestShipping } from './testing.ts';

let folder: string;
let store: FolderStore;
let log: TestLog;
let shipping: TestShipping;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  store = new FolderStore(folder);
  log = new TestLog(3);
  shipping = new TestShipping(store, log);
});
afterEach(() => {
  shipping[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const LOG = '03'.repeat(16);
const keys = [TEST_SIGNER.publicKey];

async function manifests(trusted = keys): Promise<ReadShipped[]> {
  const read: ReadShipped[] = [];
  for await (const manifest of shippedManifests(store, LOG, { keys: trusted })) read.push(manifest);
  return read;
}

async function events(): Promise<StoredEvent[]> {
  const bundles = (await manifests()).flatMap((manifest) => manifest.bundles);
  const read = bundles.map(async (bundle) => eventsOf(await fetchBundle(store, bundle), bundle.key));
  return (await Promise.all(read)).flat();
}

/** A session that goes on over two bundles, beside another. */
function story(): [Uint8Array[], Uint8Array[]] {
  const one = log.session(1);
  const other = log.session(2);
  const first = [
    log.event('logOpened'),
    one.event('sessionOpened'),
    one.event('identity'),
    one.event('ciContext'),
  ];
  first.push(one.query('SELECT * FROM invoices'), one.outcome({ rows: 3 }));
  const second = [other.event('sessionOpened', { connection: 'billing' }), one.query('DELETE FROM payments')];
  second.push(one.outcome({}), one.event('sessionClosed'), other.event('sessionClosed'));
  return [first, second];
}

test('what was shipped is read as it was recorded, in the order of the log', async () => {
  const [first, second] = story();
  await shipping.ship(first);
  await shipping.ship(second);
  const read = await events();
  expect(await shippedLogs(store)).toEqual([LOG]);
  expect(read.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(
    [...first, ...second].map((body) =>
      Buffer.from(body)
        .subarray(4, 4 + Buffer.from(body).readUInt32BE(0))
        .toString('hex'),
    ),
  );
  expect(Buffer.from(read[4]?.payloads['text'] ?? []).toString()).toBe('SELECT * FROM invoices');
});

test('a manifest says where a bundle lies in the log, and what occurs in it, of sessions that go on too', async () => {
  const [first, second] = story();
  await shipping.ship(first);
  await shipping.ship(second);
  const [one, two] = await manifests();
  expect([one?.number, one?.first, one?.next, two?.number, two?.first, two?.next]).toEqual([
    0, 0, 6, 1, 6, 11,
  ]);
  const values = (of: ReadShipped | undefined, set: string) => of?.bundles[0]?.sets?.[set];
  expect([values(one, 'table'), values(two, 'table')]).toEqual([
    { values: ['invoices'] },
    { values: ['payments'] },
  ]);
  expect(values(two, 'who')).toEqual({ values: ['ci-deployer'] });
  expect(values(two, 'job')).toEqual({ values: ['github/4711/1'] });
  expect(values(two, 'connection')).toEqual({ values: ['billing', 'shop'] });
  expect([one, two].map((of) => of?.bundles[0]?.statements)).toEqual([1, 1]);
  expect(two?.bundles[0]?.sessions).toBe('00010303030303030002030303030303');
});

test('one segment is fetched without the rest of its bundle', async () => {
  const [first, second] = story();
  await shipping.ship([...first, ...second]);
  const [bundle] = (await manifests())[0]?.bundles ?? [];
  if (bundle === undefined) throw new Error('there is one');
  const directory = await fetchDirectory(store, bundle);
  expect(directory.segments.map(({ session, count }) => [session?.slice(0, 4), count])).toEqual([
    [undefined, 1],
    ['0001', 8],
    ['0002', 2],
  ]);
  const [, , other] = directory.segments;
  if (other === undefined) throw new Error('there are three');
  const read = await fetchSegment(store, bundle, directory, other);
  expect(read.map(({ event }) => event.kind)).toEqual(['sessionOpened', 'sessionClosed']);
});

test('a byte that is another is found wherever it lies', async () => {
  await shipping.ship(story().flat());
  const [bundle] = (await manifests())[0]?.bundles ?? [];
  if (bundle === undefined) throw new Error('there is one');
  const path = store.named(bundle.key);
  const bytes = readFileSync(path);
  for (const at of [3, 40, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    writeFileSync(path, changed);
    await expect(fetchBundle(store, bundle)).rejects.toMatchObject({ code: 'DAMAGED' });
  }
});

test('a manifest that is missing, changed, or of another key is refused', async () => {
  const [first, second] = story();
  await shipping.ship(first);
  await shipping.ship(second);
  const stranger = signerOf(TEST_KEY.replace('BwcH', 'BwcI')).publicKey;
  await expect(manifests([stranger])).rejects.toThrow('no key that is trusted here');
  const dir = join(folder, 'v1', LOG, 'manifests');
  const [zero = '', one = ''] = readdirSync(dir);
  const text = readFileSync(join(dir, one), 'utf8');
  writeFileSync(join(dir, one), text.replace('"gateway":"test"', '"gateway":"else"'));
  await expect(manifests()).rejects.toThrow('is not what was signed');
  writeFileSync(join(dir, one), text);
  expect(await manifests()).toHaveLength(2);
  rmSync(join(dir, zero));
  await expect(manifests()).rejects.toThrow('manifest 0 before it is not');
});
