import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseFilter } from '../../../shared/filter/parse.ts';
import { EVERYTHING, type Filter } from '../../../shared/filter/filter.ts';
import type { SessionId } from '../../../shared/api/session.ts';
import { PutArchive, useCredentials } from '../../../test/bucket/put-archive.ts';
import type { ArchiveReader } from '../archive.ts';
import { openArchive } from '../sqlite/open.ts';
import { signerOf } from '../ed25519.ts';
import { openBucket } from './bucket-archive.ts';
import type { Fetching } from './bucket-volumes.ts';
import { FakeS3 } from './testing/fake-s3.ts';

let store: FakeS3;
let put: PutArchive;
let local: ArchiveReader;
let asked = 0;

beforeAll(async () => {
  useCredentials();
  store = await FakeS3.start();
  put = new PutArchive(store.endpoint, 6);
  // The last volume is not sealed, and so not in the bucket: its events would be, and are, another question.
  await put.putter().pass();
  const folder = await wholeFolder();
  local = await openArchive(folder);
});
afterAll(async () => {
  await local.close();
  put[Symbol.dispose]();
  await store[Symbol.asyncDispose]();
});
beforeEach(() => {
  store.asked.length = 0;
});

/** The volumes that were put, as a folder. */
async function wholeFolder(): Promise<string> {
  const { fetchWhole } = await import('./fetch-whole.ts');
  const whole = await fetchWhole(put.reading('whole'));
  expect(whole.findings).toEqual([]);
  return whole.folder;
}

function filterOf(text: string): Filter {
  return parseFilter(text).filter ?? EVERYTHING;
}

/** Opened by somebody who has fetched nothing yet. */
async function opened(): Promise<ArchiveReader> {
  return openBucket(put.reading(`cache-${asked++}`));
}

/** The volumes that were fetched, by number. */
function fetched(): number[] {
  const names = [...new Set([...store.objects.keys()].filter((key) => key.endsWith('.audit')))].toSorted();
  return names.flatMap((name, number) => (store.asked.includes(`GET ${name}`) ? [number] : []));
}

const NEEDED: readonly [filter: string, volumes: readonly number[]][] = [
  ['table:t1', [1]],
  ['token:agent-2', [2]],
  ['job:github/agent-0', [0]],
  ['job:github/agent-0/1 table:t3', []],
  ['verb:delete table:t0 or table:t4', [0, 4]],
  ['after:2026-10-03 before:2026-10-04', [2]],
  ['token:01010101', [0]],
  ['table:nothing', []],
  ['-table:t4', [0, 1, 2, 3, 4]],
  ['token:steady', [0, 1, 2, 3, 4]],
  ['outcome:completed table:t1', [0, 1, 2, 3, 4]],
];

test.each(NEEDED)(
  '%s is answered as by all volumes, and only those that may match are fetched',
  async (text, volumes) => {
    const reader = await opened();
    const filter = filterOf(text);
    const request = { filter, limit: 50 };
    expect(await reader.statements(request)).toEqual(await local.statements(request));
    expect(fetched()).toEqual(volumes);
    const sessions = { ...request, sort: '-started' as const };
    expect((await reader.sessions(sessions)).items).toEqual((await local.sessions(sessions)).items);
    await reader.close();
  },
);

test('pages fetch no more than they hold, and follow each other without a gap', async () => {
  const reader = await opened();
  const first = await reader.statements({ filter: EVERYTHING, limit: 2 });
  expect([first.total, fetched()]).toEqual([null, [4]]);
  const items = [...first.items];
  for (let after = first.next; after !== null;) {
    const page = await reader.statements({ filter: EVERYTHING, limit: 2, after });
    items.push(...page.items);
    after = page.next;
  }
  const all = await local.statements({ filter: EVERYTHING, limit: 100 });
  expect(items).toEqual(all.items);
  await reader.close();
});

test('an older volume that is here lets no newer one be left out', async () => {
  const reader = await opened();
  await reader.statements({ filter: filterOf('table:t0'), limit: 5 });
  expect(fetched()).toEqual([0]);
  const page = await reader.statements({ filter: EVERYTHING, limit: 3 });
  expect(page.items).toEqual((await local.statements({ filter: EVERYTHING, limit: 3 })).items);
  expect(fetched()).toEqual([0, 4]);
  await reader.close();
});

test('a page by number, and any other order, are those of all volumes', async () => {
  const reader = await opened();
  const at = { filter: EVERYTHING, at: 7, limit: 3 };
  expect(await reader.statements(at)).toEqual(await local.statements(at));
  const sorted = { filter: EVERYTHING, sort: '-rows' as const, limit: 3 };
  expect(await reader.sessions(sorted)).toEqual(await local.sessions(sorted));
  await reader.close();
});

