/** A bucket read without an index, as a desktop does with rights to read alone: all of it comes, and what goes wrong on the way is named. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { placeOf } from '../../gateway/archive/bucket/place.ts';
import { SqliteArchive } from '../../gateway/archive/sqlite/reader.ts';
import { plainFacts, TEST_SIGNER, TestLog } from '../../gateway/archive/testing.ts';
import { DirectStore } from '../../gateway/remote/direct/direct-store.ts';
import { S3Store } from '../../gateway/remote/s3-store.ts';
import { TestShipping } from '../../gateway/remote/testing.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { useCredentials } from '../bucket/put-archive.ts';
import { longFormMissing, type Ceph, startCeph } from './ceph.ts';
import { FaultyWay, type Fault } from './faulty-way.ts';

/** Bundles of each of two gateways; more than are fetched at first. */
const BUNDLES = 16;

describe.skipIf(longFormMissing !== null)(
  `a bucket of Ceph without an index${longFormMissing === null ? '' : ` (skipped: ${longFormMissing})`}`,
  { timeout: 60_000 },
  () => {
    const logs = [new TestLog(1), new TestLog(2)] as const;
    let ceph: Ceph;
    let way: FaultyWay;
    let here: string;
    let direct: DirectStore | null = null;
    let store: S3Store;
    const shipping: TestShipping[] = [];

    const placeAt = (endpoint: string) => placeOf({ bucket: 'versioned', prefix: 'direct', endpoint }, {});

    /** A gateway's next bundle: a session of one statement. */
    async function ship(n: 0 | 1, number: number): Promise<void> {
      const session = logs[n].session(100 * n + number);
      const opened = number === 1 ? [logs[n].event('logOpened')] : [];
      const begun = [session.event('sessionOpened'), session.event('identity')];
      const asked = [session.query('SELECT 1'), session.outcome({}), session.event('sessionClosed')];
      await shipping[n]?.ship([...opened, ...begun, ...asked]);
    }

    beforeAll(async () => {
      ceph = await startCeph();
      useCredentials(ceph.server);
      for (const log of logs)
        shipping.push(new TestShipping(new S3Store(placeAt(ceph.server.endpoint)), log));
      for (let number = 1; number <= BUNDLES; number++)
        for (const n of [0, 1] as const) await ship(n, number);
    }, 200_000);
    afterAll(async () => {
      for (const one of shipping) one[Symbol.dispose]();
      await ceph[Symbol.asyncDispose]();
    });
    beforeEach(async () => {
      way = await FaultyWay.to(ceph.server.endpoint);
      store = new S3Store(placeAt(way.endpoint));
      here = mkdtempSync(join(tmpdir(), 'direct-'));
    });
    afterEach(async () => {
      await direct?.close();
      direct = null;
      store[Symbol.dispose]();
      await way[Symbol.asyncDispose]();
      rmSync(here, { recursive: true });
    });

    async function open(): Promise<DirectStore> {
      await direct?.close();
      direct = await DirectStore.open({
        store,
        keys: [TEST_SIGNER.publicKey],
        folder: here,
        factsOf: plainFacts,
      });
      await direct.begin();
      return direct;
    }

    function listed(): number {
      const reader = new SqliteArchive(direct?.folder ?? '');
      try {
        return reader.sessions({ filter: EVERYTHING, sort: '-started', limit: 100 }).items.length;
      } finally {
        reader.close();
      }
    }

    test('the newest of both gateways comes first, then the rest, and what is shipped meanwhile', async () => {
      const opened = await open();
      expect(opened.status(EVERYTHING).bundles).toMatchObject({ fetched: 24, known: 2 * BUNDLES, unread: 0 });
      expect(listed()).toBe(24);
      await opened.fetch({ filter: EVERYTHING });
      await ship(1, BUNDLES + 1);
      await opened.follow();
      expect([opened.status(EVERYTHING).away, listed()]).toEqual([null, 2 * BUNDLES + 1]);
    });

    /** Faults of the way, and what is said of the store while they last. */
    const FAULTS: readonly (readonly [name: string, fault: Fault, said: string])[] = [
      ['a store that answers 503', { kind: 'error', status: 503, code: 'SlowDown' }, 'SlowDown'],
      [
        'expired credentials',
        { kind: 'error', status: 403, code: 'ExpiredToken' },
        'have expired; renew them',
      ],
      [
        'a clock that differs too much',
        { kind: 'error', status: 403, code: 'RequestTimeTooSkewed' },
        'the clock of this machine differs too much',
      ],
      [
        'no right to read',
        { kind: 'error', status: 403, code: 'AccessDenied' },
        'denies access to s3://versioned/direct',
      ],
      ['an answer that is cut short', { kind: 'short' }, 's3://versioned/direct/'],
    ];

    test.each(FAULTS)(
      '%s is named once, what is here stays, and it goes on when that is over',
      async (_, fault, said) => {
        const opened = await open();
        way.fault = fault;
        await opened.follow();
        const away = opened.status(EVERYTHING).away ?? '';
        expect(away).toContain(said);
        expect(away).not.toContain('\n');
        expect(away).not.toContain(ceph.server.secretAccessKey);
        await expect(opened.fetch({ filter: EVERYTHING })).rejects.toMatchObject({ code: 'UNREACHABLE' });
        expect(listed()).toBe(24);
        way.fault = { kind: 'none' };
        await opened.follow();
        await opened.fetch({ filter: EVERYTHING });
        expect(opened.status(EVERYTHING)).toMatchObject({
          away: null,
          failed: null,
          matching: { bundles: 0 },
        });
      },
    );

    test('a store that is slow is waited for', async () => {
      way.fault = { kind: 'slow', ms: 60 };
      expect((await open()).status(EVERYTHING)).toMatchObject({ away: null, bundles: { fetched: 24 } });
    });

    test('a store that cannot be reached when it is opened is told, or what is here is shown', async () => {
      way.fault = { kind: 'error', status: 503, code: 'SlowDown' };
      await expect(open()).rejects.toMatchObject({ code: 'UNREACHABLE' });
      way.fault = { kind: 'none' };
      await open();
      way.fault = { kind: 'error', status: 503, code: 'SlowDown' };
      expect((await open()).status(EVERYTHING)).toMatchObject({ bundles: { fetched: 24 } });
      expect(listed()).toBe(24);
    });
  },
);
