/** What a gateway puts into a remote store, on a real one. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verifyArchive } from '../../gateway/archive/sqlite/verify/verify.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { parseCheckpoint } from '../../shared/recording/checkpoint.ts';
import { placeOf } from '../../gateway/archive/bucket/place.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import type { ReadShipped } from '../../shared/remote/manifest.ts';
import { eventsOf, fetchBundle, shippedLogs, shippedManifests } from '../../gateway/remote/bundles.ts';
import { S3Store } from '../../gateway/remote/s3-store.ts';
import { type Ceph, cephMissing, startCeph } from './ceph.ts';
import { agentWorks, allShipped, record, remoteOf } from './recording.ts';

const DAY = 86_400_000;

describe.skipIf(cephMissing !== null)(
  `a log in a remote store of Ceph${cephMissing === null ? '' : ` (skipped: ${cephMissing})`}`,
  { timeout: 60_000 },
  () => {
    let ceph: Ceph;
    let folder: string;
    let said: string[];
    let prefix: string;
    let tests = 0;

    beforeAll(async () => {
      ceph = await startCeph();
    }, 200_000);
    afterAll(() => ceph[Symbol.asyncDispose]());
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'remote-'));
      said = [];
      prefix = `test-${tests++}`;
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const remote = (bucket = 'locked', more = {}) => remoteOf(ceph.server.endpoint, bucket, prefix, more);
    const locked = { retention: { mode: 'COMPLIANCE', ms: DAY } as const };
    const storeOf = (bucket = 'locked') =>
      new S3Store(placeOf({ bucket, prefix, endpoint: ceph.server.endpoint }, {}));

    async function read(bucket = 'locked'): Promise<{ manifests: ReadShipped[]; events: StoredEvent[] }> {
      using store = storeOf(bucket);
      const manifests: ReadShipped[] = [];
      const events: StoredEvent[] = [];
      for (const log of await shippedLogs(store))
        for await (const manifest of shippedManifests(store, log, { keys: [TEST_SIGNER.publicKey] })) {
          manifests.push(manifest);
          for (const bundle of manifest.bundles)
            events.push(...(await eventsOf(await fetchBundle(store, bundle), store.named(bundle.key))));
        }
      return { manifests, events };
    }

    test('what is recorded is in the store within its minute, locked, and the spool lets go', async () => {
      const recording = await record({ folder, remote: remote('locked', locked) }, said);
      agentWorks(recording, 200);
      await allShipped(recording);
      agentWorks(recording, 200, 'payments');
      await allShipped(recording);
      await recording.close();
      const { manifests, events } = await read();
      expect(events.map(({ event }) => event.index)).toEqual(events.map((_, index) => index));
      expect(events.at(-1)?.event.kind).toBe('logClosed');
      expect(manifests.length).toBeGreaterThanOrEqual(2);
      using store = storeOf();
      for (const { key, lock } of manifests.flatMap(({ bundles }) => bundles)) {
        expect(await store.lockOf(key)).toEqual(lock);
        expect((lock?.until ?? 0) - Date.now()).toBeGreaterThan(DAY - 60_000);
      }
      expect(recording.behind()).toBe(0);
      expect(said.join('')).not.toContain(ceph.server.secretAccessKey);
    });

    test('what the spool must forget is put without waiting for its minute', async () => {
      const recording = await record({ folder, remote: remote('locked', { every: 600_000 }) }, said);
      agentWorks(recording, 20);
      const { events } = await recording.head();
      await recording.forget(events - 1, 30_000);
      expect(recording.remote()?.events).toBeGreaterThanOrEqual(events);
      await recording.close();
    });

    test('a log that is put from its midst on goes on from the tree that the archive knows', async () => {
      for (let boot = 0; boot < 3; boot++) {
        const before = await record({ folder, remote: undefined });
        agentWorks(before, 30);
        await before.close();
      }
      const recording = await record({ folder, remote: remote() });
      agentWorks(recording, 5);
      await recording.close();
      const { manifests } = await read();
      const last = manifests.at(-1);
      expect(manifests[0]?.first).toBeGreaterThan(60);
      const checkpoint = last === undefined ? null : parseCheckpoint(last.checkpoint);
      if (checkpoint === null) throw new Error('a manifest has a checkpoint');
      const { verdict, logs } = verifyArchive({
        path: join(folder, 'archive'),
        keys: [TEST_SIGNER.publicKey],
        anchors: [{ checkpoint, from: 'the store', expected: true }],
        needSeals: false,
        now: Date.now() * 1000,
      });
      expect([verdict, logs[0]?.anchor?.size]).toEqual(['VERIFIED', last?.next]);
    });

    test('nobody removes what is locked, whoever holds the gateway’s credentials', async () => {
      const recording = await record({ folder, remote: remote('locked', locked) });
      agentWorks(recording, 5);
      await recording.close();
      using store = storeOf();
      const [version] = await store.versions('v1/');
      if (version === undefined) throw new Error('something was put');
      const Key = `${prefix}/${version.key}`;
      const removal = new DeleteObjectCommand({ Bucket: 'locked', Key, VersionId: version.id });
      await expect(ceph.client.send(removal)).rejects.toMatchObject({ name: 'AccessDenied' });
      const got = await ceph.client.send(
        new GetObjectCommand({ Bucket: 'locked', Key, VersionId: version.id }),
      );
      expect(got.ContentLength).toBe(version.bytes);
    });

    test('a bucket without versions, or without locks where some are asked for, is refused at the start', async () => {
      await expect(record({ folder, remote: remote('plain') })).rejects.toThrow(
        'keeps no versions: what is overwritten or deleted there is gone. Switch them on',
      );
      const asked = remote('versioned', locked);
      await expect(record({ folder: join(folder, 'b'), remote: asked })).rejects.toThrow(
        'has no Object Lock',
      );
      await (await record({ folder: join(folder, 'c'), remote: remote('versioned') })).close();
    });

    test('a store that is away costs room in the spool, and has everything when it is back', async () => {
      const recording = await record({ folder, remote: remote() }, said, {
        spool: { dir: join(folder, 'spool'), limit: 1 << 20 },
      });
      agentWorks(recording, 10);
      await allShipped(recording);
      const back = await ceph.server.kill();
      for (let i = 0; i < 10; i++) agentWorks(recording, 100);
      const spool = () => readdirSync(join(folder, 'spool')).filter((name) => name.endsWith('.spool')).length;
      await expect.poll(() => recording.remote()?.failure, { timeout: 30_000 }).toContain('nobody listens');
      expect([recording.recorder.failure, spool()]).toEqual([null, expect.any(Number)]);
      const held = recording.depth().held;
      await back();
      await allShipped(recording, 40_000);
      expect(recording.remote()?.failure).toBeNull();
      await recording.close();
      const { events } = await read();
      expect(events.filter(({ event }) => event.kind === 'statement')).toHaveLength(1010);
      expect(recording.depth().held).toBeLessThan(held);
    });
  },
);