test('a session is found by its id, also where it lies in several volumes', async () => {
  const reader = await opened();
  const { long, own } = put.rolled;
  const id = long as SessionId;
  expect(await reader.session(id)).toEqual(await local.session(id));
  expect(fetched()).toEqual([]); // summaries tell of sessions in parts
  const other = own[3] as SessionId;
  expect(await reader.session(other)).toEqual(await local.session(other));
  expect(fetched()).toEqual([3]);
  expect(await reader.steps(id, { limit: 100 })).toEqual(await local.steps(id, { limit: 100 }));
  expect(fetched()).toEqual([0, 1, 2, 3, 4]);
  expect(await reader.session('00'.repeat(16) as SessionId)).toBe(null);
  await reader.close();
});

test('what is told of the whole needs no volume', async () => {
  const reader = await opened();
  const { path: _, foreign: __, ...info } = await local.info();
  expect(await reader.info()).toEqual({ ...info, path: 's3://evidence/prod', foreign: null });
  expect(await reader.logs()).toEqual(await local.logs());
  expect(fetched()).toEqual([]);
  await reader.close();
});

test('facets of few bytes are those of all volumes', async () => {
  const reader = await opened();
  expect(await reader.facets(EVERYTHING)).toEqual(await local.facets(EVERYTHING));
  await reader.close();
});

/** Leaves 0 to 15, and 16 alone. */
const SUBTREES = [
  { height: 4, number: 0 },
  { height: 0, number: 16 },
];

test('proofs are read from the volumes of their log', async () => {
  const reader = await opened();
  const log = Buffer.from(put.rolled.log.log).toString('hex');
  expect(await reader.logSegments(log)).toEqual(await local.logSegments(log));
  expect(await reader.subtrees(log, SUBTREES)).toEqual(await local.subtrees(log, SUBTREES));
  expect(await reader.redactions(log)).toEqual([]);
  await reader.close();
});

/** Room for one of the volumes that were put, not for two. */
const ONE_VOLUME = 500_000;

test('what was fetched once is kept, told of while it comes, and given room', async () => {
  const told: (Fetching | null)[] = [];
  const options = put.reading('kept', { onFetching: (fetching) => told.push(fetching) });
  const first = await openBucket(options);
  await first.statements({ filter: filterOf('table:t1'), limit: 5 });
  await first.close();
  expect(
    told.map((fetching) => fetching && [fetching.volume, fetching.of, fetching.bytes === fetching.total]),
  ).toEqual([[1, 1, true], null]);
  store.asked.length = 0;
  const second = await openBucket(options);
  await second.statements({ filter: filterOf('table:t1'), limit: 5 });
  expect(fetched()).toEqual([]);
  await second.close();
  const little = await openBucket({ ...options, cache: { ...options.cache, limit: ONE_VOLUME } });
  const all = await little.statements({ filter: EVERYTHING, limit: 100 });
  expect(all.items).toEqual((await local.statements({ filter: EVERYTHING, limit: 100 })).items);
  expect(readdirSync(join(options.cache.folder, 'volumes'))).toHaveLength(1);
  await little.close();
  expect(readdirSync(join(options.cache.folder, 'views'))).toEqual([]);
});

test('without a key that is trusted nothing is opened', async () => {
  const pem = `-----BEGIN PRIVATE KEY-----
${Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 8)]).toString('base64')}
-----END PRIVATE KEY-----
`;
  for (const keys of [[], [signerOf(pem).publicKey]])
    await expect(openBucket(put.reading('none', { keys }))).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('auditorium key pin'),
    });
});

test('a volume that is another than was put is not opened', async () => {
  const key = [...store.objects.keys()].find((name) => name.endsWith('.audit')) ?? '';
  const whole = store.objects.get(key) ?? Buffer.alloc(0);
  const reader = await opened();
  const damaged = Buffer.from(whole);
  damaged[5000] = (damaged[5000] ?? 0) ^ 1;
  for (const bytes of [damaged, whole.subarray(0, -1)]) {
    store.objects.set(key, bytes);
    const answer = reader.statements({ filter: filterOf('table:t0'), limit: 5 });
    await expect(answer).rejects.toMatchObject({ code: 'DAMAGED' });
  }
  store.objects.delete(key);
  const answer = reader.statements({ filter: filterOf('table:t0'), limit: 5 });
  await expect(answer).rejects.toMatchObject({ code: 'NOT_FOUND' });
  store.objects.set(key, whole);
  expect((await reader.statements({ filter: filterOf('table:t0'), limit: 5 })).items).toHaveLength(2);
  await reader.close();
});
