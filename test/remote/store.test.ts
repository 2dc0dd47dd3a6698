/** Two gateways, one store, one index: what either recorded is found and replayed, whoever indexes it and however often. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filterOf } from '../../gateway/archive/conformance-story.ts';
import { plainFacts, TEST_SIGNER, TestLog } from '../../gateway/archive/testing.ts';
import { FolderStore } from '../../gateway/remote/folder-store.ts';
import { bundleEvents } from '../../gateway/remote/index/bundle-events.ts';
import { openChdb } from '../../gateway/remote/index/chdb-engine.ts';
import { rowsOf, type Engine } from '../../gateway/remote/index/engine.ts';
import { isIn, StoreFollower, type Lag, type Share } from '../../gateway/remote/index/follow-store.ts';
import { openIndex } from '../../gateway/remote/index/index-reader.ts';
import { dropTables, Indexer, makeTables } from '../../gateway/remote/index/indexer.ts';
import { TestShipping } from '../../gateway/remote/testing.ts';
import { SessionId } from '../../shared/api/session.ts';
import { readPackedSegment } from '../../shared/recording/record.ts';
import { CHDB_MISSING } from './indexed-archive.ts';

const ALL: Share = { part: 0, of: 1 };

describe.skipIf(CHDB_MISSING !== null)(
  `two gateways, one store, one index${CHDB_MISSING === null ? '' : ` (skipped: ${CHDB_MISSING})`}`,
  { timeout: 60_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'store-'));
    const store = new FolderStore(join(folder, 'objects'));
    const logs = [new TestLog(1), new TestLog(2)] as const;
    const sessions = logs.map((log, i) => log.session(i + 1));
    let shipping: TestShipping[];
    let engine: Engine;

    const id = (n: number) => SessionId.parse(sessions[n]?.hex);
    const ship = (n: number, bodies: readonly Uint8Array[]) => shipping[n]?.ship(bodies) ?? Promise.resolve();
    /** A new indexer, as another process would be. */
    const index = async (share = ALL, token?: (lag: Lag) => void) => {
      const indexer = new Indexer(engine, { factsOf: plainFacts, now: () => 0 });
      const keys = [TEST_SIGNER.publicKey];
      await new StoreFollower({ store, indexer, keys, share, ...(token && { onLag: token }) }).follow();
    };
    const open = () => openIndex(engine, bundleEvents(engine, store, 'the store'));
    const told = async () => {
      const { items } = await open().statements({ filter: filterOf(''), limit: 100 });
      return items.map(({ text, status, agent }) => [text, status, agent]);
    };

    beforeAll(async () => {
      shipping = logs.map((log) => new TestShipping(store, log));
      engine = await openChdb({ folder: join(folder, 'chdb'), database: 'auditorium' });
      await makeTables(engine);
      for (const [n, log] of logs.entries()) {
        const session = sessions[n];
        if (session === undefined) continue;
        const opened = [log.event('logOpened'), session.event('sessionOpened'), session.event('identity')];
        await ship(n, [...opened, session.query('begin'), session.outcome({ transaction: 'T' })]);
        await ship(n, [session.query(`delete from t${n}`), session.outcome({ transaction: 'T' })]);
      }
    });
    afterAll(async () => {
      await engine.close();
      for (const one of shipping) one[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
    });

    test('what either recorded is in one list, and its events are fetched from the bundles', async () => {
      const lags: Lag[] = [];
      await index(ALL, (lag) => lags.push(lag));
      expect(lags.at(-1)).toMatchObject({ gateway: 'test', shipped: 7, indexed: 7 });
      expect(await told()).toEqual([
        ['delete from t1', 'completed', 'ci-deployer'],
        ['delete from t0', 'completed', 'ci-deployer'],
        ['begin', 'completed', 'ci-deployer'],
        ['begin', 'completed', 'ci-deployer'],
      ]);
      const reader = open();
      const segments = await reader.segments(id(1));
      const packed = await Promise.all(segments.map(({ number }) => reader.segment(id(1), number)));
      const events = packed.map((segment) => Array.from(readPackedSegment(segment ?? new Uint8Array())));
      expect(events.map((some) => some.map(({ event }) => event.kind))).toEqual([
        ['sessionOpened', 'identity', 'statement', 'outcome'],
        ['statement', 'outcome'],
      ]);
      const steps = await reader.steps(id(1), { limit: 3 });
      const more = await reader.steps(id(1), { limit: 9, after: steps.next ?? '' });
      expect([...steps.items, ...more.items].map(({ kind }) => kind)).toEqual(
        events.flat().map(({ event }) => event.kind),
      );
    });

    test('another indexer goes on with sessions that are open, and knows what became of their transactions', async () => {
      const [session] = sessions;
      if (session === undefined) throw new Error('no session');
      const fields = { outcome: 'rolled back', cause: 'rollback', firstOrdinal: 0, lastOrdinal: 0 };
      await ship(0, [
        session.query('rollback'),
        session.event('transactionEnded', { ...fields, first: 1, last: 2 }),
        session.outcome(),
        session.event('sessionClosed'),
      ]);
      await index();
      const reader = open();
      const { items } = await reader.statements({ filter: filterOf(''), session: id(0), limit: 9 });
      expect(items.map(({ text, status }) => [text, status])).toEqual([
        ['begin', 'rolled-back'],
        ['delete from t0', 'rolled-back'],
        ['rollback', 'completed'],
      ]);
      expect(await reader.session(id(0))).toMatchObject({ outcome: 'completed', statements: 3 });
    });

    test('an index is made anew from the store alone, and is the same', async () => {
      const rows = () =>
        rowsOf(engine, 'SELECT * FROM statement FINAL ORDER BY log, position, ordinal').then(
          async (statements) => [
            statements.map((row) => ({ ...(row as object), version: 0 })),
            await rowsOf(engine, 'SELECT id, outcome, statements, tables FROM session FINAL ORDER BY id'),
          ],
        );
      const before = await rows();
      await index();
      expect(await rows()).toEqual(before);
      await dropTables(engine);
      await makeTables(engine);
      for (const part of [0, 1]) await index({ part, of: 2 });
      expect(await rows()).toEqual(before);
    });

    test('each log is one indexer’s', () => {
      const shares = ['01'.repeat(16), '02'.repeat(16), '03'.repeat(16), '04'.repeat(16)].map((log) =>
        [0, 1, 2].filter((part) => isIn({ part, of: 3 }, log)),
      );
      expect(shares.map(({ length }) => length)).toEqual([1, 1, 1, 1]);
    });
  },
);
