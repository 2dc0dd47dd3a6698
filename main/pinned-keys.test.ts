import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keysForLooking, pinKeys, pinnedKeys } from './pinned-keys.ts';

let folder: string;
let config: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-pinned-'));
  config = join(folder, 'auditorium.yaml');
  writeFileSync(config, 'archive: ./archive\ngateway: { key: ./signing.key }\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function publicKey(): string {
  return generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString();
}

test('a gateway that was configured and never ran keeps nobody from looking at an archive; verifying for it says so', async () => {
  const env = { AUDITORIUM_HOME: folder };
  expect(await keysForLooking(config, env)).toEqual([]);
  await expect(pinnedKeys({ key: [], config }, env)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
  pinKeys('other', publicKey(), env);
  expect(await keysForLooking(config, env)).toEqual(await pinnedKeys({ key: [] }, env));
  writeFileSync(join(folder, 'signing.key.pub'), publicKey());
  expect(await keysForLooking(config, env)).toEqual(await pinnedKeys({ key: [], config }, env));
});

test('a key that is there and cannot be read is no reason to look without it', async () => {
  writeFileSync(join(folder, 'signing.key.pub'), 'no key');
  await expect(keysForLooking(config, { AUDITORIUM_HOME: folder })).rejects.toMatchObject({
    code: 'KEY_UNUSABLE',
  });
});
