import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { EVERYTHING, type Filter } from '../../../shared/filter/filter.ts';
import { parseFilter } from '../../../shared/filter/parse.ts';
import { SessionId, type SessionRow } from '../../../shared/api/session.ts';
import { ArchiveError } from '../../archive/archive.ts';
import { SqliteArchive } from '../../archive/sqlite/reader.ts';
import { plainFacts, TEST_SIGNER, TestLog, type TestSession } from '../../archive/testing.ts';
import { FolderStore } from '../folder-store.ts';
import { TestShipping } from '../testing.ts';
import { DirectStore, type DirectOptions } from './direct-store.ts';

/** A folder in a bucket's place that tells what is asked of it, and can be away. */
class WatchedStore extends FolderStore {
  readonly asked: string[] = [];
  away = false;

  override keys(beginning: string, after?: string, most?: number): Promise<string[]> {
    return this.#asked('list', () => super.keys(beginning, after, most));
  }
  override get(key: string): Promise<Uint8Array> {
    return this.#asked(key.includes('/manifests/') ? 'manifest' : 'bundle', () => super.get(key));
  }
  override range(key: string, from: number, to: number): Promise<Uint8Array> {
    return this.#asked('range', async () =>
      Uint8Array.from(readFileSync(this.named(key)).subarray(from, to)),
    );
  }

  count(what: string): number {
    return this.asked.filter((one) => one === what).length;
  }

  #asked<T>(what: string, answer: () => Promise<T>): Promise<T> {
    this.asked.push(what);
    return this.away ? Promise.reject(new ArchiveError('UNREACHABLE', 'nobody listens there')) : answer();
  }
}

/** More bundles than are fetched at first. */
const BUNDLES = 40;
const AT_FIRST = 24;

const log = new TestLog(3);
/** A session that goes on through all of it, and one that does nothing for long. */
const long = log.session(901);
const idle = log.session(902);

/** What was shipped once, to be copied: the bucket, and what the shipper knows of it. */
let shipped: string;
let shippedUpTo: { readonly index: number; readonly time: number };
let sequences: readonly [number, number, number, number];

let folder: string;
let store: WatchedStore;
let shipping: TestShipping;
let direct: DirectStore | null;

