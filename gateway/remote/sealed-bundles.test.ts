import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoredEvent } from '../../shared/recording/record.ts';
import type { ReadShipped, ShippedBundle } from '../../shared/remote/manifest.ts';
import { TEST_SIGNER, TestLog } from '../archive/testing.ts';
import { eventsOf, fetchBundle, fetchDirectory, fetchSegment, shippedManifests } from './bundles.ts';
import { keySource, NO_KEYS, type KeySource } from './keys/key-source.ts';
import { KeyStore } from './keys/key-store.ts';
import { tenantKeysOf, type TenantKeys } from './keys/tenant-keys.ts';
import { DyingStore, FolderVersions, TestShipping } from './testing.ts';
import { verifyRemote } from './verify/verify-remote.ts';

let folder: string;
let store: FolderVersions;
let keyFolder: DyingStore;
let log: TestLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealed-'));
  store = new FolderVersions(join(folder, 'store'));
  keyFolder = new DyingStore(join(folder, 'keys'));
  log = new TestLog(3);
});
afterEach(() => rmSync(folder, { recursive: true }));

const LOG = '03'.repeat(16);
const SECRET = 'SELECT 4711 FROM invoices';
const signed = { keys: [TEST_SIGNER.publicKey] };
const by = { by: 'ada', reason: 'ticket 812', time: 1_795_000_000_000_000 };
const signers = { signer: TEST_SIGNER, previous: null };
const tenantOf = (...bytes: number[]) => tenantKeysOf(bytes.map((byte) => Buffer.alloc(32, byte)));
const keysOf = (tenant: TenantKeys | null = null) =>
  new KeyStore({ store: keyFolder, tenant, now: () => Date.now() * 1000 });
const shippingWith = (keys: KeyStore | null, tenant: TenantKeys | null = null) =>
  new TestShipping(store, log, { sealing: { keys, tenant } });
const idOf = (session: string) => `${session}${'03'.repeat(14)}`;

/** Two sessions, one with rows, and events of the log itself. */
function story(): Uint8Array[] {
  const [one, other] = [log.session(1), log.session(2)];
  return [
    log.event('logOpened'),
    one.event('sessionOpened'),
    other.event('sessionOpened'),
    one.query(SECRET),
    one.outcome({ answer: Buffer.from('a row of the answer') }),
    other.query('SELECT 2'),
    other.outcome(),
    one.event('sessionClosed'),
    other.event('sessionClosed'),
    log.event('logClosed', { sessions: 0 }),
  ];
}

async function manifests(source: KeySource = NO_KEYS): Promise<ReadShipped[]> {
  const read: ReadShipped[] = [];
  for await (const one of shippedManifests(store, LOG, { ...signed, keySource: source })) read.push(one);
  return read;
}

async function events(source: KeySource): Promise<StoredEvent[]> {
  const bundles = (await manifests(source)).flatMap((manifest) => manifest.bundles);
  const read = bundles.map(async (one) => eventsOf(await fetchBundle(store, one), one.key, source));
  return (await Promise.all(read)).flat();
}

/** Texts of statements as they are read, or why they are not. */
async function texts(source: KeySource): Promise<string[]> {
  return (await events(source))
    .filter(({ event }) => event.kind === 'statement')
    .map(({ payloads, redactions }) => {
      const text = payloads['text'];
      const told = redactions?.['text'];
      return text ? Buffer.from(text).toString() : `${told?.sealed}: ${told?.by}${told?.reason}`;
    });
}

function verdictOf(keys: KeySource | undefined) {
  return verifyRemote({
    store,
    ...signed,
    now: log.time / 1000 + 1000,
    seen: () => null,
    ...(keys && { keySource: keys }),
  });
}

async function onlyBundle(): Promise<ShippedBundle> {
  const [bundle] = (await manifests())[0]?.bundles ?? [];
  if (bundle === undefined) throw new Error('there is one');
  return bundle;
}

/** Every file below, as text. */
function allOf(path: string): string {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('\n');
}

