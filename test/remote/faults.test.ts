/** What goes wrong on the way to a store, and in it: nothing is lost, agents notice nothing, and one line says what it is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { placeOf } from '../../gateway/archive/bucket/place.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import type { Recording } from '../../gateway/recording.ts';
import { S3Store } from '../../gateway/remote/s3-store.ts';
import { verifyRemote } from '../../gateway/remote/verify/verify-remote.ts';
import { useCredentials } from '../bucket/put-archive.ts';
import { type Ceph, longFormMissing, startCeph } from './ceph.ts';
import { FaultyWay, type Fault } from './faulty-way.ts';
import { agentWorks, allShipped, record, remoteOf } from './recording.ts';

describe.skipIf(longFormMissing !== null)(
  `faults of a remote store of Ceph${longFormMissing === null ? '' : ` (skipped: ${longFormMissing})`}`,
  { timeout: 90_000 },
  () => {
    let ceph: Ceph;
    let way: FaultyWay;
    let folder: string;
    let recording: Recording;
    let said: string[];
    let prefix: string;
    let tests = 0;

    beforeAll(async () => {
      ceph = await startCeph();
    }, 200_000);
    afterAll(() => ceph[Symbol.asyncDispose]());
    beforeEach(async () => {
      way = await FaultyWay.to(ceph.server.endpoint);
      folder = mkdtempSync(join(tmpdir(), 'faults-'));
      said = [];
      prefix = `faults-${tests++}`;
      const retention = { mode: 'GOVERNANCE', ms: 3_600_000 } as const;
      recording = await record(
        { folder, remote: remoteOf(way.endpoint, 'locked', prefix, { retention }) },
        said,
      );
      agentWorks(recording, 10);
      await allShipped(recording);
    });
    afterEach(async () => {
      await way[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });

    const failure = () => recording.remote()?.failure;

    /** Records while the fault is there, until it is told of or so many requests met it; then takes it away, and closes. */
    async function through(fault: Fault, until: () => boolean): Promise<void> {
      way.fault = fault;
      agentWorks(recording, 500);
      await expect.poll(until, { timeout: 40_000 }).toBe(true);
      expect(recording.recorder.failure).toBeNull();
      way.fault = { kind: 'none' };
      await allShipped(recording, 60_000);
      expect(failure()).toBeNull();
      await recording.close();
      using store = new S3Store(placeOf({ bucket: 'locked', prefix, endpoint: ceph.server.endpoint }, {}));
      const report = await verifyRemote({
        store,
        keys: [TEST_SIGNER.publicKey],
        now: Date.now(),
        seen: () => null,
      });
      expect([report.verdict, report.findings, report.logs[0]?.statements]).toEqual(['VERIFIED', [], 510]);
    }

    test('a store that answers 503 is asked again, and told of once', async () => {
      await through(
        { kind: 'error', status: 503, code: 'SlowDown' },
        () => failure()?.includes('503') === true || failure()?.includes('SlowDown') === true,
      );
      expect(said.filter((line) => line.includes('"remote.failed"'))).toHaveLength(1);
      expect(said.filter((line) => line.includes('"remote.restored"'))).toHaveLength(1);
    });

    test('a store that is slow is waited for', async () => {
      await through({ kind: 'slow', ms: 500 }, () => way.faults >= 3);
    });

    test('a put of which half arrived is put again whole', async () => {
      await through({ kind: 'cut' }, () => way.faults >= 3);
    });

    test('a clock that differs too much is named, and what was recorded waits', async () => {
      await through(
        { kind: 'error', status: 403, code: 'RequestTimeTooSkewed' },
        () => failure()?.includes('the clock of this machine differs') === true,
      );
    });

    test('credentials that are not known any more are named, and no secret is told', async () => {
      await through(
        { kind: 'error', status: 403, code: 'ExpiredToken' },
        () => failure()?.includes('have expired') === true,
      );
      expect(said.join('')).not.toContain(ceph.server.secretAccessKey);
    });

    test('a store that refuses the lock is told of, and nothing is let go without one', async () => {
      await through(
        { kind: 'error', status: 400, code: 'InvalidRetentionPeriod' },
        () => failure()?.includes('InvalidRetentionPeriod') === true,
      );
    });

    test('wrong credentials at the start are told of, and the gateway records all the same', async () => {
      await recording.close();
      useCredentials({ accessKeyId: 'nobody', secretAccessKey: 'of-a-test-alone' });
      const elsewhere = await record(
        { folder: join(folder, 'other'), remote: remoteOf(way.endpoint, 'locked', prefix) },
        said,
      );
      useCredentials(ceph.server);
      agentWorks(elsewhere, 5);
      await expect
        .poll(() => elsewhere.remote()?.failure, { timeout: 20_000 })
        .toContain('does not know this access key');
      expect(elsewhere.recorder.failure).toBeNull();
      await elsewhere.close();
    });
  },
);
