/** What an index shows of statements whose values were taken out of the record, of which bundles keep what they were put with. */
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
import { StoreFollower } from '../../gateway/remote/index/follow-store.ts';
import { openIndex } from '../../gateway/remote/index/index-reader.ts';
import { dropTables, Indexer, makeTables } from '../../gateway/remote/index/indexer.ts';
import { TestShipping } from '../../gateway/remote/testing.ts';
import { CHDB_MISSING } from './indexed-archive.ts';

describe.skipIf(CHDB_MISSING !== null)(
  `values that were taken back, in an index${CHDB_MISSING === null ? '' : ` (skipped: ${CHDB_MISSING})`}`,
  { timeout: 60_000 },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'withdrawn-'));
    const store = new FolderStore(join(folder, 'objects'));
    const log = new TestLog(1);
    const [one, other] = [log.session(1), log.session(2)];
    const fields = Buffer.from('SERROR\0C42P01\0Mno 4711\0\0');
    const error = Buffer.concat([Buffer.from([0x45, 0, 0, 0, fields.length + 4]), fields]);
    let shipping: TestShipping;
    let engine: Engine;

    /** A new indexer, as another process would be. */
    const index = async () => {
      const indexer = new Indexer(engine, { factsOf: plainFacts, now: () => 0 });
      const keys = [TEST_SIGNER.publicKey];
      await new StoreFollower({ store, indexer, keys, share: { part: 0, of: 1 } }).follow();
    };
    const texts = async () => {
      const { items } = await openIndex(engine, bundleEvents(engine, store, 'the store')).statements({
        filter: filterOf(''),
        limit: 100,
      });
      return items.map(({ text }) => text).toSorted();
    };
    /** Versions of rows that say so still, on disk. */
    const holding = async (word: string) => {
      const sql = `SELECT number FROM statement WHERE text LIKE {word:String} OR normal LIKE {word:String} OR error_message LIKE {word:String}`;
      return (await rowsOf(engine, sql, { word: `%${word}%` })).length;
    };

    beforeAll(async () => {
      shipping = new TestShipping(store, log);
      engine = await openChdb({ folder: join(folder, 'chdb'), database: 'auditorium' });
      await makeTables(engine);
    });
    afterAll(async () => {
      await engine.close();
      shipping[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    });

    test('a redacted text is in no version of its row, and does not come back with what the session does next', async () => {
      await shipping.ship([
        log.event('logOpened'),
        one.event('sessionOpened'),
        one.query('select 4711 from t'),
        one.outcome(),
        one.query('select 1 from t'),
        one.outcome({ status: 'failed', sqlstate: '42P01', answer: error }),
        other.event('sessionOpened'),
        other.query('select 2 from t'),
        other.outcome(),
      ]);
      await index();
      expect(await texts()).toEqual(['select 1 from t', 'select 2 from t', 'select 4711 from t']);
      expect(await holding('4711')).toBe(2);
      const of = { log: log.log, length: 18, by: 'ada', reason: 'a number', remainder: null };
      await shipping.ship([
        log.event('redacted', { ...of, event: 2, field: 'text' }),
        log.event('redacted', { ...of, event: 5, field: 'answer' }),
        one.event('ciContext'),
      ]);
      await index();
      expect(await texts()).toEqual(['(text redacted)', 'select 1 from t', 'select 2 from t']);
      expect(await holding('4711')).toBe(0);
    });

    test('a session whose key was destroyed shows no text of before that', async () => {
      const keys = ['00'.repeat(8)];
      const session = Buffer.from(one.hex, 'hex');
      await shipping.ship([
        log.event('keysDestroyed', { log: log.log, session, keys, by: 'ada', reason: 'asked' }),
        one.query('select 3 from t'),
        one.outcome(),
      ]);
      await index();
      const after = ['(text redacted)', '(text redacted)', 'select 2 from t', 'select 3 from t'];
      expect(await texts()).toEqual(after);
      await dropTables(engine);
      await makeTables(engine);
      await index();
      expect(await texts()).toEqual(after);
      expect(await holding('4711')).toBe(0);
    });
  },
);
