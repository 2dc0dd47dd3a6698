/** Bundles under a lock, and what becomes of them when that is over: on a real store, which alone can lock and keeps versions. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { placeOf } from '../../gateway/archive/bucket/place.ts';
import { TEST_SIGNER, TestLog } from '../../gateway/archive/testing.ts';
import { NO_KEYS } from '../../gateway/remote/keys/key-source.ts';
import { removeBundles } from '../../gateway/remote/retention/expire.ts';
import { markHeld } from '../../gateway/remote/retention/legal-marks.ts';
import { SessionLedger } from '../../gateway/remote/retention/session-ledger.ts';
import { S3Store } from '../../gateway/remote/s3-store.ts';
import { TestShipping } from '../../gateway/remote/testing.ts';
import { verifyRemote } from '../../gateway/remote/verify/verify-remote.ts';
import { type Ceph, cephMissing, startCeph } from './ceph.ts';

const LOG = '07'.repeat(16);

/** As short as a lock can be on a store that takes a moment for everything. */
const LOCK_MS = 8_000;

describe.skipIf(cephMissing !== null)(
  `expiry in a store of Ceph${cephMissing === null ? '' : ` (skipped: ${cephMissing})`}`,
  { timeout: 60_000 },
  () => {
    let ceph: Ceph;
    let folder: string;

    beforeAll(async () => {
      ceph = await startCeph();
    }, 200_000);
    afterAll(() => ceph[Symbol.asyncDispose]());
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'expiry-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    test('nothing goes while it is locked or held; then it goes with all its versions, and verifies as expired', async () => {
      const place = { bucket: 'locked', prefix: 'expiry', endpoint: ceph.server.endpoint };
      using store = new S3Store(placeOf(place, {}));
      const log = new TestLog(7);
      using shipping = new TestShipping(store, log, { retention: { mode: 'COMPLIANCE', ms: LOCK_MS } });
      const session = log.session(1);
      await shipping.ship([
        log.event('logOpened'),
        session.event('sessionOpened'),
        session.event('sessionClosed'),
      ]);
      await shipping.ship([log.event('logClosed', { sessions: 0 })]);
      const path = join(folder, 'ledger.json');
      const own = () => [TEST_SIGNER.publicKey];
      const ledger = new SessionLedger({ path, store, log: LOG, keySource: NO_KEYS, own });
      expect(await ledger.update()).toBe(true);
      const remove = (...holds: string[]) =>
        removeBundles({
          store,
          log: log.log,
          ledger,
          rules: { age: 1, connections: {}, bundles: true },
          keySource: NO_KEYS,
          signers: () => ({ signer: TEST_SIGNER, previous: null }),
          now: Date.now() * 1000,
          holds: () => holds,
          last: 1,
        });
      const versions = async () => (await store.versions(`v1/${LOG}/bundles/`)).length;
      expect([await remove(), await versions()]).toEqual([0, 2]);
      await new Promise((resolve) => setTimeout(resolve, LOCK_MS + 1_000));
      expect([await remove('connection:shop'), await versions()]).toEqual([0, 2]);
      const marking = { store, log: LOG, ledger, keySource: NO_KEYS, last: 1 };
      await markHeld({ ...marking, holds: [{ id: 'a', filter: 'connection:shop' }] });
      const [held = ''] = await store.keys(`v1/${LOG}/bundles/`);
      // The lock is over, and nobody removes it all the same.
      await expect(store.erase(held)).rejects.toThrow(/deni/);
      await markHeld({ ...marking, holds: [] });
      expect([await remove(), await versions()]).toEqual([1, 1]);
      const report = await verifyRemote({ store, keys: own(), now: Date.now(), seen: () => null });
      expect(report.expired).toBe(1);
      expect(report.findings.filter(({ verdict }) => verdict !== 'LOCK_EXPIRED')).toEqual([]);
    });
  },
);
