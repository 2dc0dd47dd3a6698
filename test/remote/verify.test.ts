/** What a verifier finds of a remote store that somebody laid hands on, by its manifests and versions alone. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { placeOf } from '../../gateway/archive/bucket/place.ts';
import { publicKeyPem } from '../../gateway/archive/ed25519.ts';
import { TEST_SIGNER, TestLog } from '../../gateway/archive/testing.ts';
import { S3Store } from '../../gateway/remote/s3-store.ts';
import { TestShipping } from '../../gateway/remote/testing.ts';
import {
  verifyRemote,
  type RemoteReport,
  type SeenShipped,
} from '../../gateway/remote/verify/verify-remote.ts';
import { type Ceph, cephMissing, startCeph } from './ceph.ts';

const CLI = join(import.meta.dirname, '../../main/cli.ts');
const DAY = 86_400_000;

describe.skipIf(cephMissing !== null)(
  `the verification of a remote store of Ceph${cephMissing === null ? '' : ` (skipped: ${cephMissing})`}`,
  { timeout: 60_000 },
  () => {
    let ceph: Ceph;
    let store: S3Store;
    let shipping: TestShipping;
    let log: TestLog;
    let bucket: string;
    let prefix: string;
    let tests = 0;

    beforeAll(async () => {
      ceph = await startCeph();
    }, 200_000);
    afterAll(() => ceph[Symbol.asyncDispose]());
    beforeEach(() => {
      prefix = `verify-${tests++}`;
    });
    afterEach(() => {
      shipping[Symbol.dispose]();
      store[Symbol.dispose]();
    });

    /** Ships three bundles, each under a manifest of its own. */
    async function ship(name: string, retention: number | null): Promise<void> {
      bucket = name;
      store = new S3Store(placeOf({ bucket, prefix, endpoint: ceph.server.endpoint }, {}));
      log = new TestLog(5, Date.now() * 1000);
      const kept = retention === null ? null : { mode: 'GOVERNANCE' as const, ms: retention };
      shipping = new TestShipping(store, log, { retention: kept });
      await shipping.ship([log.event('logOpened')]);
      const session = log.session(1);
      await shipping.ship([
        session.event('sessionOpened'),
        session.query('SELECT * FROM t'),
        session.outcome(),
      ]);
      await shipping.ship([session.event('sessionClosed'), log.event('logClosed', { sessions: 1 })]);
    }

    const verify = (more: { now?: number; seen?: SeenShipped } = {}): Promise<RemoteReport> =>
      verifyRemote({
        store,
        keys: [TEST_SIGNER.publicKey],
        now: more.now ?? Date.now(),
        seen: () => more.seen ?? null,
      });
    const keys = (what: string) => store.keys(`v1/${'05'.repeat(16)}/${what}/`);
    const verdicts = ({ findings }: RemoteReport) => findings.map(({ verdict }) => verdict);
    const at = (key: string) => ({ Bucket: bucket, Key: `${prefix}/${key}` });
    const put = (key: string, Body: Uint8Array | string) =>
      ceph.client.send(new PutObjectCommand({ ...at(key), Body }));
    const hide = (key: string) => ceph.client.send(new DeleteObjectCommand(at(key)));

    /** Takes all versions of a key out, as whoever holds the bucket's own credentials may where nothing is locked. */
    async function destroy(key: string): Promise<void> {
      for (const { id } of await store.versions(key))
        await ceph.client.send(new DeleteObjectCommand({ ...at(key), VersionId: id }));
    }

    test('what nobody touched is verified: events, payloads, tree, signatures and locks', async () => {
      await ship('locked', DAY);
      const { verdict, findings, logs } = await verify();
      expect([verdict, findings]).toEqual(['VERIFIED', []]);
      expect(logs).toMatchObject([{ events: 6, statements: 1, sessions: 1, first: 0, next: 6, signed: 6 }]);
    });

    test('a bundle that is gone is MISSING, with its events; one that is hidden is too, and said to be there', async () => {
      await ship('versioned', null);
      const [, second = '', third = ''] = await keys('bundles');
      await destroy(second);
      expect((await verify()).findings).toContainEqual({
        verdict: 'MISSING',
        log: '05'.repeat(16),
        event: 1,
        lastEvent: 3,
        message: `${store.named(second)} is gone`,
      });
      await hide(third);
      const messages = (await verify()).findings.map(({ message }) => message);
      expect(messages.join('\n')).toContain('a mark hides it, and version');
    });

    test('a bundle that was overwritten is REPLACED, and what was put is still read', async () => {
      await ship('locked', DAY);
      const [first = ''] = await keys('bundles');
      await put(first, 'something else');
      const report = await verify();
      expect([verdicts(report), report.logs[0]?.events]).toEqual([['REPLACED'], 6]);
    });

    test('bundles, and manifests, that stand in each other’s places are REORDERED', async () => {
      await ship('versioned', null);
      const [first = '', second = ''] = await keys('bundles');
      const [one, two] = [await store.get(first), await store.get(second)];
      for (const key of [first, second]) await destroy(key);
      await put(first, two);
      await put(second, one);
      expect(new Set(verdicts(await verify()))).toContain('REORDERED');
      await destroy(first);
      await destroy(second);
      await put(first, one);
      await put(second, two);
      expect(verdicts(await verify())).toEqual([]);
      const [, zero = '', last = ''] = await keys('manifests');
      const text = await store.get(last);
      await destroy(zero);
      await put(zero, text);
      expect((await verify()).findings[0]).toMatchObject({
        verdict: 'REORDERED',
        message: expect.stringContaining('is manifest 2 of its log') as string,
      });
    });

    test('what no manifest names is EXTRA, but for what may have been put just now', async () => {
      await ship('locked', DAY);
      const folder = `v1/${'05'.repeat(16)}/bundles`;
      await put(`${folder}/000000000006-${'a'.repeat(64)}`, 'waits for its manifest');
      expect(verdicts(await verify())).toEqual([]);
      expect(verdicts(await verify({ now: Date.now() + 2 * 3_600_000 }))).toEqual(['EXTRA']);
      await put(`${folder}/000000000002-${'a'.repeat(64)}`, 'in the midst');
      await put('v1/notes', 'of nobody');
      expect(verdicts(await verify())).toEqual(['EXTRA', 'EXTRA']);
    });

    test('a manifest that is gone is MISSING; the last, where it was seen before, TRUNCATED', async () => {
      await ship('versioned', null);
      const { seen } = await verify();
      const [, middle = '', last = ''] = await keys('manifests');
      const text = await store.get(middle);
      await destroy(middle);
      expect(verdicts(await verify())).toContain('MISSING');
      await put(middle, text);
      await destroy(last);
      const known = seen.get('05'.repeat(16));
      if (known === undefined) throw new Error('the log was seen');
      expect(verdicts(await verify({ seen: known }))).toContain('TRUNCATED');
    });

    test('a lock that is over, or that somebody lifted, is LOCK_EXPIRED, and everything else holds', async () => {
      await ship('locked', DAY);
      const later = await verify({ now: Date.now() + 2 * DAY });
      expect([later.verdict, later.findings.length]).toEqual(['LOCK_EXPIRED', 6]);
      const [first = ''] = await keys('bundles');
      const bytes = await store.get(first);
      const [version] = await store.versions(first);
      await ceph.client.send(
        new DeleteObjectCommand({ ...at(first), VersionId: version?.id, BypassGovernanceRetention: true }),
      );
      await put(first, bytes);
      const { verdict, findings } = await verify();
      expect([verdict, findings.length]).toEqual(['LOCK_EXPIRED', 1]);
    });

    test('the command says the verdict, and how it is known', async () => {
      await ship('locked', DAY);
      const home = mkdtempSync(join(tmpdir(), 'verify-home-'));
      mkdirSync(join(home, 'keys'), { recursive: true });
      writeFileSync(join(home, 'keys', 'gateway.pub'), publicKeyPem(TEST_SIGNER.publicKey));
      const run = () => {
        const args = [CLI, 'verify', `s3://locked/${prefix}`, '--endpoint', ceph.server.endpoint, '--json'];
        const env = { ...process.env, AUDITORIUM_HOME: home };
        const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
        return { status, ...(JSON.parse(stdout) as { verdict: string; events: number }) };
      };
      expect(run()).toMatchObject({ status: 0, verdict: 'VERIFIED', events: 6 });
      const [first = ''] = await keys('bundles');
      await hide(first);
      expect(run()).toMatchObject({ status: 29, verdict: 'MISSING', events: 6 });
      rmSync(home, { recursive: true });
    });
  },
);
