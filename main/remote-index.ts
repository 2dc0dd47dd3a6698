/** A store of many gateways and its index, as a person names them. */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ArchiveError, type ArchiveReader } from '../gateway/archive/archive.ts';
import type { StoreConfig } from '../gateway/config.ts';
import { openArchive } from '../gateway/archive/sqlite/open.ts';
import { bundleEvents } from '../gateway/remote/index/bundle-events.ts';
import { openChdb } from '../gateway/remote/index/chdb-engine.ts';
import type { Engine } from '../gateway/remote/index/engine.ts';
import { openServer } from '../gateway/remote/index/http-engine.ts';
import { expectTables } from '../gateway/remote/index/expect-tables.ts';
import { makeTables } from '../gateway/remote/index/indexer.ts';
import { openIndex } from '../gateway/remote/index/index-reader.ts';
import { SegmentCache } from '../gateway/remote/segment-cache.ts';
import { placeNamed, wholeName } from './bucket.ts';
import { keysEnvironment, namedKeySource } from './remote-keys.ts';
import { openStoreDirect, openStoreNamed, segmentsKept } from './remote-store.ts';
import { withoutIndex } from './without-index.ts';

/** Where the index is of what is opened, where `--index` or the environment says so. */
export const INDEX_VARIABLE = 'AUDITORIUM_INDEX';

/** What a database of an index is called where its URL names none. */
const DATABASE = 'auditorium';

/** `http://user@host:8123/database`, or a folder in which ClickHouse runs in a process of this program. */
export function openEngineNamed(where: string): Promise<Engine> {
  if (!/^https?:\/\//.test(where)) {
    const folder = resolve(where);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return openChdb({ folder, database: DATABASE });
  }
  const url = new URL(where);
  const { username, password, pathname } = url;
  const database = pathname.replaceAll('/', '');
  [url.username, url.password, url.pathname] = ['', '', '/'];
  return Promise.resolve(
    openServer({
      url: url.href,
      database: database === '' ? DATABASE : database,
      user: username === '' ? process.env['CLICKHOUSE_USER'] : decodeURIComponent(username),
      password: password === '' ? process.env['CLICKHOUSE_PASSWORD'] : decodeURIComponent(password),
    }),
  );
}

/** Opens a store, or a folder of volumes, through its index. Rejects with ArchiveError or CommandError. */
export async function openIndexed(
  name: string,
  where: string,
  config: string | null,
): Promise<ArchiveReader> {
  const engine = await openEngineNamed(where);
  try {
    await expectTables(engine).catch(unlessAway);
    if (!isStorePlace(name)) return openIndex(engine, await openArchive(resolve(name)));
    const store = await openStoreNamed(name);
    const cache = new SegmentCache(store, segmentsKept(process.env));
    const source = bundleEvents(engine, store, wholeName(name), {
      keys: await namedKeySource(config),
      cache,
    });
    return withoutIndex(openIndex(engine, source), {
      direct: () => openStoreDirect(name, config),
      storeAway: () => cache.away,
      now: () => performance.now(),
    });
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** An index that is away may come back: until then lists are answered without it. */
function unlessAway(error: unknown): void {
  if (!(error instanceof ArchiveError) || error.code !== 'UNREACHABLE') throw error;
}

/** Opens a store of a team server; its tables are made where they are not there, for what is shipped later. */
export async function openStoreOf(store: StoreConfig): Promise<ArchiveReader> {
  const env = { ...process.env, ...storeEnvironment(store) };
  const engine = await openEngineNamed(store.index);
  try {
    await makeTables(engine);
    const objects = await openStoreNamed(store.store, env);
    const cache = new SegmentCache(objects, segmentsKept(env));
    const keys = await namedKeySource(null, env);
    return openIndex(engine, bundleEvents(engine, objects, wholeName(store.store), { keys, cache }));
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** What a process that reads a store is told of it by its environment. */
export function storeEnvironment(store: StoreConfig): Record<string, string> {
  const { endpoint, region, keyStore, tenantKeys } = store;
  return {
    ...(endpoint !== null && { AWS_ENDPOINT_URL_S3: endpoint }),
    ...(region !== null && { AWS_REGION: region }),
    ...keysEnvironment(keyStore, tenantKeys),
  };
}

/** A bucket, or a folder with a copy of one. */
function isStorePlace(name: string): boolean {
  return placeNamed(name) !== null || existsSync(join(resolve(name), 'v1'));
}