test('values are read with the keys of their sessions, and by nobody without', async () => {
  const keys = keysOf();
  using shipping = shippingWith(keys);
  await shipping.ship(story());
  expect(await texts(keySource(keysOf(), null))).toEqual([SECRET, 'SELECT 2']);
  expect(await texts(NO_KEYS)).toEqual(
    Array(2).fill('unavailable: values are sealed, and no key store was named (--keys)'),
  );
  expect((await events(NO_KEYS)).map(({ event }) => event.kind)).toEqual(
    (await events(keySource(keys, null))).map(({ event }) => event.kind),
  );
  const report = await verdictOf(keySource(keys, null));
  expect([report.verdict, report.notOpened]).toEqual(['VERIFIED', { bundles: 0, events: 0, sessions: 0 }]);
  const blind = await verdictOf(undefined);
  expect([blind.verdict, blind.notOpened]).toEqual(['VERIFIED', { bundles: 0, events: 0, sessions: 2 }]);
});

test('one segment is fetched alone and opened', async () => {
  const keys = keysOf();
  using shipping = shippingWith(keys, tenantOf(1));
  await shipping.ship(story());
  const bundle = await onlyBundle();
  const source = keySource(keys, tenantOf(1));
  const directory = await fetchDirectory(store, bundle, source);
  const wanted = directory.segments.find(({ session }) => session === idOf('0001'));
  if (wanted === undefined) throw new Error('there is one');
  const read = await fetchSegment(store, bundle, directory, wanted, source);
  expect(read.map(({ event }) => event.kind)).toEqual([
    'sessionOpened',
    'statement',
    'outcome',
    'sessionClosed',
  ]);
  expect(Buffer.from(read[1]?.payloads['text'] ?? []).toString()).toBe(SECRET);
});

test('destroying a session’s key takes its values back and nothing else', async () => {
  const keys = keysOf();
  using shipping = shippingWith(keys);
  await shipping.ship(story());
  const held = await keys.heldBy({ log: LOG, session: idOf('0001') });
  await keys.destroy(log.log, held, by, signers);
  const source = keySource(keysOf(), null);
  expect(await texts(source)).toEqual(['destroyed: adaticket 812', 'SELECT 2']);
  const report = await verdictOf(source);
  expect(report.verdict).toBe('VERIFIED_WITH_REDACTIONS');
  expect(report.findings.map(({ message }) => message)).toEqual([
    `the values of session ${idOf('0001')} can be read by nobody any more: their key was destroyed by ada on 2026-11-18: ticket 812`,
  ]);
});

test('the log’s own word is enough for a verifier without the key store', async () => {
  const keys = keysOf();
  using shipping = shippingWith(keys);
  const bodies = story();
  await shipping.ship(bodies);
  const [held] = await keys.heldBy({ log: LOG, session: idOf('0001') });
  const session = Buffer.from(idOf('0001'), 'hex');
  const fields = { log: log.log, session, keys: [held?.id ?? ''], by: 'ada', reason: 'ticket 812' };
  await shipping.ship([log.event('keysDestroyed', fields)]);
  const report = await verdictOf(undefined);
  expect([report.verdict, report.notOpened.sessions]).toEqual(['VERIFIED_WITH_REDACTIONS', 1]);
});

test('a key that is gone without a word, or stands in another’s place, is a verdict of its own', async () => {
  const keys = keysOf();
  using shipping = shippingWith(keys);
  await shipping.ship(story());
  const [one] = await keys.heldBy({ log: LOG, session: idOf('0001') });
  const [other] = await keys.heldBy({ log: LOG, session: idOf('0002') });
  const path = (session: string, id = '') => join(folder, 'keys/v1/keys', LOG, idOf(session), id);
  renameSync(path('0002', other?.id), path('0001', one?.id));
  const report = await verdictOf(keySource(keysOf(), null));
  expect([report.verdict, report.findings.length]).toEqual(['MISSING', 2]);
  expect((await texts(keySource(keysOf(), null))).map((text) => text.split(':')[0])).toEqual([
    'unavailable',
    'unavailable',
  ]);
});

