import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useCredentials } from '../test/bucket/put-archive.ts';
import { writeRolled } from '../test/bucket/rolled-archive.ts';
import { publicKeyOf, signerOf } from './archive/ed25519.ts';
import { Objects } from './archive/bucket/objects.ts';
import { placeOf } from './archive/bucket/place.ts';
import { readManifests } from './archive/bucket/read-manifests.ts';
import { FakeS3 } from './archive/bucket/testing/fake-s3.ts';
import { openSigningKeys, replaceKey } from './archive/key-rotation.ts';
import { startBucketing } from './bucketing.ts';
import { parseConfig } from './config.ts';
import { startGateway } from './gateway.ts';

let store: FakeS3;
let folder: string;
let said: string[];

beforeEach(async () => {
  useCredentials({ secretAccessKey: 'the-secret' });
  store = await FakeS3.start();
  folder = mkdtempSync(join(tmpdir(), 'bucketing-'));
  said = [];
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await store[Symbol.asyncDispose]();
});

const log = pino({}, { write: (line) => void said.push(line) });
const place = () => ({ bucket: 'evidence', prefix: 'prod', endpoint: store.endpoint });
const count = (event: string) => said.filter((line) => line.includes(`"${event}"`)).length;

/** What the manifest of the bucket comes to for whoever trusts this key. */
async function findings(key: Uint8Array): Promise<string[]> {
  using objects = new Objects(placeOf(place(), {}));
  const read = await readManifests(objects, { keys: [key], seen: () => null, whole: true });
  return read.findings.map(({ verdict }) => verdict);
}

test('a gateway puts what is sealed in its archive, signed with its key', async () => {
  writeRolled(join(folder, 'archive'), 3);
  const config = parseConfig(
    `gateway: { listen: '127.0.0.1:0', control: ${join(folder, 'c')} }
archive: { path: archive, s3: ${JSON.stringify(place())} }
issuers: [{ name: dev, profile: development }]
connections: [{ name: shop, host: 127.0.0.1, port: 1, database: shop, user: shop, password: x, groups: [a] }]`,
    folder,
  );
  const gateway = await startGateway(config, { log, software: 'test' });
  await expect.poll(() => count('bucket.put'), { timeout: 15_000 }).toBe(2);
  await gateway.close();
  expect(await findings(publicKeyOf(gateway.key))).toEqual([]);
  expect(said.join('')).not.toContain('the-secret');
});

test('a store that fails is told once, tried again, and told when it takes volumes', async () => {
  const archive = join(folder, 'archive');
  writeRolled(archive, 2);
  store.failing = { count: 1, status: 403, code: 'AccessDenied' };
  const keys = openSigningKeys(join(folder, 'key'));
  const bucketing = startBucketing({ archive, bucket: { ...place(), keepLocal: null }, keys }, log);
  await expect.poll(() => count('bucket.restored'), { timeout: 15_000 }).toBe(1);
  expect([count('bucket.failed'), count('bucket.put')]).toEqual([1, 1]);
  await bucketing.close();
  expect(readdirSync(archive).filter((name) => name.endsWith('.manifest'))).toHaveLength(1);
});

test('from a rotation on manifests are signed with the new key', async () => {
  const archive = join(folder, 'archive');
  const file = join(folder, 'key');
  const before = openSigningKeys(file);
  writeRolled(archive, 2);
  const bucketing = startBucketing({ archive, bucket: { ...place(), keepLocal: null }, keys: before }, log);
  await expect.poll(() => count('bucket.put'), { timeout: 15_000 }).toBe(1);
  const after = replaceKey(file, 'test');
  bucketing.rekey(after);
  const later = join(folder, 'later');
  writeRolled(later, 3);
  cpSync(later, archive, { recursive: true });
  await expect.poll(() => count('bucket.put'), { timeout: 15_000 }).toBeGreaterThan(1);
  await bucketing.close();
  expect(await findings(signerOf(after.current).publicKey)).toEqual([]);
  expect(await findings(signerOf(before.current).publicKey)).toEqual(['UNKNOWN_KEY']);
});
