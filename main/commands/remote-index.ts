/** `auditorium index run`, `rebuild` and `status`. */
import { setTimeout as wait } from 'node:timers/promises';
import { factsOf, loadParser } from '../../gateway/postgres/facts.ts';
import { readShipped, shippedLogs } from '../../gateway/remote/bundles.ts';
import { lastManifest } from '../../gateway/remote/find-manifest.ts';
import { StoreFollower, type Lag, type Share } from '../../gateway/remote/index/follow-store.ts';
import { dropTables, Indexer, makeTables, positionsOf } from '../../gateway/remote/index/indexer.ts';
import type { KeySource } from '../../gateway/remote/keys/key-source.ts';
import { withWords } from '../../gateway/remote/manifest-words.ts';
import type { ObjectStore } from '../../gateway/remote/object-store.ts';
import { shippedKey } from '../../shared/remote/manifest.ts';
import { listing } from '../listing.ts';
import { pinnedKeys } from '../pinned-keys.ts';
import { openEngineNamed } from '../remote-index.ts';
import { openStoreNamed } from '../remote-store.ts';
import { namedKeySource } from '../remote-keys.ts';
import { toldToEnd } from '../shutdown.ts';
import { note, print, printJson, terminalWidth } from '../terminal.ts';

/** Between two looks at the store, ms: soon again where something came, less and less often where nothing does. A look costs three requests a log. */
const SOONEST_MS = 1_000;
const LATEST_MS = 5_000;

export interface IndexOptions {
  readonly store: string;
  readonly index: string;
  readonly once: boolean;
  readonly share: Share;
  /** What was there is thrown away first. */
  readonly anew: boolean;
  readonly config?: string;
  /** Files of trusted keys. */
  readonly key?: readonly string[];
  readonly json: boolean;
}

export async function runIndex({
  store: name,
  index,
  once,
  share,
  anew,
  config,
  key = [],
  json,
}: IndexOptions): Promise<void> {
  const keys = await pinnedKeys({ key, config }, process.env);
  await loadParser();
  using store = await openStoreNamed(name);
  const engine = await openEngineNamed(index);
  try {
    if (anew) await dropTables(engine);
    await makeTables(engine);
    const ending = new AbortController();
    if (!once) void toldToEnd().then(() => ending.abort());
    const indexer = new Indexer(engine, { factsOf, now: () => Date.now() * 1000 });
    let [told, pause] = [0, SOONEST_MS];
    const follower = new StoreFollower({
      store,
      indexer,
      keys,
      keySource: await namedKeySource(config ?? null),
      share,
      signal: ending.signal,
      onLag: (lag) => {
        told++;
        tell(lag, json);
      },
    });
    do {
      const before = told;
      await follower.follow();
      pause = told > before ? SOONEST_MS : Math.min(2 * pause, LATEST_MS);
      if (!once) await wait(pause, undefined, { signal: ending.signal }).catch(() => undefined);
    } while (!once && !ending.signal.aborted);
  } finally {
    await engine.close();
  }
}

function tell(lag: Lag, json: boolean): void {
  if (json) return printJson({ ...lag, behind: lag.shipped - lag.indexed });
  note(`${lag.gateway} ${lag.log.slice(0, 8)}: ${lag.indexed} of ${lag.shipped} events indexed`);
}

interface Status {
  readonly log: string;
  readonly gateway: string;
  readonly shipped: number;
  readonly indexed: number;
  readonly behind: number;
  /** By how much the newest indexed event is older than the newest that was shipped, s; null where nothing is indexed. */
  readonly seconds: number | null;
}

export async function indexStatus(options: Pick<IndexOptions, 'store' | 'index' | 'json'>): Promise<void> {
  using store = await openStoreNamed(options.store);
  const keySource = await namedKeySource(null);
  const engine = await openEngineNamed(options.index);
  try {
    await makeTables(engine);
    const positions = new Map((await positionsOf(engine)).map((position) => [position.log, position]));
    const rows: Status[] = [];
    for (const log of await shippedLogs(store)) {
      const { gateway, next: shipped, latest } = await newest(store, log, keySource);
      const { next: indexed = 0, last_time = null } = positions.get(log) ?? {};
      const seconds = last_time === null ? null : Math.max(0, (latest - last_time) / 1e6);
      rows.push({ log, gateway, shipped, indexed, behind: shipped - indexed, seconds });
    }
    if (options.json) return rows.forEach((row) => printJson(row));
    print(
      listing(
        [
          { title: 'GATEWAY', value: ({ gateway }: Status) => gateway },
          { title: 'LOG', value: ({ log }) => log.slice(0, 8) },
          { title: 'SHIPPED', value: ({ shipped }) => String(shipped), right: true },
          { title: 'INDEXED', value: ({ indexed }) => String(indexed), right: true },
          { title: 'BEHIND', value: ({ behind }) => String(behind), right: true },
          { title: 'SECONDS', value: ({ seconds }) => seconds?.toFixed(0) ?? '', right: true },
        ],
        rows,
        terminalWidth(),
      ).join('\n'),
    );
  } finally {
    await engine.close();
  }
}

/** What the newest manifest of a log says; its signature is looked at by those who take something from it. */
async function newest(
  store: ObjectStore,
  log: string,
  keySource: KeySource,
): Promise<{ readonly gateway: string; readonly next: number; readonly latest: number }> {
  const last = await lastManifest(store, log);
  const read = await readShipped(store, log, shippedKey(log, last ?? 0));
  const { gateway, next, bundles } = withWords(log, read, keySource);
  return { gateway, next, latest: Math.max(0, ...bundles.map(({ to }) => to)) };
}