beforeAll(async () => {
  shipped = mkdtempSync(join(tmpdir(), 'shipped-'));
  using once = new TestShipping(new FolderStore(join(shipped, 'bucket')), log);
  const opened = log.event('logOpened');
  const begun = [long, idle].flatMap((session) => [
    session.event('sessionOpened'),
    session.event('identity'),
  ]);
  await once.ship([opened, ...begun, long.query('SELECT 1'), long.outcome({})]);
  for (let n = 1; n < BUNDLES; n++) await once.ship(bundle(n));
  cpSync(once.folder, join(shipped, 'shipper'), { recursive: true });
  shippedUpTo = { index: log.index, time: log.time };
  sequences = [long.sequence, long.statements, idle.sequence, idle.statements];
});
afterAll(() => rmSync(shipped, { recursive: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'direct-'));
  cpSync(join(shipped, 'bucket'), join(folder, 'bucket'), { recursive: true });
  store = new WatchedStore(join(folder, 'bucket'));
  Object.assign(log, shippedUpTo);
  [long.sequence, long.statements, idle.sequence, idle.statements] = sequences;
  shipping = new TestShipping(new FolderStore(join(folder, 'bucket')), log);
  cpSync(join(shipped, 'shipper'), shipping.folder, { recursive: true });
  shipping.restart();
  direct = null;
});
afterEach(async () => {
  await direct?.close();
  shipping[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

/** One session of one statement; the last bundle holds one of the long session too. */
function bundle(n: number): Uint8Array[] {
  const session = log.session(n);
  const bodies = [
    session.event('sessionOpened'),
    session.event('identity', { subject: `agent-${n}` }),
    session.query(n === 3 ? 'DELETE FROM payments' : 'SELECT * FROM invoices'),
    session.outcome({}),
    session.event('sessionClosed'),
  ];
  return n === BUNDLES - 1 ? [...bodies, long.query('SELECT 2'), long.outcome({})] : bodies;
}

async function open(more: Partial<DirectOptions> = {}): Promise<DirectStore> {
  await direct?.close();
  direct = await DirectStore.open({
    store,
    keys: [TEST_SIGNER.publicKey],
    folder: join(folder, 'here'),
    factsOf: plainFacts,
    ...more,
  });
  await direct.begin();
  return direct;
}

/** What is listed of it by now. */
function listed(filter = ''): readonly SessionRow[] {
  const reader = new SqliteArchive(direct?.folder ?? '');
  try {
    return reader.sessions({ filter: filterOf(filter), sort: 'started', limit: 100 }).items;
  } finally {
    reader.close();
  }
}

function filterOf(text: string): Filter {
  return parseFilter(text).filter ?? EVERYTHING;
}

const idOf = (session: TestSession) => SessionId.parse(session.hex);

test('the newest is fetched first, with the whole of the sessions in it, and what is older when it is asked for', async () => {
  const opened = await open();
  expect(opened.status(EVERYTHING)).toMatchObject({
    away: null,
    gateways: ['test'],
    bundles: { fetched: AT_FIRST, known: BUNDLES, unread: 0 },
    matching: { bundles: BUNDLES - AT_FIRST },
    longSessions: 0,
    cutSessions: 0,
  });
  expect(store.count('bundle')).toBe(AT_FIRST);
  const [first, ...others] = listed();
  expect(first).toMatchObject({ id: idOf(long), statements: 2, outcome: 'live' });
  expect(others.map(({ id }) => id)).toEqual(
    Array.from({ length: AT_FIRST }, (_, i) => idOf(new TestLog(3).session(BUNDLES - AT_FIRST + i))),
  );
  await opened.fetch({ filter: EVERYTHING });
  expect(opened.status(EVERYTHING).bundles).toEqual({ fetched: BUNDLES, known: BUNDLES, unread: 0 });
  const all = listed();
  expect([all.length, all.reduce((sum, { statements }) => sum + statements, 0)]).toEqual([
    BUNDLES + 1,
    BUNDLES + 1,
  ]);
});

test('a filter fetches the bundles alone that may hold something', async () => {
  const opened = await open();
  const filter = filterOf('table:payments verb:delete');
  expect(opened.status(filter).matching).toMatchObject({ bundles: 1, unread: 0 });
  await opened.fetch({ filter });
  expect(opened.status(filter)).toMatchObject({
    bundles: { fetched: AT_FIRST + 1 },
    matching: { bundles: 0, bytes: 0 },
    work: null,
  });
  expect(listed('table:payments').map(({ identity }) => identity?.subject)).toEqual(['agent-3']);
});

test('a session is fetched by itself, from where it lies alone', async () => {
  const opened = await open();
  expect(await opened.need(idle.hex)).toBe(true);
  expect(await opened.need('ff'.repeat(16))).toBe(false);
  expect(store.count('bundle')).toBe(AT_FIRST);
  expect(listed().map(({ id }) => id)).toContain(idOf(idle));
});

test('what is shipped later comes; a session that goes on is whole wherever it began', async () => {
  const opened = await open();
  await shipping.ship([idle.query('SELECT 3'), idle.outcome({}), long.query('SELECT 4'), long.outcome({})]);
  await opened.follow();
  await shipping.ship([idle.event('sessionClosed'), long.query('SELECT 5'), long.outcome({})]);
  await opened.follow();
  const rows = listed();
  const told = [idle, long].map((session) => rows.find(({ id }) => id === idOf(session)));
  expect(told).toMatchObject([
    { statements: 1, outcome: 'completed' },
    { statements: 4, outcome: 'live' },
  ]);
  await shipping.ship([log.event('recovered')]);
  await opened.follow();
  expect(listed().find(({ id }) => id === idOf(long))).toMatchObject({ outcome: 'unknown' });
});

test('another run goes on with what is on hand, whatever of it was not noted', async () => {
  await open();
  const before = listed();
  await shipping.ship([long.query('SELECT 4'), long.outcome({})]);
  const state = readFileSync(join(folder, 'here', 'state.json'));
  await open();
  expect(store.count('bundle')).toBe(AT_FIRST + 1);
  writeFileSync(join(folder, 'here', 'state.json'), state);
  await open();
  const after = listed();
  expect(after.length).toBe(before.length);
  expect(after[0]).toMatchObject({ id: idOf(long), statements: 3 });
});

test('while the store is away, what is on hand is shown and the reason told, until it is back', async () => {
  store.away = true;
  await expect(open()).rejects.toMatchObject({ code: 'UNREACHABLE', message: 'nobody listens there' });
  store.away = false;
  await open();
  store.away = true;
  const opened = await open();
  expect(opened.status(EVERYTHING)).toMatchObject({
    away: 'nobody listens there',
    bundles: { fetched: AT_FIRST },
  });
  expect(listed().length).toBe(AT_FIRST + 1);
  await expect(opened.fetch({ filter: EVERYTHING })).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(opened.status(EVERYTHING).failed).toBe('nobody listens there');
  store.away = false;
  await opened.follow();
  expect(opened.status(EVERYTHING).away).toBeNull();
  await opened.fetch({ filter: EVERYTHING });
  expect(opened.status(EVERYTHING)).toMatchObject({ bundles: { fetched: BUNDLES }, failed: null });
});

test('what is not what was put is refused, and what was changed here is fetched anew', async () => {
  const manifests = join(folder, 'here', 'manifests', '03'.repeat(16));
  await open();
  for (const name of readdirSync(manifests)) writeFileSync(join(manifests, name), 'changed');
  await open();
  const [victim = ''] = readdirSync(join(folder, 'bucket/v1', '03'.repeat(16), 'bundles'));
  const path = join(folder, 'bucket/v1', '03'.repeat(16), 'bundles', victim);
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  writeFileSync(path, bytes);
  const opened = await open();
  await expect(opened.fetch({ filter: EVERYTHING })).rejects.toMatchObject({ code: 'DAMAGED' });
  expect(opened.status(EVERYTHING).failed).toContain(victim);
});

test('a store that nobody trusts, or that was put back, is refused', async () => {
  await expect(open({ keys: [new Uint8Array(32)] })).rejects.toMatchObject({ code: 'REFUSED' });
  const seen = new Map<string, { number: number; digest: string }>();
  const remembering: DirectOptions['seen'] = {
    get: (id) => seen.get(id) ?? null,
    remember: (id, manifest) => void seen.set(id, manifest),
  };
  await open({ seen: remembering });
  rmSync(store.named(`v1/${'03'.repeat(16)}/manifests/${String(BUNDLES - 1).padStart(9, '0')}`));
  rmSync(join(folder, 'here'), { recursive: true });
  await expect(open({ seen: remembering })).rejects.toMatchObject({ code: 'DAMAGED' });
});

test('a manifest that was there and is gone is told of while the store is open', async () => {
  const opened = await open();
  const newest = store.named(`v1/${'03'.repeat(16)}/manifests/${String(BUNDLES - 1).padStart(9, '0')}`);
  const text = readFileSync(newest);
  rmSync(newest);
  await expect(opened.follow()).rejects.toMatchObject({ code: 'DAMAGED' });
  expect(opened.status(EVERYTHING).failed).toContain('was read here, and is gone');
  writeFileSync(newest, text);
  await opened.follow();
  expect(opened.status(EVERYTHING).failed).toBeNull();
});

test('a value that was taken out of the record since is shown no more, nor when it is fetched anew', async () => {
  const texts = () => {
    const reader = new SqliteArchive(direct?.folder ?? '');
    try {
      const page = reader.statements({ filter: filterOf('table:invoices token:agent-39'), limit: 10 });
      return page.items.map(({ text }) => text);
    } finally {
      reader.close();
    }
  };
  const opened = await open();
  expect(texts()).toEqual(['SELECT * FROM invoices']);
  // The third event of the last bundle, behind which the long session has two.
  const event = shippedUpTo.index - 2 - 3;
  const told = { field: 'text', length: 22, by: 'ada', reason: 'a name', remainder: null };
  await shipping.ship([log.event('redacted', { log: log.log, event, ...told })]);
  await opened.follow();
  await opened.begin();
  expect([texts(), opened.status(EVERYTHING).bundles.fetched]).toEqual([[], AT_FIRST + 1]);
  await opened.fetch({ filter: EVERYTHING });
  expect(opened.status(EVERYTHING).bundles.fetched).toBe(BUNDLES + 1);
  expect(texts()).toEqual([]);
  expect(listed('token:agent-39').map(({ statements }) => statements)).toEqual([1]);
});

test('a fetching that is cancelled keeps what came, and the next goes on', async () => {
  const opened = await open();
  const fetching = opened.fetch({ filter: EVERYTHING });
  expect(opened.status(EVERYTHING).work).toEqual({ bundles: 0, bytes: 0, most: 128 << 20 });
  opened.cancel();
  await fetching;
  expect(opened.status(EVERYTHING)).toMatchObject({ work: null, failed: null });
  await opened.fetch({ filter: EVERYTHING });
  expect(opened.status(EVERYTHING).bundles.fetched).toBe(BUNDLES);
});

test('what is on hand beyond its room goes, what was made first before', async () => {
  const opened = await open({ kept: 1 });
  expect([opened.status(EVERYTHING).bundles.fetched, listed()]).toEqual([0, []]);
});

test('every list and filter is answered over all volumes as over one', async () => {
  const opened = await open();
  await opened.fetch({ filter: EVERYTHING });
  const reader = new SqliteArchive(opened.folder);
  try {
    const page = reader.statements({ filter: filterOf('table:invoices'), limit: 100 });
    expect(page.items.map(({ tables, agent }) => [tables, agent])).toEqual(
      Array.from({ length: BUNDLES - 1 }, (_, i) => [['invoices'], `agent-${BUNDLES - 1 - i}`]).filter(
        ([, agent]) => agent !== 'agent-3',
      ),
    );
    expect(readdirSync(opened.folder).filter((name) => name.endsWith('.audit')).length).toBeGreaterThan(3);
  } finally {
    reader.close();
  }
});
