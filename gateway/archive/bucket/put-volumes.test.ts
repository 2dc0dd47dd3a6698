import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Finding } from '../../../shared/recording/verdict.ts';
import { PutArchive, useCredentials } from '../../../test/bucket/put-archive.ts';
import { signerOf } from '../ed25519.ts';
import { putHold } from '../hold-file.ts';
import { expireVolume } from '../sqlite/expire-volume.ts';
import { verifyArchive } from '../sqlite/verify/verify.ts';
import { volumeFacts } from '../sqlite/volume-facts.ts';
import { TEST_SIGNER } from '../testing.ts';
import { isToBePut } from '../../bucketing.ts';
import { openBucket } from './bucket-archive.ts';
import { fetchWhole } from './fetch-whole.ts';
import { FakeS3 } from './testing/fake-s3.ts';

let store: FakeS3;
let put: PutArchive;

beforeEach(async () => {
  useCredentials();
  store = await FakeS3.start();
  put = new PutArchive(store.endpoint, 3);
});
afterEach(async () => {
  put[Symbol.dispose]();
  await store[Symbol.asyncDispose]();
});

const names = (suffix = '.audit') => readdirSync(put.archive).filter((name) => name.endsWith(suffix));
const keys = (part: string) => [...store.objects.keys()].filter((key) => key.includes(part)).toSorted();

/** What verification of the bucket finds, by one who trusts the gateway and remembers in `cache`. */
async function verify(cache = 'verify'): Promise<string[]> {
  await using whole = await fetchWhole(put.reading(cache));
  const { findings } = verifyArchive({
    path: whole.folder,
    keys: [TEST_SIGNER.publicKey],
    anchors: [],
    needSeals: true,
    sealedAlone: true,
    now: Date.now() * 1000,
  });
  if (whole.findings.length === 0) whole.remember();
  return [...whole.findings, ...findings].map(({ verdict, event }: Finding) =>
    event === undefined ? verdict : `${verdict} ${event}`,
  );
}

test('sealed volumes are put once, each in a manifest of its own', async () => {
  await put.putter().pass();
  const [first, second, last = ''] = names();
  expect(put.told).toEqual([`put ${first}`, `put ${second}`]);
  expect(keys('manifest')).toHaveLength(2);
  expect([isToBePut(put.archive, first ?? ''), isToBePut(put.archive, last)]).toEqual([false, true]);
  expect(await verify()).toEqual([]);
  store.asked.length = 0;
  await put.putter().pass();
  expect(store.asked.filter((request) => request.startsWith('PUT'))).toEqual([]);
});

test('a store that fails in the middle is given the rest later, whatever was the last that it took', async () => {
  for (let fails = 0; fails < 8; fails++) {
    store.objects.clear();
    for (const name of names('.manifest')) rmSync(join(put.archive, name));
    const putter = put.putter();
    let requests = 0;
    store.failing = {
      get count() {
        return requests++ === fails ? 1 : 0;
      },
      set count(_) {},
      status: 403,
      code: 'AccessDenied',
    };
    const failed = await putter.pass().then(
      () => false,
      () => true,
    );
    expect(failed).toBe(true);
    store.failing = null;
    await putter.pass();
    expect(await verify(`verify-${fails}`)).toEqual([]);
  }
});

test('a manifest that is lost here is taken over from the bucket, one of another gateway is not', async () => {
  await put.putter().pass();
  for (const name of names('.manifest')) rmSync(join(put.archive, name));
  await put.putter().pass();
  expect(keys('manifest')).toHaveLength(2);
  const other = signerOf(OTHER_KEY);
  for (const name of names('.manifest')) rmSync(join(put.archive, name));
  const strange = put.putter({ keys: () => ({ signer: other, known: [other.publicKey] }) });
  await expect(strange.pass()).rejects.toMatchObject({
    code: 'DAMAGED',
    message: expect.stringContaining('give it another prefix'),
  });
});

test('volumes stay here for as long as is said, the newest and held ones for good', async () => {
  const [first = '', second = '', last = ''] = names();
  putHold(join(put.archive, second), {
    time: new Date().toISOString(),
    by: 'ada',
    reason: 'case 7',
    filter: '',
  });
  await put.putter({ keepLocal: 1e15 }).pass();
  expect(names()).toEqual([first, second, last]);
  await put.putter({ keepLocal: 1000 }).pass();
  expect([names(), existsSync(join(put.archive, `${first}.seal`))]).toEqual([[second, last], false]);
  expect(put.told.at(-1)).toBe(`removed ${first}`);
  await put.putter({ keepLocal: 1000 }).pass();
  expect(await verify()).toEqual([]);
});

test('a file that is not what was sealed is not put', async () => {
  writeFileSync(join(put.archive, names()[0] ?? ''), 'something else', { flag: 'r+' });
  await expect(put.putter().pass()).rejects.toMatchObject({ code: 'DAMAGED' });
  expect([...store.objects.keys()]).toEqual([]);
});

test('a volume that expired is replaced by its note, and what remains verifies', async () => {
  await put.putter().pass();
  const path = join(put.archive, names()[0] ?? '');
  const file = names()[0] ?? '';
  const { bytes: _, lastTime: __, ...facts } = volumeFacts(path);
  expireVolume(path, { ...facts, file, time: Date.now() * 1000, reason: 'older than 90d' }, TEST_SIGNER);
  await put.putter().pass();
  store.objects.delete(keys('.audit')[0] ?? '');
  expect(await verify()).toEqual([]);
});

test('a bucket that was put back, or lacks something, is found out', async () => {
  await put.putter().pass();
  expect(await verify()).toEqual([]);
  const whole = new Map(store.objects);
  const restore = () => {
    store.objects.clear();
    for (const [key, bytes] of whole) store.objects.set(key, bytes);
  };
  const [firstNote = '', lastNote = ''] = keys('manifest');
  const [firstVolume = '', lastVolume = ''] = keys('.audit');

  store.objects.delete(lastNote);
  expect(await verify()).toEqual(['TRUNCATED']);
  await expect(openBucket(put.reading('verify'))).rejects.toMatchObject({
    code: 'DAMAGED',
    message: expect.stringContaining('TRUNCATED'),
  });
  restore();

  store.objects.delete(firstNote);
  expect(await verify()).toEqual(['TRUNCATED']);
  restore();

  store.objects.set(
    firstNote,
    Buffer.from(String(whole.get(firstNote)).replace('"statements":3', '"statements":4')),
  );
  expect(await verify()).toEqual(['FORKED']);
  restore();

  store.objects.set(
    lastNote,
    Buffer.from(String(whole.get(lastNote)).replace('"statements":3', '"statements":4')),
  );
  expect(await verify('anew')).toEqual(['CORRUPT']);
  restore();

  store.objects.delete(lastVolume);
  expect(await verify('last')).toEqual(['TRUNCATED 14']);
  restore();
  store.objects.delete(firstVolume);
  expect(await verify('first')).toEqual(['INCOMPLETE 0', 'INCOMPLETE 0']);
  restore();

  store.objects.set(firstVolume, store.objects.get(lastVolume) ?? Buffer.alloc(0));
  expect((await verify('swapped'))[0]).toBe('CORRUPT 0');
});

const OTHER_KEY = `-----BEGIN PRIVATE KEY-----
${Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 8)]).toString('base64')}
-----END PRIVATE KEY-----
`;