test('the owner of the store reads no value, name or session with a tenant’s key, and what comes is whole', async () => {
  const tenant = tenantOf(1);
  using shipping = new TestShipping(store, log, {
    gateway: 'gw-secret',
    sealing: { keys: keysOf(tenant), tenant },
  });
  await shipping.ship(story());
  const inStore = allOf(join(folder, 'store'));
  // Whose keys there are is all that the key store tells.
  for (const word of ['invoices', '4711', 'shop', 'ci-deployer', 'gw-secret', 'SELECT', '00010303'])
    expect([word, inStore.includes(word)]).toEqual([word, false]);
  expect(allOf(join(folder, 'keys'))).not.toContain('"key"');
  const [plain] = await manifests(keySource(keysOf(tenant), tenant));
  expect([plain?.gateway, plain?.bundles[0]?.sets?.['table']]).toEqual([
    'gw-secret',
    { values: ['invoices'] },
  ]);
  const [blind] = await manifests();
  expect([blind?.gateway, blind?.bundles[0]?.sets, blind?.bundles[0]?.sessions]).toEqual(['', null, null]);
  expect(await texts(keySource(keysOf(tenant), tenant))).toEqual([SECRET, 'SELECT 2']);
  await expect(events(NO_KEYS)).rejects.toMatchObject({ code: 'REFUSED' });
});

test('without the tenant’s key the chain is verified, with it the events too', async () => {
  const tenant = tenantOf(1);
  using shipping = shippingWith(null, tenant);
  await shipping.ship(story());
  const blind = await verdictOf(undefined);
  expect([blind.verdict, blind.notOpened, blind.logs[0]?.signed, blind.logs[0]?.events]).toEqual([
    'VERIFIED',
    { bundles: 1, events: 10, sessions: 0 },
    10,
    0,
  ]);
  const seeing = await verdictOf(keySource(null, tenant));
  expect([seeing.verdict, seeing.notOpened.bundles, seeing.logs[0]?.events]).toEqual(['VERIFIED', 0, 10]);
});

test('a tenant’s key that replaced another opens what that sealed', async () => {
  using before = shippingWith(keysOf(tenantOf(1)), tenantOf(1));
  const bodies = story();
  await before.ship(bodies.slice(0, 5));
  const rotated = tenantOf(2, 1);
  before.options = { ...before.options, sealing: { keys: keysOf(rotated), tenant: rotated } };
  before.restart();
  await before.ship(bodies);
  expect(await texts(keySource(keysOf(rotated), rotated))).toEqual([SECRET, 'SELECT 2']);
  await expect(events(keySource(keysOf(tenantOf(2)), tenantOf(2)))).rejects.toMatchObject({
    code: 'REFUSED',
  });
});

test('while the key store is away nothing is put that needs it, and nothing is lost', async () => {
  const keys = keysOf();
  using shipping = shippingWith(keys);
  const bodies = story();
  keyFolder.left = 0;
  await expect(shipping.ship(bodies)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(await store.keys('v1/')).toEqual([]);
  expect(shipping.shipper.shipped.events).toBe(0);
  keyFolder.left = Infinity;
  await shipping.shipper.ship(true);
  expect((await events(keySource(keys, null))).length).toBe(bodies.length);
});

test('whoever dies between key and bundle puts the same bundle again', async () => {
  const bodies = story();
  const put = new Set<string>();
  for (let steps = 0; steps < 14; steps++) {
    const bundles = new DyingStore(join(folder, `store-${steps}`));
    using shipping = new TestShipping(bundles, log, { sealing: { keys: keysOf(), tenant: null } });
    // Some die when they make a key, others when they put what it seals; keys outlive them all.
    keyFolder.left = steps;
    bundles.left = steps % 5;
    await shipping.ship(bodies).catch(() => {});
    keyFolder.left = Infinity;
    bundles.left = Infinity;
    shipping.options = { ...shipping.options, sealing: { keys: keysOf(), tenant: null } };
    shipping.restart();
    await shipping.shipper.reconcile();
    await shipping.ship(bodies);
    for (const key of await bundles.keys(`v1/${LOG}/bundles/`)) put.add(key);
  }
  expect([put.size, (await keysOf().held()).length]).toEqual([1, 2]);
});
