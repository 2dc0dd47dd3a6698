import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArchiveError } from '../../archive/archive.ts';
import { TEST_SIGNER } from '../../archive/testing.ts';
import { FolderStore } from '../folder-store.ts';
import { KeyStore } from '../keys/key-store.ts';
import { forgetWhatWasErased } from './erased.ts';

const LOG = Buffer.alloc(16, 3);
const SESSION = '0a'.repeat(16);

let folder: string;
let keys: KeyStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'erased-'));
  keys = new KeyStore({ store: new FolderStore(join(folder, 'keys')), tenant: null, now: () => 0 });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Something that was fetched; tells whether it is there still once the folder was looked through. */
async function keptAfter(from: Parameters<typeof forgetWhatWasErased>[1]): Promise<boolean> {
  const here = join(folder, 'here');
  mkdirSync(join(here, 'volumes'), { recursive: true });
  writeFileSync(join(here, 'volumes', 'some.audit'), 'values');
  await forgetWhatWasErased(here, from);
  return existsSync(join(here, 'volumes', 'some.audit'));
}

test('what was fetched goes once when keys were destroyed since, and stays otherwise', async () => {
  const log = LOG.toString('hex');
  const { id } = await keys.keyFor({ log, session: SESSION });
  expect(await keptAfter(keys)).toBe(true);
  const about = { by: 'ada', reason: 'asked for', time: 1 };
  await keys.destroy(LOG, [{ session: SESSION, id }], about, { signer: TEST_SIGNER, previous: null });
  expect(await keptAfter(keys)).toBe(false);
  expect(await keptAfter(keys)).toBe(true);
});

test('a key store that is away keeps nobody from what is here', async () => {
  const away = () => Promise.reject(new ArchiveError('UNREACHABLE', 'nobody listens there'));
  expect(await keptAfter({ journals: away, destroyed: away })).toBe(true);
  const damaged = () => Promise.reject(new ArchiveError('DAMAGED', 'a line is missing'));
  await expect(keptAfter({ journals: damaged, destroyed: damaged })).rejects.toMatchObject({
    code: 'DAMAGED',
  });
});
