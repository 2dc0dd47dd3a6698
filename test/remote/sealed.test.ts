/** Values in a locked bucket that are taken back by destroying keys, on a real store: locks hold, versions of keys go. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectLockConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { placeOf } from '../../gateway/archive/bucket/place.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import type { RemoteConfig } from '../../gateway/config-remote.ts';
import type { RedactionResult } from '../../gateway/control-schema.ts';
import { KeyDestroying } from '../../gateway/key-destroying.ts';
import { Redacting } from '../../gateway/redacting.ts';
import type { Recording } from '../../gateway/recording.ts';
import { eventsOf, fetchBundle, shippedLogs, shippedManifests } from '../../gateway/remote/bundles.ts';
import { keySource, NO_KEYS, type KeySource } from '../../gateway/remote/keys/key-source.ts';
import { openKeys } from '../../gateway/remote/keys/open-keys.ts';
import { tenantKeysOf } from '../../gateway/remote/keys/tenant-keys.ts';
import { S3Store } from '../../gateway/remote/s3-store.ts';
import { verifyRemote } from '../../gateway/remote/verify/verify-remote.ts';
import { type Ceph, cephMissing, startCeph } from './ceph.ts';
import { agentWorks, allShipped, record, remoteOf, STATEMENT } from './recording.ts';

const DAY = 86_400_000;
const log = pino({ level: 'silent' });

describe.skipIf(cephMissing !== null)(
  `sealed values in a store of Ceph${cephMissing === null ? '' : ` (skipped: ${cephMissing})`}`,
  { timeout: 60_000 },
  () => {
    let ceph: Ceph;
    let folder: string;
    let prefix: string;
    let tests = 0;

    beforeAll(async () => {
      ceph = await startCeph();
    }, 200_000);
    afterAll(() => ceph[Symbol.asyncDispose]());
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'sealed-'));
      prefix = `sealed-${tests++}`;
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const keyPlace = (bucket = 'versioned') => {
      const { endpoint } = ceph.server;
      return { bucket, prefix: `${prefix}-keys`, endpoint, pathStyle: true, region: 'us-east-1' };
    };
    const remote = (more: Partial<RemoteConfig> = {}) =>
      remoteOf(ceph.server.endpoint, 'locked', prefix, {
        retention: { mode: 'COMPLIANCE', ms: DAY },
        keys: keyPlace(),
        ...more,
      });
    const storeOf = () =>
      new S3Store(placeOf({ bucket: 'locked', prefix, endpoint: ceph.server.endpoint }, {}));

    async function sourceOf(tenant: readonly string[] = []): Promise<KeySource> {
      const keys = tenantKeysOf(tenant.map((key) => Buffer.from(key, 'base64')));
      return keySource(await openKeys(keyPlace(), keys, {}), keys);
    }

    /** Texts of statements, or why they cannot be read. */
    async function texts(source: KeySource): Promise<Set<string>> {
      using store = storeOf();
      const found = new Set<string>();
      const [shipped = ''] = await shippedLogs(store);
      for await (const { bundles } of shippedManifests(store, shipped, { keys: [TEST_SIGNER.publicKey] }))
        for (const bundle of bundles)
          for (const { event, payloads, redactions } of await eventsOf(
            await fetchBundle(store, bundle),
            bundle.key,
            source,
          ))
            if (event.kind === 'statement')
              found.add(
                payloads['text']
                  ? Buffer.from(payloads['text']).toString()
                  : `${redactions?.['text']?.sealed} ${redactions?.['text']?.by}`,
              );
      return found;
    }

    async function verdict(source: KeySource) {
      using store = storeOf();
      const keys = [TEST_SIGNER.publicKey];
      const now = Date.now();
      return verifyRemote({ store, keys, now, seen: () => null, keySource: source });
    }

    function partsOf(recording: Recording, config: RemoteConfig) {
      const own = { archive: join(folder, 'archive'), spoolDir: join(folder, 'spool'), recording, log };
      const keys = new KeyDestroying({ ...own, remote: config });
      return { keys, redacting: new Redacting({ ...own, keys }) };
    }

    async function redact(
      recording: Recording,
      config: RemoteConfig,
      what: object,
    ): Promise<RedactionResult> {
      const { keys, redacting } = partsOf(recording, config);
      const none = { event: null, field: null, session: null, filter: null, value: null, keepRest: false };
      const request = { by: 'ada', reason: 'ticket 812', apply: true, ...none, ...what };
      const { log: own } = await recording.head();
      const result = await redacting.redact({ request, open: [own], closed: true });
      await redacting.close();
      await keys.close();
      return result;
    }

    test('a session that is redacted is taken back from a bucket that locks it, and all else stays as it was signed', async () => {
      const config = remote();
      const recording = await record({ folder, remote: config });
      agentWorks(recording, 3);
      agentWorks(recording, 2, 'payments');
      await allShipped(recording);
      const source = await sourceOf();
      expect((await texts(source)).size).toBe(5);
      expect((await texts(NO_KEYS)).size).toBe(1);
      using store = storeOf();
      const keys = await openKeys(keyPlace(), null, {});
      const held = await keys.held();
      const id = await sessionOf(recording, 'payments');
      expect(held.map(({ session }) => session)).toContain(id);
      expect((await redact(recording, config, { session: id })).remote).toEqual({
        destroyed: 1,
        left: 0,
        keys: true,
      });
      agentWorks(recording, 1, 'later');
      await allShipped(recording);
      await recording.close();
      const after = await texts(await sourceOf());
      expect([...after].toSorted()).toEqual([
        'SELECT * FROM invoices WHERE id = 1',
        'SELECT * FROM invoices WHERE id = 2',
        'SELECT * FROM invoices WHERE id = 3',
        'SELECT * FROM later WHERE id = 1',
        'destroyed ada',
      ]);
      const report = await verdict(await sourceOf());
      expect([report.verdict, report.findings.length]).toEqual(['VERIFIED_WITH_REDACTIONS', 1]);
      expect(report.findings[0]?.message).toContain('destroyed by ada');
      using versions = new S3Store(placeOf(keyPlace(), {}));
      const all = await versions.versions('v1/keys/');
      expect(all.some(({ key }) => key.includes(id))).toBe(false);
      for (const key of await store.keys('v1/')) expect((await store.lockOf(key))?.mode).toBe('COMPLIANCE');
    });

    test('one value cannot be taken out of the store alone: it stays, and is told of, or all of its session goes', async () => {
      const config = remote({ tenant: [Buffer.alloc(32, 1).toString('base64')] });
      const recording = await record({ folder, remote: config });
      agentWorks(recording, 3);
      await allShipped(recording);
      const told = await redact(recording, config, { value: 'WHERE id = 2' });
      expect([told.payloads, told.remote]).toEqual([1, { destroyed: 0, left: 1, keys: true }]);
      expect(await texts(await sourceOf(config.tenant))).toContain('SELECT * FROM invoices WHERE id = 2');
      const gone = await redact(recording, config, { value: 'WHERE id = 3', remote: 'destroy' });
      expect([gone.payloads, gone.remote]).toEqual([1, { destroyed: 1, left: 0, keys: true }]);
      expect([...(await texts(await sourceOf(config.tenant)))]).toEqual(['destroyed ada']);
      await recording.close();
      const blind = await verdict(NO_KEYS);
      expect([blind.verdict, blind.notOpened.bundles > 0]).toEqual(['VERIFIED', true]);
      expect((await verdict(await sourceOf(config.tenant))).verdict).toBe('VERIFIED_WITH_REDACTIONS');
    });

    test('what was not put yet when keys are destroyed goes with them', async () => {
      const config = remote({ every: 600_000 });
      const recording = await record({ folder, remote: config });
      agentWorks(recording, 2);
      const { log: own } = await recording.head();
      const { keys, redacting } = partsOf(recording, config);
      await recording.put((await recording.head()).events, 20_000);
      const [session = ''] = (await (await openKeys(keyPlace(), null, {})).held()).flatMap(
        (key) => key.session ?? [],
      );
      const live = recording.recorder.session();
      live.record('statement', {
        ...STATEMENT,
        statement: 1,
        text: Buffer.from('SELECT 4711'),
      });
      const liveId = Buffer.from(live.id).toString('hex');
      const request = { by: 'ada', reason: 'ticket 812', apply: true, sessions: [session, liveId] };
      keys.intend([{ log: own, session: liveId }], request);
      await keys.run({ request, open: [own], closed: true });
      await redacting.close();
      await keys.close();
      await recording.close();
      expect([...(await texts(await sourceOf()))]).toEqual(['destroyed ada']);
    });

    test('a place for keys that locks what is put there is refused', async () => {
      using client = clientOf(ceph);
      await client.s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket: 'locked',
          ObjectLockConfiguration: {
            ObjectLockEnabled: 'Enabled',
            Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
          },
        }),
      );
      await expect(record({ folder, remote: remote({ keys: keyPlace('locked') }) })).rejects.toThrow(
        'name a bucket without a default retention',
      );
    });

    /** The session that worked on a table. */
    async function sessionOf(recording: Recording, table: string): Promise<string> {
      const { events } = await recording.head();
      await recording.shipped(events, 10_000);
      using store = storeOf();
      const [shipped = ''] = await shippedLogs(store);
      const source = await sourceOf();
      for await (const { bundles } of shippedManifests(store, shipped, { keys: [TEST_SIGNER.publicKey] }))
        for (const bundle of bundles)
          for (const { event, payloads } of await eventsOf(
            await fetchBundle(store, bundle),
            bundle.key,
            source,
          ))
            if (Buffer.from(payloads['text'] ?? []).includes(table))
              return Buffer.from(event.session ?? []).toString('hex');
      throw new Error('there is one');
    }
  },
);

function clientOf({ server: { endpoint } }: Ceph) {
  const s3 = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
  return { s3, [Symbol.dispose]: () => s3.destroy() };
}
