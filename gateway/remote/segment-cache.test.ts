import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArchiveError } from '../archive/archive.ts';
import { FolderStore } from './folder-store.ts';
import { SegmentCache, type SegmentFrames } from './segment-cache.ts';

const SIZE = 1000;
const COUNT = 12;

let folder: string;
let store: SlowStore;

/** A store whose answers come when they are let go, and that tells what it was asked for. */
class SlowStore extends FolderStore {
  readonly asked: number[] = [];
  readonly #held: (() => void)[] = [];
  isSlow = false;
  isAway = false;

  override async range(key: string, from: number, to: number): Promise<Uint8Array> {
    this.asked.push(from / SIZE);
    if (this.isAway) throw new ArchiveError('UNREACHABLE', 'nobody listens there');
    if (this.isSlow) await new Promise<void>((resolve) => this.#held.push(resolve));
    return super.range(key, from, to);
  }

  letGo(): void {
    this.isSlow = false;
    for (const go of this.#held.splice(0)) go();
  }
}

const bundle = Buffer.concat(Array.from({ length: COUNT }, (_, i) => Buffer.alloc(SIZE, i)));
const segments: readonly SegmentFrames[] = Array.from({ length: COUNT }, (_, i) => ({
  key: 'bundle',
  from: i * SIZE,
  to: (i + 1) * SIZE,
  sha256: createHash('sha256').update(Buffer.alloc(SIZE, i)).digest('base64'),
}));
const at = (i: number): SegmentFrames => segments[i] ?? { key: '', from: 0, to: 0, sha256: '' };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segments-'));
  store = new SlowStore(join(folder, 'bucket'));
  await store.put('bundle', bundle);
});
afterEach(() => rmSync(folder, { recursive: true }));

const cacheOf = (limit = 1 << 20) => new SegmentCache(store, { folder: join(folder, 'cache'), limit });

test('what was fetched once is read here, by another run too, while the store is away', async () => {
  expect(await cacheOf().frames(at(1))).toEqual(Buffer.alloc(SIZE, 1));
  store.isAway = true;
  const again = cacheOf();
  expect(await again.frames(at(1))).toEqual(Buffer.alloc(SIZE, 1));
  await expect(again.frames(at(2))).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect([await again.holds([at(1)]), await again.holds([at(1), at(2)]), await again.holds([at(2)])]).toEqual(
    ['all', 'some', 'none'],
  );
  const [name = ''] = readdirSync(join(folder, 'cache'));
  expect((statSync(join(folder, 'cache', name)).mode & 0o777).toString(8)).toBe('600');
  expect((statSync(join(folder, 'cache')).mode & 0o777).toString(8)).toBe('700');
});

test('a file that somebody changed is thrown away, and fetched again', async () => {
  await cacheOf().frames(at(1));
  const [name = ''] = readdirSync(join(folder, 'cache'));
  writeFileSync(join(folder, 'cache', name), Buffer.alloc(SIZE, 9));
  expect(await cacheOf().frames(at(1))).toEqual(Buffer.alloc(SIZE, 1));
  expect(store.asked).toEqual([1, 1]);
});

test('what the store gives in its place is refused, and not kept', async () => {
  await store.put(
    'bundle',
    bundle.map((byte) => byte ^ 1),
  );
  await expect(cacheOf().frames(at(1))).rejects.toMatchObject({ code: 'DAMAGED' });
  await store.put('bundle', bundle.subarray(0, SIZE + 10));
  await expect(cacheOf().frames(at(1))).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(await cacheOf().holds([at(1)])).toBe('none');
});

test('what was used longest ago goes first', async () => {
  const cache = cacheOf(4 * SIZE);
  for (const i of [0, 1, 2, 3]) {
    await cache.frames(at(i));
    const name = Buffer.from(at(i).sha256, 'base64').toString('hex');
    utimesSync(join(folder, 'cache', name), i, i);
  }
  await cache.frames(at(0));
  await cache.frames(at(4));
  expect(await Promise.all([0, 1, 2, 3, 4].map((i) => cache.holds([at(i)])))).toEqual([
    'all',
    'none',
    'none',
    'all',
    'all',
  ]);
});

test('a jump is fetched before what was to come ahead, which is let be', async () => {
  store.isSlow = true;
  const cache = cacheOf();
  const first = cache.frames(at(0));
  await cache.ahead([1, 2, 3, 4, 5, 6].map(at));
  const jump = cache.frames(at(9));
  const ahead = cache.ahead([10, 11].map(at));
  await ahead;
  await expect.poll(() => store.asked).toEqual([0, 1, 2, 3]);
  store.letGo();
  expect(await Promise.all([first, jump])).toEqual([Buffer.alloc(SIZE, 0), Buffer.alloc(SIZE, 9)]);
  await expect.poll(() => cache.holds([9, 10, 11].map(at))).toBe('all');
  expect(store.asked).toEqual([0, 1, 2, 3, 9, 10, 11]);
});

test('who asks for the same twice waits for one answer', async () => {
  const cache = cacheOf();
  await Promise.all([cache.frames(at(5)), cache.frames(at(5))]);
  expect(store.asked).toEqual([5]);
});
