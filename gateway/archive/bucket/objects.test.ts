import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useCredentials } from '../../../test/bucket/put-archive.ts';
import { Objects } from './objects.ts';
import { parsePlace, placeOf, printPlace } from './place.ts';
import { FakeS3 } from './testing/fake-s3.ts';

let store: FakeS3;
let folder: string;
let objects: Objects;

beforeEach(async () => {
  useCredentials({ secretAccessKey: 'the-secret' });
  store = await FakeS3.start();
  folder = mkdtempSync(join(tmpdir(), 'objects-'));
  objects = new Objects(placeOf({ bucket: 'evidence', prefix: '/a/b/', endpoint: store.endpoint }, {}));
});
afterEach(async () => {
  objects[Symbol.dispose]();
  rmSync(folder, { recursive: true });
  await store[Symbol.asyncDispose]();
});

test('objects lie below the prefix, and are listed through all pages', async () => {
  const names = ['one', 'two', 'three', 'four', 'x y&z'].map((name) => `log/${name}`);
  for (const name of names) await objects.put(name, Buffer.from(name));
  expect([...store.objects.keys()]).toEqual(names.map((name) => `a/b/${name}`));
  expect(await objects.keys('log/')).toEqual(names.toSorted());
  expect(Buffer.from(await objects.get('log/x y&z')).toString()).toBe('log/x y&z');
  expect([await objects.size('log/one'), await objects.size('log/none')]).toEqual([7, null]);
  await objects.remove('log/one');
  expect(await objects.size('log/one')).toBe(null);
});

test.each([0, 1, 16 << 20, (16 << 20) + 1, (40 << 20) + 7])(
  'a file of %i bytes comes back as it was',
  async (size) => {
    const bytes = Buffer.alloc(size, 'some bytes that are not all the same');
    const path = join(folder, 'file');
    writeFileSync(path, bytes);
    await objects.putFile('file', path);
    let told = 0;
    await objects.getFile('file', `${path}.back`, size, (more) => (told += more));
    expect([readFileSync(`${path}.back`).equals(bytes), told, store.uploads.size]).toEqual([true, size, 0]);
    await expect(objects.getFile('file', `${path}.more`, size + 1, () => {})).rejects.toThrow();
  },
);

test('an upload of parts that fails is not left half done', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.alloc(40 << 20));
  let requests = 0;
  store.failing = {
    get count() {
      return requests++ === 2 ? 1 : 0;
    },
    set count(_) {},
    status: 403,
    code: 'AccessDenied',
  };
  await expect(objects.putFile('file', path)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect([store.uploads.size, store.objects.size]).toEqual([0, 0]);
});

const FAILURES: readonly [status: number, code: string, said: string][] = [
  [404, 'NoSuchBucket', 'there is no bucket evidence at'],
  [403, 'AccessDenied', 'denies access to s3://evidence/a/b/x'],
  [403, 'InvalidAccessKeyId', 'does not know this access key'],
  [403, 'SignatureDoesNotMatch', 'refuses the signature'],
  [403, 'RequestTimeTooSkewed', 'the clock of this machine'],
];

test.each(FAILURES)('%i %s is one clear line without a secret', async (status, code, said) => {
  // A clock that is off is set right by the SDK itself, which asks again.
  store.failing = { count: 10, status, code };
  const message = await objects.get('x').catch((error: Error) => error.message);
  expect(message).toContain(said);
  expect(message).not.toMatch(/\n|the-secret/);
});

test('a store that fails for a moment is asked again', async () => {
  await objects.put('x', Buffer.from('y'));
  store.failing = { count: 2, status: 503, code: 'SlowDown' };
  expect(Buffer.from(await objects.get('x')).toString()).toBe('y');
});

test('a store that is not there is told by its endpoint', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await new Promise((resolve) => server.close(resolve));
  const endpoint = `http://127.0.0.1:${port}`;
  using nobody = new Objects(placeOf({ bucket: 'evidence', prefix: '', endpoint }, {}));
  await expect(nobody.keys('')).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: `nobody listens at ${endpoint}; check the endpoint`,
  });
});

test('places are read as they are written', () => {
  const place = (url: string) =>
    parsePlace(url, { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'https://s3.example' });
  expect(place('s3://evidence/prod/a/')).toEqual({
    bucket: 'evidence',
    prefix: 'prod/a',
    endpoint: 'https://s3.example',
    region: 'eu-west-1',
    pathStyle: true,
  });
  expect(parsePlace('s3://evidence', {})).toEqual({
    bucket: 'evidence',
    prefix: '',
    endpoint: null,
    region: 'us-east-1',
    pathStyle: false,
  });
  expect(['s3://', 's3://Big/x', '/a/path', 's3:/x'].map((url) => place(url))).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(printPlace({ bucket: 'evidence', prefix: 'a/b' })).toBe('s3://evidence/a/b');
});
