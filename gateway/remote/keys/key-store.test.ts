import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TEST_SIGNER } from '../../archive/testing.ts';
import { FolderStore } from '../folder-store.ts';
import { keySource } from './key-source.ts';
import { KeyStore } from './key-store.ts';
import { tenantKeyIn, tenantKeysOf } from './tenant-keys.ts';

let folder: string;
let now = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  now = 1_000_000_000;
});
afterEach(() => rmSync(folder, { recursive: true }));

const LOG = Buffer.alloc(16, 3);
const log = LOG.toString('hex');
const ONE = { log, session: '01'.repeat(16) };
const OTHER = { log, session: '02'.repeat(16) };
const signers = { signer: TEST_SIGNER, previous: null };
const by = { by: 'ada', reason: 'asked for it', time: 1_000 };

const tenantOf = (...bytes: number[]) => tenantKeysOf(bytes.map((byte) => Buffer.alloc(32, byte)));
const open = (tenant = tenantOf()) =>
  new KeyStore({ store: new FolderStore(folder), tenant, now: () => now });
const files = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));

test('a session has one key, which is there for whoever asks next', async () => {
  const keys = open();
  const [first, same, other] = await Promise.all([keys.keyFor(ONE), keys.keyFor(ONE), keys.keyFor(OTHER)]);
  expect(same).toEqual(first);
  expect(other.id).not.toBe(first.id);
  expect(await open().keyFor(ONE)).toEqual(first);
  expect(await open().find(ONE, first.id)).toEqual(first.key);
  expect(await open().held(log)).toEqual([
    { ...ONE, id: first.id },
    { ...OTHER, id: other.id },
  ]);
});

test('where there is a tenant’s key no key lies there as it is, and old ones open what they wrapped', async () => {
  const { id, key } = await open(tenantOf(1)).keyFor(ONE);
  const [file = ''] = files();
  expect(readFileSync(join(folder, file), 'utf8')).not.toContain(Buffer.from(key).toString('base64'));
  expect(await open(tenantOf(2, 1)).keyFor(ONE)).toEqual({ id, key });
  expect(await open(tenantOf(2)).find(ONE, id)).toMatchObject({
    why: 'unavailable',
    message: expect.stringContaining('--tenant-key') as string,
  });
  expect(await open().find(ONE, id)).toMatchObject({ why: 'unavailable' });
});

test('keys in each other’s places, or changed, are said to be lost', async () => {
  const keys = open(tenantOf(1));
  const [one, other] = [await keys.keyFor(ONE), await keys.keyFor(OTHER)];
  const path = (session: string, id: string) => join(folder, 'v1/keys', log, session, id);
  renameSync(path(OTHER.session, other.id), path(ONE.session, one.id));
  expect(await open(tenantOf(1)).find(ONE, one.id)).toMatchObject({ why: 'lost' });
  writeFileSync(path(ONE.session, one.id), 'null');
  expect(await open(tenantOf(1)).find(ONE, one.id)).toMatchObject({ why: 'lost' });
  rmSync(path(ONE.session, one.id));
  expect(await open(tenantOf(1)).find(ONE, one.id)).toMatchObject({ why: 'lost' });
});

test('a key that was destroyed is gone, told of with a signature, and a session that goes on has another', async () => {
  const keys = open();
  const [one, other] = [await keys.keyFor(ONE), await keys.keyFor(OTHER)];
  await keys.destroy(LOG, [{ session: ONE.session, id: one.id }], by, signers);
  await keys.destroy(LOG, [{ session: ONE.session, id: one.id }], { ...by, by: 'eve' }, signers);
  expect(await keys.find(ONE, one.id)).toMatchObject({ why: 'destroyed', by: 'ada', reason: 'asked for it' });
  expect(await keys.find(OTHER, other.id)).toEqual(other.key);
  expect((await keys.keyFor(ONE)).id).not.toBe(one.id);
  expect(files().some((file) => file.includes(one.id))).toBe(false);
  await keys.destroy(LOG, [{ session: OTHER.session, id: other.id }], by, signers);
  expect((await open().destroyed(log)).map(({ number, keys: gone }) => [number, gone.length])).toEqual([
    [0, 1],
    [1, 1],
  ]);
});

test('a crash between the line of the journal and its keys is finished', async () => {
  const keys = open();
  const { id } = await keys.keyFor(ONE);
  const place = join(folder, 'v1/keys', log, ONE.session, id);
  const text = readFileSync(place);
  await keys.destroy(LOG, [{ session: ONE.session, id }], by, signers);
  writeFileSync(place, text);
  const next = open();
  await next.finish(log);
  expect(await next.find(ONE, id)).toMatchObject({ why: 'destroyed' });
});

test('a journal of which a line is gone or changed is refused', async () => {
  const keys = open();
  for (const session of ['05', '06', '07']) {
    const owner = { log, session: session.repeat(16) };
    const { id } = await keys.keyFor(owner);
    await keys.destroy(LOG, [{ session: owner.session, id }], by, signers);
  }
  const line = (number: number) => join(folder, 'v1/journal', log, String(number).padStart(9, '0'));
  const second = readFileSync(line(1), 'utf8');
  writeFileSync(line(1), second.replace('ada', 'eve'));
  await expect(open().destroyed(log)).rejects.toThrow('is not the line 2 of its journal');
  writeFileSync(line(1), second);
  rmSync(line(0));
  await expect(open().destroyed(log)).rejects.toThrow('is not the line 0 of its journal');
});

test('a key that another process destroyed opens nothing after a minute', async () => {
  const reader = open();
  const { id, key } = await open().keyFor(ONE);
  expect(await reader.find(ONE, id)).toEqual(key);
  await open().destroy(LOG, [{ session: ONE.session, id }], by, signers);
  now += 61_000_000;
  expect(await reader.find(ONE, id)).toMatchObject({ why: 'destroyed' });
});

test('a tenant’s key is 32 bytes as base64 or hex', () => {
  const key = Buffer.alloc(32, 9);
  expect([tenantKeyIn(`${key.toString('base64')}\n`), tenantKeyIn(key.toString('hex'))]).toEqual([key, key]);
  for (const text of ['', 'secret', key.toString('hex').slice(2), Buffer.alloc(31).toString('base64')])
    expect(tenantKeyIn(text)).toBeNull();
  expect(tenantKeysOf([])).toBeNull();
  expect(keySource(null, tenantOf(1)).tenantKey('00'.repeat(8))).toBeNull();
});
